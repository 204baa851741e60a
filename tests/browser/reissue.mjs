// A deleted badge that is needed again: ordered, paid, issued, and the papers about it. And the way back for those who have no
// wallet any more.
import assert from "node:assert/strict";
import { badgeOf, badgesOf } from "./claim.mjs";
import { foundation } from "./people.mjs";
import { isOneSheet } from "./share.mjs";
import { publicly, publish, withStranger } from "./show.mjs";
import { Visitor } from "./visitor.mjs";

const FEE = /5,500/;

/** Of which the tax is within (10 %). */
const TAX = /500/;

/** In the settings of this installation. */
const REGISTRATION = "T1234567890123";

/** To whom receipts go, and how they were wrong at first. */
const ADDRESSEE = { ja: "株式会社見本 御中", en: "Mihon Corporation" };
const NOT_YET = "名義未定";

/** What a field takes for filled in, and nobody for an addressee. */
const BLANK = "　";

/** The page of the deleted badge says what another one costs, and leads to the order. */
export async function orders(walk) {
  const { visitor, person, outbox } = walk;
  await visitor.open(walk.deleted);
  assert.match(await visitor.reads(), FEE, "what a reissue costs, the page of the deleted badge does not say");
  await visitor.press(visitor.page.locator('main a[href^="/reissue/badges/"]'));
  const form = visitor.path;
  await visitor.look("order");
  const terms = await visitor.reads();
  for (const needed of [FEE, TAX]) assert.match(terms, needed, "the price is missing");
  assert.equal(await visitor.page.locator("[name=addressee]").inputValue(), person.name, "the name on record is not offered");
  await visitor.submit(form, { addressee: BLANK }, 400);
  await visitor.look("order-wrong");
  await visitor.submit(form, { addressee: NOT_YET });
  walk.order = visitor.path;
  assert.match(walk.order, /^\/reissue\/orders\//);
  await visitor.look("order-placed");
  walk.reference = await visitor.page.locator("#reference").innerText();
  assert.match(walk.reference, /^[1-9]\d{7}$/);
  await outbox.says(person.addresses[2], walk.reference);
  const { order } = walk;
  const card = visitor.page.locator(`main a[href$="client_reference_id=${order.split("/").at(-1)}"]`);
  assert.equal(await card.count(), 1, "no way to pay by card, or for another order");
  await visitor.open(form);
  assert.equal(visitor.path, order, "who orders twice does not find the first order");
  await visitor.open(walk.deleted);
  await visitor.look("deleted-ordered");
  assert.equal(await visitor.page.locator(`main a[href="${order}"]`).count(), 1, "the deleted badge does not lead to its order");
}

/** Until it is paid, the receipt may be made out to somebody else. */
export async function choosesTheAddressee(walk) {
  const { visitor, order, language } = walk;
  await visitor.open(order);
  await visitor.look("order-awaiting");
  await visitor.submit(`${order}/addressee`, { addressee: BLANK }, 400);
  await visitor.look("order-addressee-wrong");
  await visitor.submit(`${order}/addressee`, { addressee: ADDRESSEE[language] });
  await visitor.look("order-addressee");
  const page = await visitor.reads();
  assert.ok(page.includes(ADDRESSEE[language]) && !page.includes(NOT_YET), "the addressee stayed as it was");
  for (const paper of ["receipt", "credit-note"]) await visitor.open(`${order}/${paper}`, 404);
}

/** Once the transfer is in the bank's statement, there is another badge: nobody's to see, until its holder wants it. */
export async function paysByTransfer(walk) {
  const { visitor, person, outbox, desk, order, reference } = walk;
  const before = await badgesOf(visitor);
  await desk.transfers(reference);
  await visitor.open(order);
  await visitor.look("order-reissued");
  const link = visitor.page.locator('main a.button[href^="/wallet/badges/"]');
  walk.badge = await link.getAttribute("href");
  assert.deepEqual((await badgesOf(visitor)).sort(), [...before, walk.badge].sort(), "the wallet does not hold one badge more");
  await visitor.look("wallet-after-reissue");
  await outbox.says(person.addresses[2], `${order}/receipt`);
  await visitor.open(order);
  await visitor.press(link);
  await visitor.look("badge-reissued");
  await visitor.open(walk.deleted);
  await visitor.look("deleted-reissued");
  for (const [badge, name] of [[walk.deleted, "order-again"], [walk.badge, "order-not-deleted"]]) {
    await visitor.open(badge.replace("/wallet/", "/reissue/"), 409);
    await visitor.look(name);
    assert.equal(await visitor.page.locator("main form").count(), 0, `${badge} can be ordered`);
  }
  await withStranger(walk, async (stranger) => {
    await stranger.open(publicly(walk.badge), 404);
    await stranger.open(publicly(walk.deleted), 410);
  });
}

/** The new badge's page is valid, and the old one's is gone as before. */
export async function publishesAgain(walk) {
  const { visitor, person } = walk;
  await visitor.open(walk.badge);
  await publish(walk, "public");
  await withStranger(walk, async (stranger) => {
    await stranger.open(publicly(walk.badge));
    await stranger.page.locator(".verdict.good").waitFor();
    await stranger.look("badge-again");
    assert.ok((await stranger.reads()).includes(person.name));
    await stranger.open(publicly(walk.deleted), 410);
    assert.ok(!(await stranger.page.content()).includes(publicly(walk.badge)), "the old page tells of the new badge");
  });
}

/** With what must stand on it (消費税法57条の4), on one sheet. */
export async function getsAReceipt(walk) {
  const { visitor, site, language, order } = walk;
  await visitor.open(order);
  await visitor.press(visitor.page.locator(`main a[href="${order}/receipt"]`));
  await visitor.look("receipt");
  const receipt = await visitor.page.locator("article").innerText();
  for (const needed of [ADDRESSEE[language], REGISTRATION]) assert.ok(receipt.includes(needed), `no ${needed} on the receipt`);
  for (const needed of [FEE, TAX, /10\s?%/, /R2026-0000\d\d/]) assert.match(receipt, needed);
  assert.equal(await visitor.page.locator("main form").count(), 0, "a receipt can be changed");
  await visitor.lookOnPaper("receipt");
  await isOneSheet(site, `receipt.${language}`, visitor.page);
  await withStranger(walk, async (stranger) => {
    await stranger.open(`${order}/receipt`);
    assert.equal(stranger.path, "/wallet/sign-in", "a receipt is shown to whoever knows where it is");
  });
}

/** The staff give the fee back, and the holder gets a paper about that as well. The badge stays. */
export async function isRefunded(walk) {
  const { visitor, person, outbox, site, language, desk, order } = walk;
  await desk.refunds(order.split("/").at(-1), "A mistake of ours");
  await visitor.open(order);
  await visitor.look("order-refunded");
  await outbox.says(person.addresses[2], `${order}/credit-note`);
  await visitor.press(visitor.page.locator(`main a[href="${order}/credit-note"]`));
  await visitor.look("credit-note");
  const note = await visitor.page.locator("article").innerText();
  for (const needed of [ADDRESSEE[language], REGISTRATION]) assert.ok(note.includes(needed), `no ${needed} on the credit note`);
  for (const needed of [FEE, TAX, /C2026-0000\d\d/, /R2026-0000\d\d/]) assert.match(note, needed);
  await isOneSheet(site, `credit-note.${language}`, visitor.page);
  await visitor.open(`${order}/receipt`);
  await visitor.look("receipt-refunded");
  assert.match(await visitor.page.locator("article").innerText(), /C2026-0000\d\d/, "the receipt does not tell of the refund");
  await isOneSheet(site, `receipt-refunded.${language}`, visitor.page);
  assert.equal((await fetch(new URL(publicly(walk.badge), site.origin))).status, 200, "the refund took the badge as well");
}

/** Who has closed the wallet asks by number and address, and learns on screen of nothing. */
export async function comesBack(walk) {
  const { visitor, person, outbox, site, language, device } = walk;
  const [address] = person.addresses;
  const ask = async (number) => {
    await visitor.open("/reissue/ask");
    await visitor.submit("/reissue/ask", { number, address });
    assert.equal(visitor.path, "/reissue/asked");
    return visitor.reads();
  };
  await visitor.open("/reissue/ask");
  await visitor.look("ask");
  await visitor.submit("/reissue/ask", { number: BLANK, address }, 400);
  await visitor.look("ask-no-number");
  await visitor.submit("/reissue/ask", { number: person.number, address: "hanako" }, 400);
  await visitor.look("ask-no-address");
  const unknown = await ask("PM-0000");
  assert.equal(await ask(person.number), unknown, "whether a pair is on record can be seen");
  await visitor.look("asked");
  const link = await outbox.nextLink(address, "/reissue/restore/");
  const mailed = (await outbox.to(address)).filter(({ text }) => text.includes("/reissue/restore/"));
  assert.equal(mailed.length, 1, "a link was mailed for a pair that is not on record");
  await visitor.open(link);
  await visitor.look("restore");
  assert.ok((await visitor.reads()).includes(address), "whose wallet it opens, the page does not say");
  await visitor.open("/wallet");
  assert.equal(visitor.path, "/wallet/sign-in", "opening the link has opened the wallet");
  await visitor.open(link);
  await visitor.submit(new URL(link).pathname);
  assert.equal(visitor.path, "/wallet");
  await visitor.look("wallet-restored");
  assert.equal((await badgesOf(visitor)).length, 2, "not every badge of that address is listed");
  await visitor.open(await badgeOf(visitor, foundation));
  await visitor.look("deleted-restored");
  await visitor.press(visitor.page.locator('main a[href^="/reissue/badges/"]'));
  assert.equal(await visitor.form(visitor.path).count(), 1, "it cannot be ordered");
  await visitor.open(link);
  assert.equal(visitor.path, "/wallet", "whoever is signed in is told that the link is used up");
  const thief = await Visitor.come(site, { language, device });
  await thief.open(link, 410);
  await thief.look("restore-gone");
  await thief.leave();
}
