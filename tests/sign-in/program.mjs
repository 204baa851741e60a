// The program for one machine, which serves the real functions, with a sign-in service of the test's choice.

import { spawn } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import path from "node:path";

import { check, until } from "./checks.mjs";
import { secrets } from "./browser.mjs";

export class Program {
  /** `binary` is the program, `work` the folder of this run, `port` where it listens. */
  constructor(binary, work, port) {
    Object.assign(this, { binary, work, port, data: path.join(work, "data"), log: "" });
    this.origin = `http://localhost:${port}`;
  }

  /** Serves from now on as `flags` say. Whatever served before has ended. `clock`: the moment at which its clock starts. */
  async serve(flags, clock) {
    await this.stop();
    this.time = clock ? ["--clock", clock] : [];
    this.process = spawn(this.binary, [...this.place(), "serve", ...flags], { env: this.environment() });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on("data", (text) => {
        this.log += text;
        appendFileSync(path.join(this.work, "serve.log"), text);
      });
    }
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    let over = false;
    this.ended.then(() => (over = true));
    await until(async () => {
      check(!over, `shomei-local did not start: ${this.log.slice(-600)}`);
      return (await fetch(`${this.origin}/office/sign-in`).catch(() => null))?.ok;
    }, "shomei-local answers");
  }

  async stop() {
    if (!this.process) return;
    this.process.kill("SIGINT");
    await this.ended;
    this.process = undefined;
  }

  /** What a command prints, at the time of the server. */
  async command(...words) {
    const child = spawn(this.binary, [...this.place(), ...words], { env: this.environment() });
    let printed = "";
    let complained = "";
    child.stdout.on("data", (text) => (printed += text));
    child.stderr.on("data", (text) => (complained += text));
    const code = await new Promise((resolve) => child.once("exit", resolve));
    return { code, printed: printed.trim(), complained };
  }

  /** A link that lets a person in, from the console of this machine. */
  async link(name, role) {
    const { code, printed, complained } = await this.command("office", "--name", name, "--role", role);
    check(code === 0, `no link was printed: ${complained}`);
    secrets.add(printed.split("/").pop());
    return printed;
  }

  /** Everything that is stored, as one text. */
  async contents() {
    const [address, secret] = readFileSync(path.join(this.data, "store.address"), "utf8").trim().split(" ");
    const items = [];
    let start;
    do {
      const response = await fetch(`http://${address}`, {
        method: "POST",
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${secret}/`,
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810.Scan",
        },
        body: JSON.stringify({ TableName: "shomei", ConsistentRead: true, ExclusiveStartKey: start }),
      });
      const page = await response.json();
      check(response.ok, `the store cannot be read: ${response.status}`);
      items.push(...page.Items);
      start = page.LastEvaluatedKey;
    } while (start);
    return items.map(canonical).sort().join("\n");
  }

  place() {
    return ["--data", this.data, "--base-url", this.origin, "--listen", `127.0.0.1:${this.port}`, ...(this.time ?? [])];
  }

  environment() {
    return { PATH: process.env.PATH, HOME: this.work, SSL_CERT_FILE: path.join(this.work, "authority.pem") };
  }
}

/** A value with the members of its objects in order. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.sort().join()}}`;
}

/** The flags by which staff sign in at a service. */
export function at(issuer, client, { secretFile, claim, roles } = {}) {
  const flags = ["--sign-in-issuer", issuer, "--sign-in-client", client];
  if (secretFile) flags.push("--sign-in-secret-file", secretFile);
  if (claim) flags.push("--sign-in-role-claim", claim);
  for (const [role, values] of Object.entries(roles ?? {})) flags.push(`--sign-in-${role}`, values);
  return flags;
}
