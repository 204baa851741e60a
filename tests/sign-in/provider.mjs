// The body's own sign-in service: `oidc-provider`, certified software that we did not write. It asks nobody for a
// password: the test
// posts who it is.

import { randomUUID } from "node:crypto";

import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

import { body, listen } from "./serving.mjs";

/** How its clients sign and prove themselves: one of each kind that services offer, and one that is not ours. */
export const CLIENTS = {
  office: { secret: true, method: "client_secret_basic", signature: "RS256" },
  "office-post": { secret: true, method: "client_secret_post", signature: "PS256" },
  "office-public": { secret: false, method: "none", signature: "ES256" },
  "office-ed25519": { secret: true, method: "client_secret_basic", signature: "EdDSA" },
  foreign: { secret: true, method: "client_secret_basic", signature: "RS256" },
};

/** Who has an account there. */
export const PEOPLE = {
  "person-clerk": { roles: ["everyone", "clerk"], email: "clerk@example.jp", email_verified: true },
  "person-approver": { roles: ["approver"], email: "approver@example.jp", email_verified: true },
  "person-viewer": { roles: ["viewer", "accounting"], email: "viewer@example.jp", email_verified: true },
  "person-in-one-word": { roles: "clerk", email: "word@example.jp", email_verified: true },
  "person-without": { roles: ["everyone", "clerk-of-others", "CLERK"], email: "without@example.jp", email_verified: true },
  "person-nothing": { email: "nothing@example.jp", email_verified: true },
  "person-unverified": { roles: [], email: "clerk@example.jp", email_verified: false },
};

export class Service {
  static async start(tls, redirect) {
    const service = new Service();
    service.secrets = Object.fromEntries(Object.keys(CLIENTS).map((id) => [id, `s:${randomUUID()}/+%&`]));
    service.tls = tls;
    service.server = await listen((request, response) => service.answer(request, response), tls);
    service.issuer = service.server.url;
    service.oidc = new Provider(service.issuer, await settings(service, redirect));
    service.callback = service.oidc.callback();
    // Every request of authorization, as browsers bring it.
    service.asked = [];
    return service;
  }

  async answer(request, response) {
    const url = new URL(request.url, this.issuer);
    if (url.pathname === "/auth") this.asked.push(Object.fromEntries(url.searchParams));
    if (!url.pathname.startsWith("/interaction/")) return this.callback(request, response);
    if (request.method !== "POST") return response.end("who is it?");
    const person = new URLSearchParams(await body(request)).get("person");
    const result = person ? { login: { accountId: person } } : { error: "access_denied" };
    return this.oidc.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  /** Does not answer any more. */
  async stop() {
    await this.server.close();
  }

  /** Answers again where it was. */
  async comeBack() {
    this.server = await listen((request, response) => this.answer(request, response), this.tls, this.server.port);
  }
}

async function settings(service, redirect) {
  const keys = [];
  for (const alg of ["RS256", "PS256", "ES256", "EdDSA"]) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    keys.push({ ...(await exportJWK(privateKey)), alg, use: "sig", kid: alg });
  }
  return {
    clients: Object.entries(CLIENTS).map(([id, { secret, method, signature }]) => ({
      client_id: id,
      ...(secret && { client_secret: service.secrets[id] }),
      redirect_uris: [redirect],
      response_types: ["code"],
      grant_types: ["authorization_code"],
      token_endpoint_auth_method: method,
      id_token_signed_response_alg: signature,
    })),
    jwks: { keys },
    enabledJWA: {
      idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"],
    },
    cookies: { keys: [randomUUID()] },
    pkce: { required: () => true },
    // What is listed of a person stands in the ID token itself.
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "roles"], email: ["email", "email_verified"], profile: [] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Session: 3600, Interaction: 600, Grant: 3600 },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
}
