// The mails of an outbox folder: who got which claim link.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Address → claim link. */
export async function claimLinks(folder) {
  const links = new Map();
  const names = (await readdir(folder)).filter((name) => name.endsWith(".eml"));
  for (const name of names.sort()) {
    const { address, text } = mail(await readFile(join(folder, name), "latin1"));
    const link = text.match(/^https?:\/\/\S+\/claim\/\S+$/m)?.[0];
    if (!address || !link) throw new Error(`${name}: no recipient or no claim link in it`);
    links.set(address, link);
  }
  return links;
}

/** The recipient, and the plain text, of one MIME message. */
function mail(source) {
  const { fields, body } = part(source.replaceAll("\r\n", "\n"));
  const address = fields.get("to")?.match(/[^\s<>]+@[^\s<>]+/)?.[0];
  const boundary = fields.get("content-type")?.match(/boundary="?([^";]+)"?/)?.[1];
  const parts = boundary ? body.split(`--${boundary}`).slice(1, -1).map(part) : [{ fields, body }];
  const plain = parts.find(({ fields }) => fields.get("content-type")?.startsWith("text/plain"));
  return { address, text: plain ? decoded(plain).replaceAll("\r\n", "\n") : "" };
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
