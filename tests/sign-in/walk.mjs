// Every route of the office, as the code's own table names it: nobody comes in without a good session, and no role
// goes beyond itself.

import { randomBytes } from "node:crypto";

import { Browser } from "./browser.mjs";
import { check, equal } from "./checks.mjs";
import { DOOR, SESSION } from "./office.mjs";

const ROLES = ["viewer", "clerk", "approver"];
const ELSEWHERE = ["https://elsewhere.example", "null", "https://localhost"];

/** `sessions`: the cookie of each role, from the real service. `worthless`: other cookies, each with its name. */
export async function walk(program, routes, sessions, worthless) {
  const office = routes.filter(({ audience }) => audience === "Office");
  check(office.length >= 2, `only ${office.length} routes are for the office`);
  check(office.some(({ method }) => method === "POST"), "no route of the office changes anything");
  check(office.every(({ role }) => ROLES.includes(role)), "a route of the office has no least role");
  const open = routes.filter(({ path, audience }) => path.startsWith("/office") && audience !== "Office");
  equal(open.map(({ method, path }) => `${method} ${path}`).sort(), DOORS, "what is open before the sign-in");
  const before = await program.contents();
  const ask = (route, method, cookie, origin) => asked(program, route, method, cookie, origin);
  let refused = 0;
  for (const route of office) {
    const name = `${route.method} ${route.path}`;
    for (const method of route.method === "GET" ? ["GET", "HEAD"] : [route.method]) {
      for (const [what, cookie] of Object.entries({ ...nonsense(sessions), ...worthless })) {
        const answer = await ask(route, method, cookie);
        const led = method === "POST" ? [401, null] : [303, `${program.origin}/office/sign-in`];
        equal([answer.status, answer.location], led, `${name} with ${what}`);
        equal(answer.cookies, [], `${name} with ${what}: cookies`);
        refused += 1;
      }
      for (const role of ROLES.slice(0, ROLES.indexOf(route.role))) {
        equal((await ask(route, method, cookie(sessions[role]))).status, 403, `${name} as ${role}`);
        refused += 1;
      }
    }
    if (route.method === "POST") {
      for (const origin of ELSEWHERE) {
        equal((await ask(route, "POST", cookie(sessions.approver), origin)).status, 403, `${name} from ${origin}`);
        refused += 1;
      }
    }
  }
  check((await program.contents()) === before, "something was written while everybody was refused");
  for (const role of ROLES) {
    const answer = await ask({ path: "/office" }, "GET", cookie(sessions[role]));
    equal(answer.status, 200, `the office's first page for a ${role}, without which the refusals prove nothing`);
  }
  console.log(`walked: ${office.length} routes of the office, ${refused} refusals, nothing written`);
}

const DOORS = [
  "GET /office/enter/{token}",
  "GET /office/sign-in",
  "GET /office/sign-in/finish",
  "GET /office/sign-in/start",
  "POST /office/enter/{token}",
];

/** What anyone could send. */
function nonsense(sessions) {
  const good = sessions.approver;
  const random = randomBytes(32).toString("base64url");
  return {
    "no cookie": "",
    "a forged cookie": `${SESSION}=${random}`,
    "an empty cookie": `${SESSION}=`,
    "a cookie that is no token": `${SESSION}=../../${random}`,
    "a good session with another ending": `${SESSION}=${good.slice(0, -2)}AA`,
    "a good session under other names": `office=${good}; ${SESSION}-2=${good}; ${DOOR}=${good}; __Host-wallet=${good}`,
  };
}

function cookie(session) {
  return `${SESSION}=${session}`;
}

async function asked(program, route, method, sent, origin) {
  const path = route.path.replace(/\{[^}]*\}/g, "x");
  return new Browser().ask(method, `${program.origin}${path}`, { headers: { cookie: sent }, origin, form: {} });
}
