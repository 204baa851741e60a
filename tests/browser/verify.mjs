// A verifier at /verify with what an applicant sent: a picture, a link, an address, several at once, on the screen and on paper.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { withOneByteChanged } from "./baked.mjs";
import { givesByHand, savesTheData } from "./hand.mjs";
import { SHEET } from "./laws.mjs";
import { nakajima, suzuki } from "./people.mjs";
import { isOneSheet } from "./share.mjs";
import { fetched, withStranger } from "./show.mjs";
import { SAYS, found, give, named, sound, standIn, table } from "./verdict.mjs";
import { Visitor } from "./visitor.mjs";

/** No public address, so nothing is asked there, on whatever network the test runs. */
const FORBIDDEN = "https://127.0.0.1/badges/1";

/** Every way, on a phone and at a desk. */
export async function judgesAnything({ site }) {
  for (const [language, device] of [["ja", "phone"], ["en", "desktop"]]) {
    await comes(site, { language, device }, async (way) => {
      await judgesAll(way);
      await givesByHand(way);
    });
  }
}

/** The other language of each device: the pages that most verifiers see. */
export async function judgesInTheOtherLanguage({ site }) {
  for (const [language, device] of [["en", "phone"], ["ja", "desktop"]]) {
    await comes(site, { language, device }, async (way) => {
      await comesFromHome(way);
      await judgesThePicture(way);
      await judgesThree(way);
    });
  }
}

/** Every way once more, with script switched off. */
export async function judgesWithoutScript({ site }) {
  for (const [language, device] of [["en", "phone"], ["ja", "desktop"]]) {
    await comes(site, { language, device, script: false }, async (way) => {
      await judgesAll(way);
      const { page } = way.visitor;
      await way.visitor.open("/verify");
      assert.equal(await page.locator("#drop-hint").isVisible(), false, "it says drop, and without script nothing can be dropped");
    });
  }
}

/** The copy of a badge that was deleted since: the walk has kept the picture. */
export async function judgesACopy(walk) {
  await withStranger(walk, async (visitor) => {
    await give(visitor, { file: picture("kept.png", walk.copy) });
    const expected = sound("unasked");
    expected[4] = "revoked";
    await found(visitor, "bad", "revoked", expected);
    assert.equal(await visitor.page.locator('main .actions a[href*="/badges/"]').count(), 0, "it leads to a page that is gone");
    await visitor.look("verify-revoked");
  });
}

async function judgesAll(way) {
  await comesFromHome(way);
  await judgesThePicture(way);
  await judgesAChangedOne(way);
  await judgesAnEmptyOne(way);
  await judgesALink(way);
  await comparesAddresses(way);
  await judgesThree(way);
  await judgesLinks(way);
  await isToldWhatIsMissing(way);
}

/** Someone with everything to give: the picture as the badge's page saves it, one that was changed, and one that carries nothing. */
async function comes(site, guise, goes) {
  const visitor = await Visitor.come(site, guise);
  const { page } = visitor;
  const badge = `${site.origin}/badges/${suzuki.badge}`;
  await visitor.open(badge);
  const saved = await visitor.save(page.locator(`main a[href="${badge}.png"]`), `${badge}.png`);
  assert.equal(saved.name, `${suzuki.achievement[guise.language]}.png`);
  const changed = withOneByteChanged(saved.bytes, (text) => text.replace(/(?<="awardedDate":"202)\d/, (digit) => (digit === "5" ? "4" : "5")));
  await visitor.open("/achievements/pm-foundation");
  const empty = await fetched(await page.locator("main img").first().evaluate(({ src }) => src));
  await goes({
    visitor,
    site,
    badge,
    hash: createHash("sha256").update(saved.bytes).digest("hex"),
    saved: picture(saved.name, saved.bytes),
    changed: picture("changed.png", changed),
    empty: picture("empty.png", empty.bytes),
    // No law is read off a page without script, so that it is only photographed.
    look: guise.script === false ? (name) => visitor.photograph(`${name}.${guise.language}.without-script`) : (name) => visitor.look(name),
    script: guise.script !== false,
  });
  await visitor.leave();
}

async function comesFromHome({ visitor, look }) {
  await visitor.open("/");
  await visitor.press(visitor.page.locator('main a[href="/verify"]'));
  assert.equal(visitor.path, "/verify");
  await look("verify");
}

async function judgesThePicture(way) {
  const { visitor, saved, hash, look, script, site } = way;
  await give(visitor, { file: saved });
  await found(visitor, "good", "valid", sound("unasked"));
  const text = await visitor.reads();
  for (const needed of [saved.name, suzuki.achievement.ja, hash]) assert.ok(text.includes(needed), `the verdict does not say ${needed}`);
  assert.equal(await visitor.page.locator("button[data-print]").isVisible(), script, "the button to print is there exactly with script");
  await look("verify-valid");
  if (script) await savesTheData(way);
  if (visitor.page.viewportSize().width > 1000) await printsTheRecord(visitor, site, hash);
}

async function judgesAChangedOne({ visitor, changed, look }) {
  await give(visitor, { file: changed });
  const results = await found(visitor, "bad", "notAuthentic");
  assert.deepEqual(results.slice(0, 2), named(visitor, ["passed", "failed"]));
  assert.ok((await visitor.reads()).includes(SAYS[visitor.language].notConfirmed), "what a forger wrote stands there as if it were so");
  await look("verify-not-valid");
}

async function judgesAnEmptyOne({ visitor, empty, look }) {
  await give(visitor, { file: empty });
  await found(visitor, "past", "empty");
  const advice = await visitor.page.locator(".verdict").innerText();
  assert.ok(advice.includes(SAYS[visitor.language].ask), `no advice what to ask for: ${advice}`);
  await look("verify-empty");
}

/** The link of a page is as good as the file; from the verdict one comes back to the page, and to the form with the link in it. */
async function judgesALink({ visitor, badge, look }) {
  const { page } = visitor;
  await give(visitor, { link: badge });
  await found(visitor, "good", "valid", sound("unasked"));
  await look("verify-link");
  await visitor.submit("/verify");
  await found(visitor, "good", "valid", sound("unasked"));
  await visitor.press(page.locator(`main .actions a[href="${badge}"]`));
  assert.equal(page.url(), badge);
  await give(visitor, { link: badge });
  await visitor.press(page.locator('main .verdict a[href^="/verify?link="]'));
  assert.equal(await page.locator("#link").inputValue(), badge);
  await look("verify-with-link");
  await visitor.submit("/verify", { recipient: suzuki.address });
  await found(visitor, "good", "valid", sound("passed"));
}

async function comparesAddresses({ visitor, saved, look }) {
  const says = SAYS[visitor.language];
  await give(visitor, { file: saved, recipient: suzuki.address });
  await found(visitor, "good", "valid", sound("passed"));
  assert.ok((await visitor.reads()).includes(says.matches), "that it is this person's, the verdict does not say");
  await look("verify-recipient");
  await give(visitor, { file: saved, recipient: nakajima.address });
  await found(visitor, "past", "otherAddress", sound("other"));
  assert.ok((await visitor.reads()).includes(says.askWhich), "it leaves the verifier with the wrong idea");
  await look("verify-other-recipient");
}

/** Files and a link at once: a table with one of each verdict, and the same for a spreadsheet. */
async function judgesThree(way) {
  const { visitor, saved, changed, badge, hash, look } = way;
  const { page, language } = visitor;
  const all = { file: [saved, changed], link: FORBIDDEN };
  await give(visitor, all);
  await standIn(visitor, [FORBIDDEN, saved.name, changed.name], [2, 0, 1]);
  assert.deepEqual(await page.locator(".counts strong").allInnerTexts(), ["1", "1", "1"]);
  assert.equal(await page.locator(`table th a[href="${badge}"]`).count(), 1, "the table does not lead to the badge's page");
  await look("verify-table");
  await visitor.open("/verify");
  await visitor.fill(visitor.form("/verify"), { ...all, format: "csv" });
  const [, link, whole, forged] = await table(visitor);
  const verdicts = [2, 0, 1].map((place) => SAYS[language].verdicts[place]);
  assert.deepEqual([link, whole, forged].map(([given, verdict]) => [given, verdict]), [
    [FORBIDDEN, verdicts[0]],
    [saved.name, verdicts[1]],
    [changed.name, verdicts[2]],
  ]);
  assert.deepEqual([link.at(-1), whole.at(-1)], ["", hash]);
}

/** Links alone are asked about again for the spreadsheet, without typing them anew. A line that stands twice is one. */
async function judgesLinks({ visitor, badge }) {
  const links = [badge, FORBIDDEN, `${badge}.json`, badge];
  await give(visitor, { link: links.join("\n"), recipient: suzuki.address });
  await standIn(visitor, links.slice(0, 3), [0, 2, 0]);
  const [, ...rows] = await table(visitor);
  assert.deepEqual(rows.map(([given]) => given), links.slice(0, 3));
}

/** What was typed stays in the form, and it says what is missing. */
async function isToldWhatIsMissing({ visitor, look }) {
  const says = SAYS[visitor.language];
  await give(visitor, { recipient: suzuki.address }, 422);
  await refuses(visitor, says.chooseOne, { link: "", recipient: suzuki.address, format: "page" });
  await look("verify-nothing-chosen");
  await give(visitor, { link: FORBIDDEN, recipient: suzuki.address }, 422);
  await refuses(visitor, says.notAsked, { link: FORBIDDEN, recipient: suzuki.address, format: "page" });
  await look("verify-not-asked");
}

async function refuses({ page }, words, typed) {
  assert.ok((await page.locator("main [role=alert]").innerText()).includes(words), `it does not say: ${words}`);
  const kept = {
    link: await page.locator("[name=link]").inputValue(),
    recipient: await page.locator("[name=recipient]").inputValue(),
    format: await page.locator("[name=format]:checked").getAttribute("value"),
  };
  assert.deepEqual(kept, typed, "what was typed is lost");
}

/** On paper: one sheet with the verdict, the hash, the time and the seven lines, and nothing cut off at its end. */
async function printsTheRecord(visitor, site, hash) {
  const { page, language } = visitor;
  const usual = page.viewportSize();
  await page.emulateMedia({ media: "print" });
  await isOneSheet(site, `verify-valid.${language}`, page);
  await page.setViewportSize(SHEET);
  const record = page.locator(".record");
  const text = await record.innerText();
  for (const needed of [SAYS[language].valid, hash, SAYS[language].day, site.origin]) {
    assert.ok(text.includes(needed), `the printed record does not say ${needed}`);
  }
  assert.match(await record.locator('time[datetime*="T"]').innerText(), /\b\d{2}:\d{2}\b/);
  assert.deepEqual(await record.locator("tbody tr .result").allInnerTexts(), named(visitor, sound("unasked")));
  const below = await record.evaluate((sheet) => {
    const end = sheet.getBoundingClientRect().bottom;
    return [...sheet.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().bottom > end + 1).map((part) => part.outerHTML.slice(0, 80));
  });
  assert.deepEqual(below, [], "the record is longer than its sheet");
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize(usual);
}

const picture = (name, bytes) => ({ name, mimeType: "image/png", buffer: bytes });
