// The office's month up to the run: a qualification, a blemished list, its mending, and the approval of a second person.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { MONTH } from "./colleague.mjs";

export const FIRST_DAY = "2026-10-20T01:00:00Z";

/** Ten minutes after the list was registered: what changed within a minute cannot be approved yet. */
const LATER = "2026-10-20T02:00:00Z";

const PICTURE = join(import.meta.dirname, "../../events/artwork/pm-foundation.png");

/** A qualification of this installation alone. */
export const agile = { id: "pm-agile", ja: "アジャイル開発の進め方", en: "Agile Project Delivery" };

/** One mail comes back because the address has changed; of another the address is right; one claims. */
export const aoki = { name: "青木 一例", number: "PM-8001", address: "ichirei.aoki@example.jp", right: "ichirei.aoki@example.com" };
export const inoue = { name: "井上 二見", number: "PM-8002", slip: "futami.inoue@gmial.com", address: "futami.inoue@gmail.com" };
export const ueda = { name: "上田 三本", number: "PM-8003", address: "mihon.ueda@example.jp" };
const eguchi = { name: "江口 四郎", number: "PM-8004", address: "shiro.eguchi@example.jp" };
const ogawa = { name: "小川 五例", number: "PM-8005", address: "gorei.ogawa.example.jp" };
const kato = { name: "加藤 六見", number: "PM-8006", address: "mutsumi.kato@example.jp" };
const kimura = { name: "木村 七海", number: "PM-8007", address: "nanami.kimura@example.jp" };

export const secrets = [aoki, inoue, ueda, eguchi, ogawa, kato, kimura].flatMap(({ name, address, right, slip }) =>
  [name, name.replaceAll(" ", ""), address, right, slip, ...name.split(" ")].filter(Boolean),
);

const rows = [
  ["pm-foundation", "合格", "2026/10/3", aoki],
  ["pm-foundation", "合格", "2026/10/3", { ...inoue, address: inoue.slip }],
  [agile.id, "合格", "2026/10/32", ueda],
  ["pm-professional", "合格", "2026/10/9", eguchi],
  ["pm-professional", "合格", "2026/10/9", eguchi],
  ["pm-foundation", "合格", "2026/10/11", ogawa],
  ["pm-foundation", "合格", "2026/10/11", kato],
  ["pm-executive", "更新", "2026/10/15", kimura],
];
const LIST = [
  "資格コード,区分,合格日・更新日,氏名,メールアドレス,会員番号",
  ...rows.map(([achievement, kind, date, { name, address, number }]) => [achievement, kind, date, name, address, number].join(",")),
].join("\r\n");

/** Who has no link is led to the door; a link works once. */
export async function comeIn({ clerk, approver }) {
  await clerk.desk.open("/office");
  assert.equal(clerk.desk.path, "/office/sign-in", "the office is open to everybody");
  await clerk.look("office-sign-in", { phone: true, abroad: true });
  const link = await clerk.enters(true);
  await clerk.look("month-empty", { phone: true });
  await approver.enters(true);
  await approver.abroad.context.clearCookies();
  await approver.abroad.open(link, 404);
  await approver.abroad.look("enter-dead");
}

export async function registersAQualification({ clerk }) {
  const { desk } = clerk;
  const list = "/office/achievements";
  await clerk.look("qualifications", { at: list, phone: true, abroad: true });
  await desk.press(desk.page.locator(`main a[href="${list}/new"]`));
  await clerk.look("qualification-form", { phone: true });
  const labels = ["name", "description", "criteria"];
  const named = await desk.page.locator("main form input[lang], main form textarea[lang]").evaluateAll((all) => all.map(({ name, lang }) => [name, lang]));
  assert.equal(named.length, 2 * labels.length);
  const texts = Object.fromEntries(named.map(([name, lang]) => [name, /name/.test(name) ? agile[lang] : `${agile[lang]}${lang === "ja" ? "について" : ", told"}`]));
  await desk.submit(list, { id: agile.id, ...texts, months: "36", first_eligible: "2026/4/31" });
  await clerk.look("qualification-faults", { phone: true });
  await desk.submit(list, { first_eligible: "2026/4/1", picture: { name: "badge.png", mimeType: "image/png", buffer: await readFile(PICTURE) } });
  await clerk.look("qualification-preview", { phone: true, abroad: true });
  await desk.submit(desk.path);
  assert.equal(desk.path, `${list}/${agile.id}`);
  await clerk.look("qualification", { phone: true });
  await clerk.look("qualification-edit", { at: `${list}/${agile.id}/edit` });
}

/** Nothing is registered by sending a list: each row is judged, and says what is wrong with it. */
export async function looksThroughAList(way) {
  const { clerk } = way;
  const { desk } = clerk;
  await clerk.look("uploads", { at: "/office/uploads", phone: true, abroad: true });
  await desk.submit("/office/uploads", { file: { name: "名簿.csv", mimeType: "text/csv", buffer: Buffer.from(LIST) } });
  way.list = desk.path;
  assert.match(way.list, /^\/office\/uploads\/[^/]+$/);
  await settles(desk, 'main a[href*="show=all"]');
  await clerk.look("verdicts", { phone: true, abroad: true });
  const shown = await desk.reads();
  for (const { name } of [inoue, ueda, ogawa]) assert.ok(shown.includes(name), `${name} needs nobody's attention`);
  await clerk.look("verdicts-all", { at: `${way.list}?show=all` });
  await desk.open("/office");
  assert.equal(await desk.page.locator("ul.counts").count(), 0, "what was only sent is counted");
}

/** What takes steps goes on by itself, and ends at a page that has this. */
async function settles({ page }, selector) {
  await page.locator(selector).first().waitFor();
  await page.waitForLoadState("load");
}

/** One slip by a click, one date by hand, one row is left out. */
export async function mendsRows({ clerk, list }) {
  const { desk } = clerk;
  const row = ({ name }) => desk.page.locator("main li").filter({ hasText: name });
  const deed = (person, name) => row(person).locator("form").filter({ has: desk.page.locator(`input[value="${name}"]`) });
  await desk.open(list);
  assert.ok((await row(inoue).innerText()).includes(inoue.address), "what was probably meant is not said");
  await desk.send(deed(inoue, "suggestion"));
  await desk.press(row(ueda).locator('a[href*="/row?"]'));
  await clerk.look("row", { phone: true, abroad: true });
  await desk.submit(`${list}/row`, { date: "2026/10/12" });
  await desk.send(deed(ogawa, "drop"));
  await clerk.look("verdicts-mended", { phone: true });
  assert.equal(await desk.page.locator("main li .tag.bad").count(), 0, "a row cannot be registered still");
}

export async function registersTheList({ clerk, list }) {
  await clerk.desk.submit(`${list}/save`);
  await settles(clerk.desk, "main dl.card");
  await clerk.look("upload-ended", { phone: true });
  await clerk.look("uploads-sent", { at: "/office/uploads" });
  await clerk.counts({ 登録: 6, 発行: 0, 取りやめ: 0 });
  await clerk.look("month-registered", { phone: true });
}

export async function cancelsACandidate({ clerk }) {
  const { desk } = clerk;
  const month = `/office/months/${MONTH}`;
  await clerk.look("candidates", { at: month, phone: true, abroad: true });
  const item = desk.page.locator("main li").filter({ hasText: kato.name });
  await clerk.unfold(item.locator("details"));
  await desk.send(item.locator("form"), { reason: "試験の結果が訂正されたため" });
  await clerk.look("candidates-cancelled", { phone: true });
  await desk.submit(`${month}/find`, { number: kato.number });
  await desk.look("candidates-found");
  await clerk.counts({ 登録: 6, 発行: 0, 取りやめ: 1 });
}

/** Not the clerk, even with a form made by hand; an approver, once the changes are a minute old. */
export async function approves({ clerk, approver, premises }) {
  const month = `/office/months/${MONTH}`;
  await premises.serves(LATER);
  const { desk } = clerk;
  await desk.open(month);
  assert.equal(await desk.form(`${month}/approve`).count(), 0, "whoever registers may approve");
  await desk.page.evaluate((action) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    form.innerHTML = '<input type="hidden" name="seen" value="2026-10-20T01:59:00Z"><button type="submit">?</button>';
    form.setAttribute("action", action);
    document.querySelector("main").append(form);
  }, `${month}/approve`);
  await desk.submit(`${month}/approve`, {}, 403);
  await desk.look("role-missing");
  await clerk.counts({ 登録: 6, 発行: 0 });
  await approver.look("candidates-to-approve", { at: month, phone: true });
  await approver.desk.submit(`${month}/approve`);
  await approver.look("candidates-approved", { phone: true });
  assert.equal(await approver.desk.form(`${month}/approve`).count(), 0, "somebody is left to be approved");
  await approver.counts({ 登録: 6, 発行: 0, 取りやめ: 1 });
}
