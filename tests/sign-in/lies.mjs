// Every lie that a service, or whoever stands between, could tell. Nobody is signed in by any of them.

import { createHmac } from "node:crypto";

import { SignJWT, exportJWK, exportSPKI } from "jose";

import { secrets } from "./browser.mjs";
import { check, equal } from "./checks.mjs";
import { CLIENT, SECRET, assembled, json } from "./liar.mjs";
import { NO_ROLE, REFUSED, UNAVAILABLE } from "./office.mjs";
import { listen } from "./serving.mjs";

const now = () => Math.floor(Date.now() / 1000);
const without = (name) => (claims) => ({ ...claims, [name]: undefined });
const claim = (name, value) => ({ claims: (claims) => ({ ...claims, [name]: value }) });

/** In the ID token, which is signed as it should be unless the lie is about that. */
const TOKENS = {
  "a token for another client": claim("aud", "foreign"),
  "a token for us and another client": claim("aud", [CLIENT, "foreign"]),
  "a token for nobody": { claims: without("aud") },
  "a token that was given to another client": claim("azp", "foreign"),
  "a token of another issuer": claim("iss", "https://login.elsewhere.example"),
  "a token of nearly the issuer": { claims: (claims) => ({ ...claims, iss: `${claims.iss}/` }) },
  "a token of no issuer": { claims: without("iss") },
  "a token that has expired": { claims: (claims) => ({ ...claims, iat: now() - 700, exp: now() - 1 }) },
  "a token that never expires": { claims: without("exp") },
  "another nonce": claim("nonce", "n".repeat(43)),
  "no nonce": { claims: without("nonce") },
  "a token about nobody": { claims: without("sub") },
  "a token about an empty name": claim("sub", ""),
  "a token about a very long name": claim("sub", "s".repeat(256)),
  "a token about a name of two lines": claim("sub", "a\nb"),
  "a signature by another key": { key: (liar) => liar.otherKey.privateKey },
  "a signature by a key that the token brings along": {
    token: async (claims, liar) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", jwk: await exportJWK(liar.otherKey.publicKey) })
        .sign(liar.otherKey.privateKey),
  },
  "a signature by an unknown key": { header: (header) => ({ ...header, kid: "2" }) },
  "a key that is not for signatures": { keys: (keys) => keys.map((key) => ({ ...key, use: "enc" })) },
  "no key at all": { keys: () => [] },
  "the algorithm none": { token: (claims) => assembled({ alg: "none" }, claims) },
  "the algorithm None": { token: (claims) => assembled({ alg: "None", kid: "1" }, claims) },
  "no signature": {
    token: async (claims, liar) => (await signed(claims, liar)).replace(/[^.]*$/, ""),
  },
  "the client's secret for a key (HS256)": { token: (claims) => hmac(claims, SECRET) },
  "the public key for a secret (HS256)": {
    token: async (claims, liar) => hmac(claims, await exportSPKI(liar.key.publicKey)),
  },
  "changed claims under a good signature": {
    token: async (claims, liar) => {
      const signature = (await signed({ ...claims, sub: "other" }, liar)).split(".")[2];
      return assembled({ alg: "RS256", kid: "1" }, claims, signature);
    },
  },
  "a critical header that nobody knows": {
    token: (claims, liar) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "1", crit: ["b64"], b64: true })
        .sign(liar.key.privateKey),
  },
  "what is no token": { token: () => "x" },
  "no ID token": { tokens: (tokens) => ({ ...tokens, id_token: undefined }) },
  "an ID token that is a list": { tokens: (tokens) => ({ ...tokens, id_token: [tokens.id_token] }) },
};

/** What the token lists under the claim of roles. */
const ROLES = {
  "no roles": { claims: without("roles") },
  "an empty list of roles": claim("roles", []),
  "roles in one text": claim("roles", "clerk,approver"),
  "roles in an object": claim("roles", { clerk: true }),
  "roles in a list in a list": claim("roles", [["clerk"]]),
  "a role with a blank": claim("roles", [" clerk", "clerk "]),
  "roles in another claim": { claims: ({ roles, ...claims }) => ({ ...claims, groups: roles }) },
};

const respond = (status, text, type = "application/json") => (_, response) => {
  response.writeHead(status, { "content-type": type }).end(text);
};

/** In the token endpoint's answer: [lie, what the office says]. */
const ANSWERS = {
  "a refusal of the code": [{ at: { "/token": respond(400, '{"error":"invalid_grant"}') } }, REFUSED],
  "a refusal in words of its own": [{ at: { "/token": respond(401, '{"error":"go-away"}') } }, REFUSED],
  "tokens that are no JSON": [{ at: { "/token": respond(200, "access granted") } }, REFUSED],
  "tokens that are a page": [{ at: { "/token": respond(200, "<html>", "text/html") } }, REFUSED],
  "a failing token endpoint": [{ at: { "/token": respond(500, "oops") } }, UNAVAILABLE],
  "a token endpoint that is overloaded": [{ at: { "/token": respond(503, "{}") } }, UNAVAILABLE],
  "a token endpoint that hangs up": [{ at: { "/token": (request) => request.socket.destroy() } }, UNAVAILABLE],
};

const configuration = "/.well-known/openid-configuration";

/** In what it says of itself: known before anybody is sent there. */
const CONFIGURATIONS = {
  "the configuration of another issuer": { metadata: (it) => ({ ...it, issuer: "https://login.elsewhere.example" }) },
  "a configuration without keys": { metadata: (it) => ({ ...it, jwks_uri: undefined }) },
  "a configuration that is no JSON": { at: { [configuration]: respond(200, "hello") } },
  "a configuration that is a page": { at: { [configuration]: respond(200, "<html>", "text/html") } },
  "no configuration": { at: { [configuration]: respond(404, "") } },
  "a failing service": { at: { [configuration]: respond(500, "") } },
  "keys that are no JSON": { at: { "/keys": respond(200, "{") } },
  "passwords asked for without TLS": {
    metadata: (it) => ({ ...it, authorization_endpoint: "http://login.example.jp/authorize" }),
  },
  "passwords asked for without TLS on this machine": {
    metadata: (it) => ({ ...it, authorization_endpoint: it.authorization_endpoint.replace("https:", "http:") }),
  },
  "a script for an address": { metadata: (it) => ({ ...it, authorization_endpoint: "javascript:alert(1)" }) },
};

export async function honestFirst(office, liar) {
  liar.honest();
  await signedIn(office, liar, "an honest service");
  const [{ form, authorization }] = liar.tokenRequests;
  equal([...form.keys()].sort(), ["code", "code_verifier", "grant_type", "redirect_uri"], "what the token endpoint is shown");
  equal(authorization, `Basic ${Buffer.from(`${CLIENT}:${SECRET}`).toString("base64")}`, "how the client proves itself");
  liar.tell({ metadata: (it) => ({ ...it, token_endpoint_auth_methods_supported: ["client_secret_post"] }) });
  liar.tokenRequests = [];
  await signedIn(office, liar, "a service that takes secrets in the form only");
  equal(liar.tokenRequests[0].form.get("client_secret"), SECRET, "the secret in the form");
  // A service that would be content with less is asked for as much.
  liar.tell({ metadata: (it) => ({ ...it, code_challenge_methods_supported: ["plain"] }) });
  await signedIn(office, liar, "a service that offers plain challenges");
  // Between setting out and coming back, the service takes another key.
  const { browser, answer } = await office.setOut();
  [liar.key, liar.otherKey] = [liar.otherKey, liar.key];
  liar.honest();
  const back = await browser.follow(answer, office.finish);
  await office.isIn(browser, await browser.get(back.location), "clerk");
}

export async function lyingTokens(office, liar) {
  for (const [what, lie] of Object.entries(TOKENS)) await refused(office, liar, what, lie, REFUSED);
  for (const [what, lie] of Object.entries(ROLES)) await refused(office, liar, what, lie, NO_ROLE);
  // A token that was good once, for a sign-in of the same person.
  liar.honest();
  await signedIn(office, liar, "an honest service");
  const old = liar.last;
  await refused(office, liar, "a token of an earlier sign-in", { token: () => old }, REFUSED);
  for (const [what, [lie, expected]] of Object.entries(ANSWERS)) await refused(office, liar, what, lie, expected);
  const other = (back) => (back.searchParams.set("iss", "https://login.elsewhere.example"), back);
  await refused(office, liar, "a way back in the name of another service", { back: other }, REFUSED);
  const kinds = [TOKENS, ROLES, ANSWERS].map((lies) => Object.keys(lies).length);
  console.log(`refused: ${kinds[0] + 1} kinds of ID tokens, ${kinds[1]} of roles, ${kinds[2]} of other answers`);
}

export async function lyingConfigurations(office, liar, tls) {
  for (const [what, lie] of Object.entries(CONFIGURATIONS)) await unreachable(office, liar, what, lie);
  const plain = await listen((_, response) => ((plain.asked = true), json(response, { keys: [] })));
  const answer = (request, response) => ((elsewhere.asked = true), liar.answer(request, response));
  const elsewhere = await listen(answer, tls);
  const led = (to) => (_, response) => response.writeHead(307, { location: to }).end();
  try {
    await unreachable(office, liar, "keys without TLS", { metadata: (it) => ({ ...it, jwks_uri: `${plain.url}/keys` }) });
    const tokens = { metadata: (it) => ({ ...it, token_endpoint: `${plain.url}/token` }) };
    await refused(office, liar, "tokens without TLS", tokens, UNAVAILABLE);
    check(!plain.asked, "something was asked for without TLS");
    for (const at of [configuration, "/keys"]) {
      await unreachable(office, liar, `${at} that leads elsewhere`, { at: { [at]: led(`${elsewhere.url}${at}`) } });
    }
    const away = { at: { "/token": led(`${elsewhere.url}/token`) } };
    await refused(office, liar, "a token endpoint that leads elsewhere", away, REFUSED);
    check(!elsewhere.asked, "the office followed where it was led");
    // Google's is on another host than its issuer.
    const host = elsewhere.url.replace("localhost", "127.0.0.1");
    liar.tell({ metadata: (it) => ({ ...it, token_endpoint: `${host}/token` }) });
    await signedIn(office, liar, "a token endpoint on another host");
    check(elsewhere.asked, "the other host was not asked");
  } finally {
    await Promise.all([plain.close(), elsewhere.close()]);
  }
  console.log(`refused: ${Object.keys(CONFIGURATIONS).length + 5} kinds of configurations; another host gives tokens, and may`);
}

/** Answers without end, in bytes and in time. */
export async function withoutEnd(office, liar) {
  let sent = 0;
  const flood = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const blank = Buffer.alloc(65_536, " ");
    const pour = () => {
      while (!response.destroyed && sent < 64 << 20) {
        sent += blank.length;
        if (!response.write(blank)) return response.once("drain", pour);
      }
      return response.end();
    };
    pour();
  };
  for (const at of [configuration, "/keys"]) {
    await unreachable(office, liar, `${at} without end`, { at: { [at]: flood } });
  }
  await refused(office, liar, "tokens without end", { at: { "/token": flood } }, UNAVAILABLE);
  check(sent < 48 << 20, `the office read on: ${sent} bytes were sent`);

  const drip = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const drop = setInterval(() => response.write(" "), 250);
    response.once("close", () => clearInterval(drop));
  };
  const silent = () => {};
  const began = Date.now();
  await unreachable(office, liar, "a configuration that comes in drops", { at: { [configuration]: drip } });
  await refused(office, liar, "tokens that never come", { at: { "/token": silent } }, UNAVAILABLE);
  const seconds = (Date.now() - began) / 1000;
  check(seconds > 10 && seconds < 20, `two answers that never end took ${seconds} s`);
  console.log(`bounded: answers without end, in bytes and in time (two took ${seconds.toFixed(0)} s)`);
}

async function signedIn(office, liar, what) {
  const { browser, answer } = await office.setOut();
  const { searchParams } = new URL(answer.location);
  equal(searchParams.get("code_challenge_method"), "S256", `${what}: the challenge`);
  const back = await browser.follow(answer, office.finish);
  await office.isIn(browser, await browser.get(back.location), "clerk");
}

/** The lie comes between: whoever sets out does so in good faith. */
async function refused(office, liar, what, lie, [status, words]) {
  liar.honest();
  const { browser, answer } = await office.setOut();
  liar.tell(lie);
  const back = await browser.follow(answer, office.finish);
  await office.refuses(what, browser, () => browser.get(back.location), status, words);
  liar.honest();
}

async function unreachable(office, liar, what, lie) {
  liar.tell(lie);
  await office.cannotSetOut(what);
  liar.honest();
}

function signed(claims, liar) {
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(liar.key.privateKey);
}

function hmac(claims, secret) {
  const [header, payload] = assembled({ alg: "HS256", kid: "1" }, claims).split(".");
  const tag = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
  secrets.add(tag);
  return `${header}.${payload}.${tag}`;
}
