// A sign-in service that lies. Honest unless it is told which lie to tell, so that each refusal is about that lie alone.

import { createHash, randomBytes } from "node:crypto";

import { SignJWT, exportJWK, generateKeyPair } from "jose";

import { secrets } from "./browser.mjs";
import { body, listen } from "./serving.mjs";

export const CLIENT = "office";
export const SECRET = "a-secret-of-the-office-and-its-service";

export class Liar {
  static async start(tls) {
    const liar = new Liar();
    liar.server = await listen((request, response) => liar.answer(request, response), tls);
    liar.issuer = liar.server.url;
    liar.key = await generateKeyPair("RS256", { extractable: true });
    liar.otherKey = await generateKeyPair("RS256", { extractable: true });
    liar.codes = new Map();
    liar.honest();
    return liar;
  }

  /** `lie` may hold: `metadata`, `keys`, `claims`, `header` (each changes what it is given); `key` (signs for the true one);
   * `token` (makes the whole ID token); `tokens` (changes the token endpoint's answer); `back` (changes the way that leads
   * back); `at` (answers in the place of a path). */
  tell(lie) {
    this.lie = lie;
  }

  honest() {
    this.lie = {};
    this.tokenRequests = [];
  }

  async answer(request, response) {
    const url = new URL(request.url, this.issuer);
    const own = this.lie.at?.[url.pathname];
    if (own) return own(request, response);
    const pages = {
      "/.well-known/openid-configuration": () => json(response, this.metadata()),
      "/keys": async () => json(response, await this.publicKeys()),
      "/authorize": () => this.authorize(url, response),
      "/token": async () => this.token(request, new URLSearchParams(await body(request)), response),
    };
    const page = pages[url.pathname];
    if (page) return page();
    response.writeHead(404).end();
  }

  metadata() {
    const metadata = {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic"],
      code_challenge_methods_supported: ["S256"],
    };
    return this.lie.metadata?.(metadata) ?? metadata;
  }

  async publicKeys() {
    const keys = [{ ...(await exportJWK(this.key.publicKey)), kid: "1", use: "sig", alg: "RS256" }];
    return { keys: (await this.lie.keys?.(keys)) ?? keys };
  }

  authorize(url, response) {
    const asked = Object.fromEntries(url.searchParams);
    const code = randomBytes(24).toString("base64url");
    this.codes.set(code, asked);
    const back = new URL(asked.redirect_uri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", asked.state);
    response.writeHead(303, { location: (this.lie.back?.(back) ?? back).href }).end();
  }

  async token(request, form, response) {
    this.tokenRequests.push({ form, authorization: request.headers.authorization });
    const asked = this.codes.get(form.get("code"));
    const proof = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!asked || asked.code_challenge !== proof || asked.code_challenge_method !== "S256") {
      return json(response, { error: "invalid_grant" }, 400);
    }
    secrets.add(form.get("code_verifier"));
    const tokens = { access_token: randomBytes(24).toString("base64url"), token_type: "Bearer", expires_in: 600 };
    tokens.id_token = await this.idToken(asked.nonce);
    const given = this.lie.tokens?.(tokens) ?? tokens;
    for (const token of [given.access_token, given.id_token]) if (token?.length > 15) secrets.add(token);
    json(response, given);
  }

  async idToken(nonce) {
    const now = Math.floor(Date.now() / 1000);
    const person = { sub: "person-of-the-liar", roles: ["clerk"] };
    const honest = { iss: this.issuer, aud: CLIENT, ...person, nonce, iat: now, exp: now + 600 };
    const claims = this.lie.claims?.(honest) ?? honest;
    const header = this.lie.header?.({ alg: "RS256", kid: "1" }) ?? { alg: "RS256", kid: "1" };
    this.last = this.lie.token
      ? await this.lie.token(claims, this)
      : await new SignJWT(claims).setProtectedHeader(header).sign(this.lie.key?.(this) ?? this.key.privateKey);
    return this.last;
  }
}

export function json(response, document, status = 200) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
}

/** A token as no library would make it. */
export function assembled(header, claims, signature = "") {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part(header)}.${part(claims)}.${signature}`;
}
