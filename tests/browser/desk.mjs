// What happens beside the site: somebody transfers money, and the staff of the programme do their part.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const executed = promisify(execFile);

export class Desk {
  #program;
  #data;
  #origin;
  #clock;

  /** `clock` is what the server's clock said when it started, a moment ago. */
  constructor({ program, data, origin, clock }) {
    this.#program = program;
    this.#data = data;
    this.#origin = origin;
    this.#clock = Date.parse(clock) - performance.now();
  }

  /** The fee of the order with these eight digits comes into the bank account, and its statement is entered. */
  async transfers(reference) {
    const now = new Date(this.#clock + performance.now()).toISOString();
    const { stdout } = await executed(this.#program, ["--data", this.#data, "--clock", now, "transfer", reference]);
    assert.match(stdout, /"settled":1/, `the transfer of ${reference} settled nothing:\n${stdout}`);
  }

  /** The fee of an order is given back. */
  async refunds(order, reason) {
    const token = (await readFile(join(this.#data, "staff-token"), "utf8")).trim();
    const response = await fetch(new URL(`/orders/${order}/refund`, this.#origin), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ reason }),
    });
    assert.equal(response.status, 200, `the refund of ${order} is answered: ${await response.text()}`);
  }
}
