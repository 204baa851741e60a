// The office's month from the run on: mails that come back, questions, a revoked badge, and what is on record of it all.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { MONTH } from "./colleague.mjs";
import { agile, aoki, inoue, ueda } from "./month_before.mjs";
import { foundation } from "./people.mjs";
import { Visitor } from "./visitor.mjs";

const RUN = "2026-11-01T00:10:00Z";
const MORNING = "2026-11-01T23:30:00Z";

/** Two days later, so that whoever had a mail may have another. */
const LATER = "2026-11-03T23:30:00Z";

/** What holders and verifiers read of misconduct. */
const GROUND = { ja: "発行者の規程に反する行為が確認されたため", en: "a breach of the issuer’s rules was established" };

/** How long a revocation may take. */
const PATIENCE = 60_000;

const ISSUED = { 登録: 6, 発行: 5, 取りやめ: 1, メール送信: 5 };

/** The run of the month; the office comes in the next morning. */
export async function issues({ clerk, approver, premises }) {
  await premises.closes();
  await premises.serves(RUN, "run", MONTH);
  await premises.serves(MORNING);
  await clerk.desk.open("/office");
  assert.equal(clerk.desk.path, "/office/sign-in", "a session lasts for days");
  for (const colleague of [clerk, approver]) await colleague.enters();
  await clerk.counts({ ...ISSUED, 届かない: 0, 受取: 0 });
  await clerk.look("month-issued", { phone: true, abroad: true });
}

export async function bouncesTwo(way) {
  const { clerk, outbox, premises } = way;
  way.links = {
    aoki: await outbox.claimLink(aoki.address, foundation.ja),
    inoue: await outbox.claimLink(inoue.address, foundation.ja),
  };
  await premises.command("bounce", way.links.aoki);
  await premises.command("bounce", way.links.inoue, "--complaint");
  await clerk.counts({ ...ISSUED, 届かない: 2, 配信を確認: 3 });
  await clerk.look("month-bounced");
  await clerk.look("undelivered", { at: "/office/undelivered", phone: true, abroad: true });
  const { desk } = clerk;
  const items = desk.page.locator("main li.card");
  assert.equal(await items.count(), 2);
  const reasons = [];
  for (const { name, address } of [aoki, inoue]) {
    const text = await items.filter({ hasText: name }).innerText();
    assert.ok(text.includes(address), `to which address, it does not say: ${text}`);
    reasons.push(text.match(/理由\s+(.+)/)?.[1]);
  }
  assert.ok(reasons.every(Boolean) && reasons[0] !== reasons[1], `the reasons: ${reasons}`);
}

/** The mail arrives where it should, and the link that went astray is dead. */
export async function correctsAnAddress({ clerk, outbox, links, site }) {
  const { desk } = clerk;
  await desk.open("/office/undelivered");
  await desk.press(desk.page.locator("main li.card").filter({ hasText: aoki.name }).locator("a.button"));
  await clerk.look("person-undelivered", { phone: true, abroad: true });
  const form = `${desk.path}/correct`;
  const fold = desk.page.locator("main details").filter({ has: desk.page.locator(`form[action="${form}"]`) });
  await clerk.unfold(fold);
  await desk.submit(form, { address: "ichirei.aoki@gmial.com", reason: "本人からの連絡" }, 400);
  await desk.look("correction-doubtful");
  await clerk.unfold(fold);
  await desk.submit(form, { address: aoki.right, reason: "本人からの連絡" });
  await clerk.look("person-corrected", { phone: true });
  const link = await outbox.nextLink(aoki.right, "/claim/");
  assert.notEqual(link, links.aoki);
  const holder = await Visitor.come(site, { language: "ja", device: "phone" });
  await holder.open(link);
  assert.ok((await holder.reads()).includes(aoki.name), "the new link offers nothing");
  const old = await fetch(links.aoki);
  assert.ok(!(await old.text()).includes(aoki.name), "the link that went astray still offers the badge");
  await holder.leave();
  await clerk.counts({ ...ISSUED, 届かない: 1 });
}

export async function releasesAndResends(way) {
  const { clerk, approver, outbox, premises } = way;
  const { desk } = clerk;
  await outbox.nextLink(inoue.address, "/claim/");
  await desk.open("/office/undelivered");
  const item = desk.page.locator("main li.card").filter({ hasText: inoue.name });
  const story = await item.locator("a.button").getAttribute("href");
  await clerk.unfold(item.locator("details"));
  await desk.send(item.locator("form"), { reason: "本人が受信の設定を直した" });
  await clerk.look("undelivered-released", { phone: true });
  await clerk.counts(ISSUED);
  await premises.serves(LATER);
  for (const colleague of [clerk, approver]) await colleague.enters();
  await desk.open(story);
  await desk.submit(`${new URL(desk.page.url()).pathname}/resend`);
  await clerk.look("person-resent", { phone: true });
  assert.notEqual(await outbox.nextLink(inoue.address, "/claim/"), way.links.inoue);
  await clerk.counts({ ...ISSUED, 届かない: 0 });
}

export async function findsAPerson({ clerk }) {
  const { desk } = clerk;
  await clerk.look("search", { at: "/office/search", phone: true, abroad: true });
  await clerk.each(["desk", "phone"], "search-found", async (visitor) => {
    await visitor.open("/office/search");
    await visitor.submit("/office/search", { q: ueda.name.split(" ")[0] });
  });
  await clerk.each(["desk", "phone"], "search-nobody", async (visitor) => {
    await visitor.open("/office/search");
    await visitor.submit("/office/search", { q: "PM-9999" });
  });
  await desk.open("/office/search");
  await desk.submit("/office/search", { q: ueda.number });
  await desk.press(desk.page.locator('main a[href^="/office/people/"]').first());
  await clerk.look("person", { phone: true, abroad: true });
  assert.ok((await desk.reads()).includes(ueda.address));
}

/** The recipient accepts by the mailed link, in public, and an employer keeps the picture. */
export async function claims(way) {
  const { site, outbox, clerk } = way;
  const holder = await Visitor.come(site, { language: "ja", device: "phone" });
  const link = await outbox.claimLink(ueda.address, agile.ja);
  await holder.open(link);
  await holder.submit(new URL(link).pathname, { visibility: "public" });
  way.badge = await holder.page.locator(`main a[href^="${site.origin}/badges/"]`).first().getAttribute("href");
  await holder.open(way.badge);
  assert.ok((await holder.reads()).includes(agile.ja));
  await holder.leave();
  way.kept = Buffer.from(await (await fetch(`${way.badge}.png`)).arrayBuffer());
  await clerk.counts({ ...ISSUED, 受取: 1, 公開: 1 });
  await clerk.look("month-claimed", { phone: true });
}

/** The clerk proposes and cannot agree; the approver agrees. */
export async function revokes(way) {
  const { clerk, approver } = way;
  const { desk } = clerk;
  const list = "/office/revocations";
  await clerk.look("revocations-none", { at: list });
  await clerk.look("revocation-ask", { at: `${list}/propose`, phone: true });
  await clerk.each(["phone", "abroad", "desk"], "revocation-draft", async (visitor) => {
    await visitor.open(`${list}/propose`);
    await visitor.submit(`${list}/find`, { badges: `${ueda.number}\nPM-9999` });
  });
  await desk.submit(list, { ground: "misconduct", reason: "受験の申込みに虚偽があった" });
  const proposal = desk.path;
  await clerk.look("revocation-proposed", { phone: true });
  const agreeing = (visitor) => visitor.page.locator("main form").filter({ has: visitor.page.locator('[value="agree"]') });
  assert.equal(await agreeing(desk).count(), 0, "who proposes may agree");
  await clerk.counts({ ...ISSUED, 公開: 1, "削除・取消し": 0 });
  await approver.desk.open("/office");
  await approver.look("month-proposed");
  await approver.look("revocations", { at: list, phone: true, abroad: true });
  await approver.look("revocation", { at: proposal, phone: true, abroad: true });
  await approver.desk.send(agreeing(approver.desk));
  const until = performance.now() + PATIENCE;
  while ((await fetch(way.badge)).status !== 410) {
    assert.ok(performance.now() < until, "the revocation does not come about");
    await sleep(200);
  }
  await approver.look("revocation-done", { at: proposal, phone: true });
  await approver.counts({ ...ISSUED, 公開: 0, "削除・取消し": 1 });
}

/** The page is gone and says why, the saved picture is judged as revoked, and the holder has been told. */
export async function isSeenAsRevoked({ site, badge, kept, outbox, clerk }) {
  for (const [language, device] of [["ja", "phone"], ["en", "desktop"]]) {
    const stranger = await Visitor.come(site, { language, device });
    await stranger.open(badge, 410);
    await stranger.look("badge-revoked");
    const says = await stranger.page.locator("main strong").innerText();
    await stranger.open("/verify");
    await stranger.submit("/verify", { file: { name: "kept.png", mimeType: "image/png", buffer: kept } });
    await stranger.look("verify-revoked");
    const verdict = await stranger.reads();
    assert.ok(verdict.includes({ ja: "取り消されたバッジです", en: "This badge has been revoked" }[language]), verdict);
    for (const text of [says, verdict]) assert.ok(text.includes(GROUND[language]), `the ground is not said: ${text}`);
    await stranger.leave();
  }
  await outbox.says(ueda.address, GROUND.ja);
  await clerk.counts({ ...ISSUED, "削除・取消し": 1 });
}

export async function isOnRecord({ clerk, approver }) {
  await approver.look("audit", { at: "/office/audit", phone: true, abroad: true });
  await approver.look("audit-of-the-list", { at: `/office/audit?month=${MONTH}` });
  const text = await approver.desk.reads();
  for (const name of ["hanako", "taro"]) assert.ok(text.includes(name), `the audit does not name ${name}`);
  await clerk.look("retention", { at: "/office/retention", phone: true, abroad: true });
  await clerk.counts(ISSUED);
}

/** A copy of what is stored, and what erasing would do; nobody is erased. */
export async function givesPeopleTheirRights({ clerk, approver }) {
  await approver.look("rights", { at: "/office/rights", phone: true });
  await approver.desk.submit("/office/rights", { number: "PM-9999" }, 404);
  await approver.desk.look("rights-nobody");
  await approver.each(["phone", "abroad", "desk"], "rights-person", async (visitor) => {
    await visitor.open("/office/rights");
    await visitor.submit("/office/rights", { number: ueda.number });
  });
  const { desk } = approver;
  const { name, bytes } = await desk.save(desk.form("/office/rights/export").locator("button"), "/office/rights/export");
  assert.match(name, /\.zip$/);
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  await approver.each(["desk", "phone"], "rights-erasure", (visitor) => visitor.submit("/office/rights/erasure"));
  await clerk.counts({ ...ISSUED, "削除・取消し": 1 });
}

export async function goHome({ clerk, approver }) {
  await clerk.look("month-at-the-end", { at: `/office?month=${MONTH}`, phone: true, abroad: true });
  const { desk } = clerk;
  await desk.press(desk.page.locator('form[action="/office/sign-out"] button').first());
  await desk.open("/office");
  assert.equal(desk.path, "/office/sign-in", "who signed out is in still");
  await clerk.leaves();
  await approver.leaves();
}
