// With the body's own service: everyone with a role comes in, everyone else is told why not, and nobody comes in as
// somebody else.

import { writeFileSync } from "node:fs";
import path from "node:path";

import { Browser, secrets } from "./browser.mjs";
import { check, equal } from "./checks.mjs";
import { DOOR, NO_ROLE, REFUSED, SESSION, UNAVAILABLE } from "./office.mjs";
import { at } from "./program.mjs";
import { CLIENTS } from "./provider.mjs";
import { walk } from "./walk.mjs";

/** The flags of a client of the service, its secret in a file. */
export function flags(program, service, client, more = {}) {
  const secretFile = CLIENTS[client].secret ? path.join(program.work, `${client}.secret`) : undefined;
  if (secretFile) writeFileSync(secretFile, `${service.secrets[client]}\n`, { mode: 0o600 });
  return at(service.issuer, client, { secretFile, ...more });
}

async function comesIn(office, service, person, role) {
  const { browser, back } = await office.identify(service, person);
  await office.isIn(browser, await browser.get(back), role);
  return browser;
}

export async function everyKindOfClient(program, office, service) {
  for (const client of Object.keys(CLIENTS).filter((id) => id !== "foreign")) {
    await program.serve(flags(program, service, client));
    service.asked.length = 0;
    await comesIn(office, service, "person-clerk", "clerk");
    const [asked] = service.asked;
    const { scope, state, nonce, code_challenge, ...rest } = asked;
    const expected = {
      client_id: client,
      code_challenge_method: "S256",
      redirect_uri: office.finish,
      response_type: "code",
    };
    equal(sorted(rest), expected, `what ${client} asks of the service`);
    check(scope.split(" ").includes("openid"), `${client} asks for ${scope}`);
    for (const value of [state, nonce, code_challenge]) check(/^[\w-]{43}$/.test(value), `${client} sends ${value}`);
    equal(new Set([state, nonce, code_challenge]).size, 3, `${client}: how many different values it sends`);
  }
  const kinds = Object.values(CLIENTS).map(({ method, signature }) => `${method} ${signature}`);
  console.log(`signed in: by clients of ${new Set(kinds).size} kinds, each with PKCE (S256), state and nonce`);
}

/** Gives the sessions of the three roles, and cookies that are worth nothing any more. */
export async function everyRole(program, office, service) {
  await program.serve(flags(program, service, "office"));
  const sessions = {};
  for (const role of ["viewer", "clerk", "approver"]) {
    const browser = await comesIn(office, service, `person-${role}`, role);
    sessions[role] = browser.cookie(office.origin, SESSION);
    secrets.add(sessions[role]);
  }
  equal(new Set(Object.values(sessions)).size, 3, "how many sessions there are");
  await comesIn(office, service, "person-in-one-word", "clerk");
  for (const person of ["person-without", "person-nothing"]) {
    const { browser, back } = await office.identify(service, person);
    await office.refuses(person, browser, () => browser.get(back), ...NO_ROLE);
  }
  const left = await comesIn(office, service, "person-approver", "approver");
  const signedOut = left.cookie(office.origin, SESSION);
  const answer = await left.post(`${office.origin}/office/sign-out`);
  equal([answer.status, answer.location], [303, `${office.origin}/office/sign-in`], "where signing out leads");
  equal(left.cookie(office.origin, SESSION), undefined, "what the browser keeps after signing out");
  // The same browser again: the service still knows who it is, and the session is another one.
  const again = await left.follow(await left.get(`${office.origin}/office/sign-in/start`), office.finish);
  await office.isIn(left, await left.get(again.location), "approver");
  check(left.cookie(office.origin, SESSION) !== signedOut, "a session came back");
  console.log("signed in: a viewer, clerks and an approver; two persons without a role were told so");
  return { sessions, worthless: { "a signed-out session": `${SESSION}=${signedOut}` } };
}

/** Whoever signs in as another person, or loses the role, keeps nothing of the session before. */
export async function anotherPerson(office, service) {
  const { browser, back } = await office.identify(service, "person-approver");
  await office.isIn(browser, await browser.get(back), "approver");
  const before = browser.cookie(office.origin, SESSION);
  const next = await office.identify(service, "person-without", { browser: withCookie(office, before) });
  const answer = await next.browser.get(next.back);
  equal(answer.status, 403, "a person without a role, in the browser of an approver");
  equal(next.browser.cookie(office.origin, SESSION), undefined, "the session that this browser had");
  const old = await withCookie(office, before).get(`${office.origin}/office`);
  equal(old.status, 303, "the old session, kept by somebody else");
  console.log("ended: the session that a browser had before, by the next sign-in in it");
}

function withCookie(office, session) {
  const browser = new Browser();
  browser.jar.set(office.origin, new Map([[SESSION, session]]));
  return browser;
}

export async function byAddress(program, office, service) {
  const roles = { viewer: "viewer@example.jp", clerk: "other@example.jp, clerk@example.jp", approver: "approver@example.jp" };
  await program.serve(flags(program, service, "office", { claim: "email", roles }));
  await comesIn(office, service, "person-clerk", "clerk");
  await comesIn(office, service, "person-viewer", "viewer");
  for (const person of ["person-without", "person-unverified"]) {
    const { browser, back } = await office.identify(service, person);
    await office.refuses(`${person} by address`, browser, () => browser.get(back), ...NO_ROLE);
  }
  console.log("signed in: by addresses that the service has verified, and by no other");
}

/** What somebody can do with codes, states and browsers that belong to others. */
export async function nobodyElse(program, office, service) {
  await program.serve(flags(program, service, "office"));
  const refuses = (what, browser, address, options) =>
    office.refuses(what, browser, () => browser.get(address), ...REFUSED, options);

  // Login CSRF: the attacker's own way back, opened in the browser of a victim.
  const attacker = await office.identify(service, "person-clerk");
  await refuses("another browser's way back", new Browser(), attacker.back, { endsDoor: false });
  const victim = await office.identify(service, "person-viewer");
  await refuses("another browser's way back, while one signs in", victim.browser, attacker.back, { endsDoor: false });
  await refuses("another state", victim.browser, changed(victim.back, { state: randomState() }), { endsDoor: false });
  await refuses("no state", victim.browser, changed(victim.back, { state: null }), { endsDoor: false });
  const mixed = changed(victim.back, { iss: "https://login.elsewhere.example" });
  const doorOf = (browser) => [DOOR, browser.cookie(office.origin, DOOR)];
  const [, door] = doorOf(victim.browser);
  await office.isIn(victim.browser, await victim.browser.get(victim.back), "viewer");

  // The same address a second time: the browser has forgotten that it set out, and the service has seen the code.
  const after = new Browser();
  await refuses("a way back that was used, in a fresh browser", after, victim.back, { endsDoor: false });
  after.jar.set(office.origin, new Map([[DOOR, door]]));
  await refuses("a code that was used", after, victim.back);
  after.jar.set(office.origin, new Map([[DOOR, door]]));
  await refuses("a code of another service (RFC 9207)", after, mixed);

  // The attacker's code in the victim's sign-in: state fits, PKCE does not.
  const other = await office.identify(service, "person-approver");
  const { browser } = await office.setOut();
  const mine = await office.identify(service, "person-viewer", { browser });
  const injected = changed(mine.back, { code: new URL(other.back).searchParams.get("code") });
  await refuses("the code of another sign-in", mine.browser, injected);
  const invented = await office.identify(service, "person-viewer");
  await refuses("a code that is none", invented.browser, changed(invented.back, { code: "x".repeat(43) }));

  // Another client of the same service leads its people to us.
  const foreign = await office.identify(service, "person-approver", {
    change: (address) => changed(address, { client_id: "foreign" }),
  });
  await refuses("a code that was given for another client", foreign.browser, foreign.back);
  const weak = await office.identify(service, "person-approver", {
    change: (address) => changed(address, { code_challenge: randomState() }),
  });
  await refuses("a code that was asked for with another challenge", weak.browser, weak.back);
  const { browser: without, answer } = await office.setOut();
  const bare = changed(answer.location, { code_challenge: null, code_challenge_method: null });
  const told = await without.follow(await without.get(bare), office.finish);
  await refuses("a sign-in whose challenge was taken away", without, told.location);

  const unwilling = await office.identify(service, "");
  await refuses("a person who changed their mind", unwilling.browser, unwilling.back);
  const head = await office.identify(service, "person-clerk");
  equal((await head.browser.ask("HEAD", head.back)).status, 401, "a HEAD of the way back");
  await office.isIn(head.browser, await head.browser.get(head.back), "clerk");
  console.log("refused: other browsers' ways back, used and foreign codes, other states, challenges, clients and services");
}

export async function wrongSecret(program, office, service) {
  const file = path.join(program.work, "wrong.secret");
  writeFileSync(file, "not-the-secret-of-this-client\n");
  await program.serve(at(service.issuer, "office", { secretFile: file }));
  const { browser, back } = await office.identify(service, "person-clerk");
  await office.refuses("a client with a wrong secret", browser, () => browser.get(back), ...REFUSED);
}

export async function serviceDown(program, office, service) {
  await program.serve(flags(program, service, "office"));
  const { browser, back } = await office.identify(service, "person-clerk");
  await service.stop();
  await office.cannotSetOut("setting out for a service that is down");
  await office.refuses("coming back when the service is down", browser, () => browser.get(back), ...UNAVAILABLE);
  await service.comeBack();
  const again = await office.identify(service, "person-clerk");
  await office.isIn(again.browser, await again.browser.get(again.back), "clerk");
  console.log("told: that the service is down, before it was asked and after; then it came back");
}

/** A certificate of an authority that nobody trusts, and issuers that could be read on the way. */
export async function trust(program, office, service) {
  const untrusted = { ...program.environment(), SSL_CERT_FILE: path.join(program.work, "other-authority.pem") };
  const environment = program.environment;
  program.environment = () => untrusted;
  await program.serve(flags(program, service, "office"));
  program.environment = environment;
  await office.cannotSetOut("a service whose certificate nobody knows");
  for (const issuer of ["http://login.example.jp", "ftp://localhost/", "login.example.jp"]) {
    const { code, complained } = await program.command("serve", ...at(issuer, "office"));
    check(code !== 0 && complained.includes("issuer"), `${issuer} is taken for an issuer: ${complained}`);
  }
}

/** Sessions by printed links and at the service have one end: after ten hours both are worth nothing. */
export async function tenHours(program, office, service, routes, sessions, worthless) {
  const link = await program.link("hanako", "approver");
  const browser = new Browser();
  equal((await browser.get(link)).status, 200, "a printed link");
  equal((await browser.post(link)).status, 303, "the button behind a printed link");
  const printed = browser.cookie(office.origin, SESSION);
  const stale = Object.entries({ ...sessions, "printed link's": printed });
  const later = new Date(Date.now() + 10 * 3_600_000 + 60_000).toISOString().replace(/\.\d+/, "");
  await program.serve(flags(program, service, "office"), later);
  const begun = await office.identify(service, "person-clerk");
  await office.refuses("an ID token that has expired", begun.browser, () => begun.browser.get(begun.back), ...REFUSED);
  const expired = stale.map(([name, session]) => [`an expired session (${name})`, `${SESSION}=${session}`]);
  const fresh = {};
  for (const role of ["viewer", "clerk", "approver"]) {
    const visitor = new Browser();
    await visitor.post(await program.link("taro", role));
    fresh[role] = visitor.cookie(office.origin, SESSION);
  }
  await walk(program, routes, fresh, { ...worthless, ...Object.fromEntries(expired) });
}

function changed(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

function randomState() {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort());
}
