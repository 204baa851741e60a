// The office as its staff and others meet it: how one sets out for the service, comes back, and what each refusal
// must look like.

import { Browser, secrets } from "./browser.mjs";
import { check, equal } from "./checks.mjs";

export const SESSION = "__Host-office";
export const DOOR = "__Host-office-door";

const KEPT = ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"];

export class Office {
  constructor(program) {
    this.program = program;
    this.origin = program.origin;
    this.finish = `${this.origin}/office/sign-in/finish`;
  }

  /** A fresh browser that is on its way to the service: the first answer, which leads there. */
  async setOut(browser = new Browser()) {
    const answer = await browser.get(`${this.origin}/office/sign-in/start`);
    equal(answer.status, 303, "whoever sets out for the service is led there");
    equal(names(answer), [DOOR], "the cookies of whoever sets out");
    equal(answer.cookies[0].attributes, sorted([...KEPT, "Max-Age=900"]), `how a browser keeps ${DOOR}`);
    equal(answer.headers.get("cache-control"), "no-store", "how long the way to the service may be kept");
    return { browser, answer };
  }

  /** As a person of the real service: up to the address that leads back to the office. */
  async identify(service, person, { browser, change = (address) => address } = {}) {
    const begun = await this.setOut(browser);
    const location = change(begun.answer.location);
    const form = await begun.browser.follow(await begun.browser.get(location), this.origin);
    equal(form.text, "who is it?", "what the service asks");
    const uid = await interaction(service, begun.browser);
    const led = await begun.browser.post(`${service.issuer}/interaction/${uid}`, { person });
    const back = await begun.browser.follow(led, this.origin);
    check(back.location?.startsWith(`${this.finish}?`), `the service led to ${back.location ?? back.text}`);
    return { browser: begun.browser, back: back.location };
  }

  /** Is signed in by this answer: the session's cookie is right, and the office opens. */
  async isIn(browser, answer, role) {
    equal([answer.status, answer.location], [303, `${this.origin}/office`], "where the finished sign-in leads");
    equal(names(answer).sort(), [SESSION, DOOR].sort(), "the cookies of a finished sign-in");
    const [session, door] = [SESSION, DOOR].map((name) => answer.cookies.find((cookie) => cookie.name === name));
    equal(session.attributes, sorted([...KEPT, "Max-Age=36000"]), `how a browser keeps ${SESSION}`);
    check(/^[\w-]{43}$/.test(session.value), "a session has 256 bits");
    equal([door.value, door.attributes], ["", sorted([...KEPT, "Max-Age=0"])], `what becomes of ${DOOR}`);
    const page = await browser.get(`${this.origin}/office`);
    equal(page.status, 200, "the office's first page");
    check(page.text.includes(`<span class="fine">${role}</span>`), `the page does not say that one is a ${role}`);
  }

  /** Nobody is even led to the service. */
  cannotSetOut(what) {
    const browser = new Browser();
    const ask = () => browser.get(`${this.origin}/office/sign-in/start`);
    return this.refuses(what, browser, ask, ...UNAVAILABLE, { endsDoor: false });
  }

  /** Nobody is signed in by this: the status and the words are right, nothing was written, and the browser has no session. */
  async refuses(what, browser, ask, status, words, { endsDoor = true } = {}) {
    const before = await this.program.contents();
    const answer = await ask();
    equal(answer.status, status, `${what}: the status`);
    check(answer.text.includes(words), `${what}: the page does not say "${words}"`);
    equal(answer.headers.get("cache-control"), "no-store", `${what}: how long the answer may be kept`);
    equal(names(answer).filter((name) => name === DOOR).length, endsDoor ? 1 : 0, `${what}: whether it ends the sign-in`);
    const given = answer.cookies.filter(({ value }) => value !== "");
    equal(given, [], `${what}: cookies that it gives`);
    for (const secret of secrets) check(!answer.text.includes(secret), `${what}: the page holds a secret`);
    check((await this.program.contents()) === before, `${what}: something was written`);
    const page = await browser.get(`${this.origin}/office`);
    equal([page.status, page.location], [303, `${this.origin}/office/sign-in`], `${what}: where the office leads`);
  }
}

export const REFUSED = [401, "The sign-in could not be confirmed"];
export const NO_ROLE = [403, "This account has no role in the office"];
export const UNAVAILABLE = [502, "The sign-in service does not answer"];

function names(answer) {
  return answer.cookies.map(({ name }) => name);
}

function sorted(list) {
  return [...list].sort();
}

async function interaction(service, browser) {
  const { origin } = new URL(service.issuer);
  // The service's own cookie names it for the path of the form only, which this browser does not heed.
  return browser.cookie(origin, "_interaction");
}
