// Staff sign in at a real service, and at one that lies. See `run`, which starts this.
//
//     node journey.mjs SHOMEI_LOCAL WORK

import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { secrets } from "./browser.mjs";
import { check } from "./checks.mjs";
import { CLIENT, Liar, SECRET } from "./liar.mjs";
import { honestFirst, lyingConfigurations, lyingTokens, withoutEnd } from "./lies.mjs";
import { Office } from "./office.mjs";
import { Program, at } from "./program.mjs";
import { PEOPLE, Service } from "./provider.mjs";
import * as real from "./real.mjs";
import { freePort, identity } from "./serving.mjs";
import { walk } from "./walk.mjs";

const [binary, work] = process.argv.slice(2);

/** What the operator must be told among others. */
const CAUSES = [
  "the ID token has expired",
  "the ID token is for somebody else",
  "the ID token is of another issuer",
  "the ID token belongs to another sign-in",
  "the ID token's signature proves nothing",
  "the ID token is not signed in a way that is taken",
  "the token endpoint refuses: invalid_grant",
  "another service sent the browser back",
  "an address without HTTPS",
  "too long",
  "too late",
];

async function main() {
  const routes = JSON.parse(readFileSync(path.join(work, "routes.json"), "utf8"));
  const tls = identity(work);
  const program = new Program(binary, work, await freePort());
  const office = new Office(program);
  const service = await Service.start(tls, office.finish);
  const liar = await Liar.start(tls);
  try {
    await real.everyKindOfClient(program, office, service);
    const { sessions, worthless } = await real.everyRole(program, office, service);
    await walk(program, routes, sessions, worthless);
    await real.anotherPerson(office, service);
    await real.byAddress(program, office, service);
    await real.nobodyElse(program, office, service);
    await real.wrongSecret(program, office, service);
    await real.serviceDown(program, office, service);
    await real.trust(program, office, service);
    await lies(program, office, liar, tls);
    await withoutTls(program, office);
    await real.tenHours(program, office, service, routes, sessions, worthless);
    await program.stop();
    nothingSecretInTheLog(program, service);
  } finally {
    await program.stop();
    await Promise.all([service.stop(), liar.server.close()]);
  }
}

async function lies(program, office, liar, tls) {
  const secretFile = path.join(work, "liar.secret");
  writeFileSync(secretFile, SECRET);
  await program.serve(at(liar.issuer, CLIENT, { secretFile }));
  await honestFirst(office, liar);
  await lyingTokens(office, liar);
  await lyingConfigurations(office, liar, tls);
  await withoutEnd(office, liar);
}

/** On this machine a service need not speak TLS, and nothing of it may be elsewhere without. */
async function withoutTls(program, office) {
  const liar = await Liar.start();
  try {
    const secretFile = path.join(work, "liar.secret");
    await program.serve(at(liar.issuer, CLIENT, { secretFile }));
    await honestFirst(office, liar);
  } finally {
    await liar.server.close();
  }
}

function nothingSecretInTheLog(program, service) {
  const people = Object.entries(PEOPLE).flatMap(([id, { email }]) => [id, email]);
  const hidden = new Set([...secrets, ...people, ...Object.values(service.secrets), SECRET, "person-of-the-liar"]);
  check(hidden.size > 300, `only ${hidden.size} secrets are looked for`);
  for (const secret of hidden) check(!program.log.includes(secret), `the log holds ${secret}`);
  const warnings = program.log.split("\n").filter((line) => line.includes("nobody could be signed in"));
  check(warnings.length > 50, `the log tells of ${warnings.length} failures`);
  for (const why of CAUSES) check(warnings.some((line) => line.includes(why)), `no line says "${why}"`);
  const lines = program.log.split("\n").length;
  console.log(`logged: ${lines} lines, ${warnings.length} failures with their causes, none of ${hidden.size} secrets`);
}

await main();
