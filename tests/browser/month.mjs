// A whole month of the office in a real browser: from a blemished list to a revoked badge. After every step the sums agree.
//
// node month.mjs BASE_URL FOLDER SHOTS_DIR PROGRAM
// FOLDER is for an installation of its own; PROGRAM is `shomei-local`.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Colleague } from "./colleague.mjs";
import { Outbox } from "./outbox.mjs";
import { Premises } from "./premises.mjs";
import * as after from "./month_after.mjs";
import * as before from "./month_before.mjs";
import { startBrowser } from "./visitor.mjs";

const [baseUrl, folder, shots, program] = process.argv.slice(2);
if (!program) {
  console.error("usage: node month.mjs BASE_URL FOLDER SHOTS_DIR PROGRAM");
  process.exit(2);
}

/** Each begins where the one before it ended. */
const walk = {
  "staff come in by printed links": before.comeIn,
  "a qualification is registered": before.registersAQualification,
  "a blemished list is looked through": before.looksThroughAList,
  "its rows are mended": before.mendsRows,
  "the list is registered": before.registersTheList,
  "a candidate is cancelled": before.cancelsACandidate,
  "another person approves": before.approves,
  "the badges are issued": after.issues,
  "two mails come back": after.bouncesTwo,
  "an address is corrected": after.correctsAnAddress,
  "another is released, and mailed again": after.releasesAndResends,
  "a person is found": after.findsAPerson,
  "a badge is claimed": after.claims,
  "it is revoked by two persons": after.revokes,
  "everybody sees that it is": after.isSeenAsRevoked,
  "everything is on record": after.isOnRecord,
  "a person's rights": after.givesPeopleTheirRights,
  "staff go home": after.goHome,
};

await mkdir(shots, { recursive: true });
await rm(join(shots, "html"), { recursive: true, force: true });
const premises = new Premises({ program, data: join(folder, "data"), baseUrl });
const browser = await startBrowser(process.env.CHROMIUM ?? "/usr/bin/chromium");
let done = 0;
try {
  await premises.opens(before.FIRST_DAY, { office: { secondApproval: true } });
  await premises.serves(before.FIRST_DAY, "register", join(import.meta.dirname, "../../events/achievements.json"));
  const site = { browser, origin: new URL(baseUrl).origin, shots, secrets: before.secrets, looked: new Set() };
  const way = { site, premises, outbox: new Outbox(join(premises.data, "outbox")) };
  way.clerk = await Colleague.come(site, premises, "hanako", "clerk");
  way.approver = await Colleague.come(site, premises, "taro", "approver");
  for (const [name, step] of Object.entries(walk)) {
    const started = performance.now();
    await step(way).catch((error) => {
      console.log(`FAIL  ${name}\n${String(error.stack ?? error).replaceAll(/^/gm, "      ")}`);
      throw error;
    });
    console.log(`ok    ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    done += 1;
  }
} catch (error) {
  if (done === 0) console.log(String(error.stack ?? error));
  process.exitCode = 1;
} finally {
  await browser.close();
  await premises.closes();
}
console.log(`${done} of ${Object.keys(walk).length} steps of the month; pictures in ${shots}`);
