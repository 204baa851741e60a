// Recipients, verifiers and strangers on a running installation, and a picture of every page they see.
//
// node browse.mjs BASE_URL DATA_DIR CREDENTIALS_DIR SHOTS_DIR PROGRAM CLOCK
// The installation has run the sample list and candidates.csv, and nobody has claimed yet. CREDENTIALS_DIR is what
// `export` writes; it is read only to learn the names of badges that the site must not tell. PROGRAM is `shomei-local`, and
// CLOCK the moment at which the server's clock started.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as claim from "./claim.mjs";
import { comparedAll } from "./golden.mjs";
import { Desk } from "./desk.mjs";
import * as help from "./help.mjs";
import * as inquiry from "./inquiry.mjs";
import { Outbox } from "./outbox.mjs";
import { hanako, reita, secrets } from "./people.mjs";
import * as plain from "./plain.mjs";
import * as strangers from "./public.mjs";
import * as reissue from "./reissue.mjs";
import * as share from "./share.mjs";
import * as show from "./show.mjs";
import * as verify from "./verify.mjs";
import { Visitor, startBrowser } from "./visitor.mjs";
import * as wallet from "./wallet.mjs";

const [baseUrl, data, credentials, shots, program, clock] = process.argv.slice(2);
if (!clock) {
  console.error("usage: node browse.mjs BASE_URL DATA_DIR CREDENTIALS_DIR SHOTS_DIR PROGRAM CLOCK");
  process.exit(2);
}

/** One after the other: each begins where the one before it ended. */
const walk = {
  "claims the first badge": claim.claimsTheFirst,
  "signs in by a mailed link": claim.signsInByMail,
  "claims another badge into the wallet": claim.claimsAnother,
  "joins a badge that went to another address": claim.joins,
  "brings another wallet along": claim.mergesWallets,
  "previews and publishes": show.publishes,
  "leaves the name out": show.leavesTheNameOut,
  "lets names be compared": show.letsNamesBeCompared,
  "hides": show.hides,
  "shows the renewal": show.showsTheRenewal,
  "has a picture for link previews": share.hasAPreview,
  "shares": share.shares,
  "prints on one sheet": share.printsOnOneSheet,
  "asks the office about a badge": inquiry.asksAboutABadge,
  "chooses addresses": wallet.choosesAddresses,
  "speaks the other language": wallet.speaksTheOtherLanguage,
  "takes everything home": wallet.takesEverythingHome,
  "deletes": wallet.deletes,
  "has a copy of a deleted badge judged": verify.judgesACopy,
  "orders the deleted badge again": reissue.orders,
  "chooses to whom the receipt goes": reissue.choosesTheAddressee,
  "pays by transfer and has another badge": reissue.paysByTransfer,
  "publishes that one": reissue.publishesAgain,
  "gets a receipt": reissue.getsAReceipt,
  "is refunded": reissue.isRefunded,
  "signs out here and everywhere": wallet.signsOut,
  "closes the wallet": wallet.closes,
  "comes back without a wallet": reissue.comesBack,
};

const journeys = {
  "opening a claim link changes nothing": strangers.openingChangesNothing,
  "a recipient on a phone accepts and makes the badge public": strangers.acceptsInPublic,
  "an HR clerk looks at the badge": strangers.clerkVerifies,
  "the data and the picture carry the same signed badge": strangers.dataAndPictureAgree,
  "a recipient with a keyboard accepts and keeps the badge private": strangers.acceptsByKeyboard,
  "private, unclaimed and unknown look the same": strangers.looksTheSame,
  "a verifier has anything judged": verify.judgesAnything,
  "a verifier in the other language": verify.judgesInTheOtherLanguage,
  "a verifier without script": verify.judgesWithoutScript,
  "long names fit": strangers.longNamesFit,
  "the other pages": strangers.otherPages,
  "the help pages": help.explains,
  "the help pages as a book": help.isPrinted,
  "a visitor asks the office": inquiry.asks,
  "the form keeps programs out": inquiry.keepsProgramsOut,
  "a recipient asks by the claim link": inquiry.asksByLink,
  "the site has an icon": strangers.hasAnIcon,
  "everything works without script": plain.worksWithoutScript,
  "whoever asks for too many mails is told": plain.asksTooOften,
  "a form from elsewhere is refused": plain.refusesForeignForms,
};

await mkdir(shots, { recursive: true });
await rm(join(shots, "html"), { recursive: true, force: true });
const outbox = new Outbox(join(data, "outbox"));
const browser = await startBrowser(process.env.CHROMIUM ?? "/usr/bin/chromium");
const { origin } = new URL(baseUrl);
const desk = new Desk({ program, data, origin, clock });
const site = { browser, origin, shots, secrets, looked: new Set() };
const failed = [];
let all = 0;
try {
  await strangers.findPeople({ outbox }, credentials);
  await Promise.all([
    walks("phone", "ja", hanako),
    walks("desktop", "en", reita),
    (async () => {
      for (const [name, journey] of Object.entries(journeys)) await reported(name, () => journey({ site, outbox }));
    })(),
  ]);
  if (failed.length === 0) await reported("the golden pictures", comparedAll);
} finally {
  await browser.close();
}
console.log(`${all - failed.length} of ${all} journeys; pictures in ${shots}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** The whole walk of one person with one browser. Where it stops, the rest is not reached. */
async function walks(device, language, person) {
  const visitor = await Visitor.come(site, { language, device });
  const way = { site, outbox, desk, device, language, person, visitor };
  let goesOn = true;
  for (const [name, step] of Object.entries(walk)) {
    goesOn = await reported(`${device}: ${name}`, goesOn ? () => step(way) : () => Promise.reject("not reached"));
  }
  await reported(`${device}: nothing went wrong on the way`, () => visitor.leave());
}

async function reported(name, journey) {
  all += 1;
  const started = performance.now();
  try {
    await journey();
    console.log(`ok    ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    failed.push(name);
    console.log(`FAIL  ${name}\n${String(error.stack ?? error).replaceAll(/^/gm, "      ")}`);
    return false;
  }
}
