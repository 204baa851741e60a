// A browser: it keeps the cookies of each origin, says from where a form is sent, and goes where it is led to, one
// step at a time.

import { check } from "./checks.mjs";

/** Everything that nobody may find in a log: what stood in cookies, and in the addresses that browsers were led to. */
export const secrets = new Set();

const SECRET_PARAMETERS = ["code", "state", "nonce", "code_challenge"];

export class Browser {
  constructor() {
    this.jar = new Map();
  }

  /** Asks once, and follows nothing. */
  async ask(method, address, { form, headers = {}, origin } = {}) {
    const url = new URL(address);
    const sent = { accept: "text/html", "accept-language": "en", ...headers };
    const cookies = [...this.cookies(url.origin)].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookies && !("cookie" in sent)) sent.cookie = cookies;
    if (method === "POST") {
      sent.origin = origin ?? url.origin;
      sent["content-type"] = "application/x-www-form-urlencoded";
    }
    const content = method === "POST" ? new URLSearchParams(form ?? {}).toString() : undefined;
    const response = await fetch(url, { method, headers: sent, body: content, redirect: "manual" });
    const answer = {
      status: response.status,
      headers: response.headers,
      location: response.headers.get("location") && new URL(response.headers.get("location"), url).href,
      cookies: response.headers.getSetCookie().map(parsed),
      text: await response.text(),
    };
    for (const cookie of answer.cookies) this.keep(url, cookie);
    if (answer.location) note(answer.location);
    return answer;
  }

  get(address, options) {
    return this.ask("GET", address, options);
  }

  post(address, form, options) {
    return this.ask("POST", address, { form, ...options });
  }

  /** Follows from an answer until it leads to an address that begins so, which is not asked for, or nowhere. */
  async follow(answer, stop) {
    let last = answer;
    for (let steps = 0; last.location && !last.location.startsWith(stop); steps += 1) {
      check(steps < 10, `led in circles: ${new URL(last.location).origin}${new URL(last.location).pathname}`);
      last = await this.get(last.location);
    }
    return last;
  }

  cookies(origin) {
    return this.jar.get(origin) ?? new Map();
  }

  cookie(origin, name) {
    return this.cookies(origin).get(name);
  }

  keep(url, { name, value, attributes }) {
    // RFC 6265bis, section 4.1.3.2. Browsers take this machine for safe.
    if (name.startsWith("__Host-")) {
      const bound = attributes.includes("Secure") && attributes.includes("Path=/");
      check(bound && !attributes.some((one) => one.startsWith("Domain")), `a browser refuses the cookie ${name}`);
    }
    const cookies = this.jar.get(url.origin) ?? new Map();
    if (value === "" || attributes.includes("Max-Age=0")) cookies.delete(name);
    else cookies.set(name, value);
    if (name.startsWith("__Host-") && value) secrets.add(value);
    this.jar.set(url.origin, cookies);
  }
}

function parsed(cookie) {
  const [pair, ...attributes] = cookie.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes: attributes.sort() };
}

function note(address) {
  const { searchParams } = new URL(address);
  for (const name of SECRET_PARAMETERS) {
    for (const value of searchParams.getAll(name)) if (value.length > 15) secrets.add(value);
  }
}
