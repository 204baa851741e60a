// Somebody of the office's staff, at a desk and with a phone in the hand.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { Visitor } from "./visitor.mjs";

/** The month that the office works on. */
export const MONTH = "2026-10";

/** How long the mail service takes to tell of a mail. */
const PATIENCE = 10_000;

const DEVICES = { desk: ["ja", "desktop"], phone: ["ja", "phone"], abroad: ["en", "desktop"] };

export class Colleague {
  #premises;

  /** Takes a place, without coming in. */
  static async come(site, premises, name, role) {
    const colleague = new Colleague();
    colleague.#premises = premises;
    Object.assign(colleague, { name, role, site });
    for (const [device, [language, kind]] of Object.entries(DEVICES)) {
      colleague[device] = await Visitor.come(site, { language, device: kind });
    }
    return colleague;
  }

  /** Comes in by a printed link; the phone and the browser in English are let in with the same key. */
  async enters(first = false) {
    const link = await this.#premises.command("office", "--name", this.name, "--role", this.role);
    if (first) await this.look(`enter-${this.role}`, { at: link, phone: true });
    await this.desk.open(link);
    assert.ok((await this.desk.reads()).includes(this.name), "whose link it is, the page does not say");
    await this.desk.submit(new URL(link).pathname);
    assert.equal(this.desk.path, "/office");
    const cookies = await this.desk.context.cookies();
    for (const { context } of [this.phone, this.abroad]) await context.addCookies(cookies);
    return link;
  }

  /** Photographs the page that is open at the desk, or this address, and holds it to every law; the other devices open it too. */
  async look(name, { at, phone = false, abroad = false, status = 200 } = {}) {
    if (at) await this.desk.open(at, status);
    const url = at ?? this.desk.page.url();
    await this.desk.look(name);
    for (const visitor of [phone && this.phone, abroad && this.abroad].filter(Boolean)) {
      await visitor.open(url, status);
      await visitor.look(name);
    }
  }

  /** Does the same with several devices, where the answer to a form has no address of its own. */
  async each(devices, name, does) {
    for (const device of devices) {
      await does(this[device]);
      await this[device].look(name);
    }
  }

  /** The month at a glance: both sums agree whenever one looks, and it soon counts as expected. A count that is not there is 0. */
  async counts(expected) {
    const until = performance.now() + PATIENCE;
    let relevant;
    do {
      const counts = await this.#glances();
      relevant = Object.fromEntries(Object.keys(expected).map((name) => [name, counts[name] ?? 0]));
    } while (!isDeepStrictEqual(relevant, expected) && performance.now() < until);
    assert.deepEqual(relevant, expected);
  }

  async #glances() {
    const { desk } = this;
    await desk.open(`/office?month=${MONTH}`);
    const results = await desk.page.locator("main td.result").allInnerTexts();
    assert.deepEqual(results, ["一致", "一致"], `the sums do not agree: ${await desk.reads()}`);
    const shown = await desk.page.locator("main ul.counts li").allInnerTexts();
    return Object.fromEntries(shown.map((text) => text.match(/^(\d+)\s*(.*)$/s)).map(([, count, name]) => [name.trim(), Number(count)]));
  }

  /** Opens a fold of the page, if it is closed. */
  async unfold(fold) {
    if (!(await fold.evaluate(({ open }) => open))) await fold.locator("summary").first().click();
  }

  async leaves() {
    for (const device of Object.keys(DEVICES)) await this[device].leave();
  }
}
