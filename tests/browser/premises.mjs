// An installation of one's own, whose clock is set: it serves until the clock is moved on, and meanwhile does what one types.
import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const executed = promisify(execFile);

/** How long a server may take to start. */
const PATIENCE = 60_000;

export class Premises {
  #program;
  #baseUrl;
  #server;
  /** The moment of the server's clock, less that of this process. */
  #ahead = 0;

  constructor({ program, data, baseUrl }) {
    this.#program = program;
    this.#baseUrl = baseUrl;
    this.data = data;
  }

  /** Makes the folder, and has its settings say this as well. */
  async opens(clock, settings) {
    this.#set(clock);
    await mkdir(this.data, { recursive: true });
    await this.command("export", join(this.data, "..", "nothing-yet"));
    const file = join(this.data, "settings.json");
    const first = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...first, ...settings }, null, 2));
  }

  /** Does one command of the program, at the moment that the server's clock shows. Gives what it prints. */
  async command(...words) {
    const now = new Date(performance.now() + this.#ahead).toISOString();
    const { stdout } = await executed(this.#program, [...this.#place(), "--clock", now, ...words]);
    return stdout.trim();
  }

  /** Closes, and opens again at this moment. `before`: what is done first, at the same moment. */
  async serves(clock, ...before) {
    await this.closes();
    this.#set(clock);
    if (before.length > 0) await this.command(...before);
    const { host, origin } = new URL(this.#baseUrl);
    const listen = host.replace("localhost", "127.0.0.1");
    this.#set(clock);
    this.#server = spawn(this.#program, [...this.#place(), "--listen", listen, "--clock", clock, "serve"], { stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(join(this.data, "..", "serve.log"), { flags: "a" });
    for (const stream of [this.#server.stdout, this.#server.stderr]) stream.pipe(log, { end: false });
    const until = performance.now() + PATIENCE;
    while (!(await fetch(origin).then(({ ok }) => ok, () => false))) {
      if (performance.now() > until || this.#server.exitCode !== null) throw new Error(`the server did not start at ${clock}`);
      await sleep(50);
    }
  }

  async closes() {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill();
    await ended;
  }

  #place() {
    return ["--data", this.data, "--base-url", this.#baseUrl];
  }

  #set(clock) {
    this.#ahead = Date.parse(clock) - performance.now();
  }
}
