// The mails of an outbox folder, as their recipients read them.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a mail may be under way. */
const PATIENCE = 10_000;

export class Outbox {
  #folder;
  #read = new Set();
  #mails = [];

  constructor(folder) {
    this.#folder = folder;
  }

  /** All mails to an address, oldest first. */
  async to(address) {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(".eml") && !this.#read.has(name));
    names.forEach((name) => this.#read.add(name));
    for (const name of names.sort()) {
      this.#mails.push({ name, taken: false, ...mail(await readFile(join(this.#folder, name), "latin1")) });
    }
    return this.#mails.filter((mail) => mail.address === address);
  }

  /** The link that offers this achievement to this address. */
  async claimLink(address, achievement) {
    const found = (await this.to(address)).find(({ text }) => text.includes(achievement));
    assert.ok(found, `no mail to ${address} about ${achievement} in ${this.#folder}`);
    return linkIn(found.text, "/claim/") ?? assert.fail(`${found.name} holds no claim link`);
  }

  /** The link of this kind in the next mail to this address. Each mail is read once. */
  async nextLink(address, kind) {
    const until = performance.now() + PATIENCE;
    do {
      const found = (await this.to(address)).find((mail) => !mail.taken && linkIn(mail.text, kind));
      if (found) {
        found.taken = true;
        return linkIn(found.text, kind);
      }
      await sleep(50);
    } while (performance.now() < until);
    return assert.fail(`no mail to ${address} with a link to ${kind} within ${PATIENCE / 1000} s`);
  }

  /** Waits until a mail to this address says these words. */
  async says(address, words) {
    const until = performance.now() + PATIENCE;
    do {
      if ((await this.to(address)).some(({ text }) => text.includes(words))) return;
      await sleep(50);
    } while (performance.now() < until);
    assert.fail(`no mail to ${address} says ${words} within ${PATIENCE / 1000} s`);
  }
}

function linkIn(text, kind) {
  return text.match(/^https?:\/\/\S+$/gm)?.find((link) => new URL(link).pathname.startsWith(kind));
}

/** The recipient, where an answer goes, and the plain text, of one MIME message. */
function mail(source) {
  const { fields, body } = part(source.replaceAll("\r\n", "\n"));
  const address = fields.get("to")?.match(/[^\s<>]+@[^\s<>]+/)?.[0];
  const boundary = fields.get("content-type")?.match(/boundary="?([^";]+)"?/)?.[1];
  const parts = boundary ? body.split(`--${boundary}`).slice(1, -1).map(part) : [{ fields, body }];
  const plain = parts.find(({ fields }) => fields.get("content-type")?.startsWith("text/plain"));
  const replyTo = fields.get("reply-to")?.match(/[^\s<>]+@[^\s<>]+/)?.[0];
  return { address, replyTo, text: plain ? decoded(plain).replaceAll("\r\n", "\n") : "" };
}

function part(source) {
  const [head, ...rest] = source.replace(/^\n/, "").split("\n\n");
  const lines = head.replaceAll(/\n[ \t]+/g, " ").split("\n");
  const pairs = lines.map((line) => line.split(/:\s*(.*)/s, 2));
  const fields = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  return { fields, body: rest.join("\n\n") };
}

function decoded({ fields, body }) {
  switch (fields.get("content-transfer-encoding")?.toLowerCase()) {
    case "base64":
      return Buffer.from(body, "base64").toString("utf8");
    case "quoted-printable": {
      const joined = body.replaceAll("=\n", "");
      const octet = (_, digits) => String.fromCharCode(Number.parseInt(digits, 16));
      const bytes = joined.replaceAll(/=([0-9A-F]{2})/gi, octet);
      return Buffer.from(bytes, "latin1").toString("utf8");
    }
    default:
      return Buffer.from(body, "latin1").toString("utf8");
  }
}
