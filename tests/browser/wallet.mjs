// The wallet as a whole: its addresses, its language, what is held about its owner, and leaving it.
import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { setTimeout as sleep } from "node:timers/promises";
import { strFromU8, unzipSync } from "fflate";
import { KEYWORD, bakedIn } from "./baked.mjs";
import { badgeOf, badgesOf, signIn } from "./claim.mjs";
import { executive, foundation } from "./people.mjs";
import { fetched, publicly, withStranger } from "./show.mjs";
import { Visitor } from "./visitor.mjs";

const OTHER = { ja: "en", en: "ja" };

/** Another address becomes the main one, and the one that is given up opens nothing any more. */
export async function choosesAddresses(walk) {
  const { visitor, person, outbox } = walk;
  const [first, second, third] = person.addresses;
  await visitor.open("/wallet/addresses");
  await visitor.look("addresses");
  await visitor.send(formOf(visitor, "main", third));
  await visitor.look("addresses-main-changed");
  assert.deepEqual(await addresses(visitor), [third, first, second]);
  await visitor.send(formOf(visitor, "remove", second));
  await visitor.look("addresses-removed");
  assert.deepEqual(await addresses(visitor), [third, first]);
  assert.equal(await formOf(visitor, "remove", third).count(), 0, "the main address can be removed");
  // Those who stay and the one who goes are told.
  for (const address of person.addresses) await outbox.says(address, second);
  const before = await outbox.to(second);
  await visitor.open("/wallet/sign-in");
  await visitor.submit("/wallet/sign-in", { address: second });
  const after = (mails) => mails.filter(({ text }) => text.includes("/wallet/sign-in/"));
  await sleep(1000);
  assert.deepEqual(after(await outbox.to(second)), after(before), "an address that was removed opens the wallet");
  assert.equal((await badgesOf(visitor)).length, 4);
}

/** The other language, on every page of the wallet. */
export async function speaksTheOtherLanguage(walk) {
  const { visitor, language } = walk;
  await visitor.open("/wallet");
  await visitor.submit("/wallet/language");
  assert.equal(await visitor.page.locator("html").getAttribute("lang"), OTHER[language]);
  visitor.language = OTHER[language];
  const badge = await badgeOf(visitor, foundation);
  const pages = {
    "wallet": "/wallet",
    "addresses": "/wallet/addresses",
    "badge-published": badge,
    "preview": `${badge}/preview?visibility=public`,
    "share": `${badge}/share`,
    "delete": `${badge}/delete`,
    "close": "/wallet/close",
  };
  for (const [name, path] of Object.entries(pages)) {
    await visitor.open(path);
    assert.equal(await visitor.page.locator("html").getAttribute("lang"), OTHER[language], path);
    await visitor.look(name);
  }
  await visitor.open("/wallet");
  await visitor.submit("/wallet/language");
  visitor.language = language;
  assert.equal(await visitor.page.locator("html").getAttribute("lang"), language);
}

/** All that is held, in one file: the records, and each badge as anyone gets it. */
export async function takesEverythingHome(walk) {
  const { visitor, person, site } = walk;
  const paths = await badgesOf(visitor);
  await visitor.look("wallet-full");
  const link = visitor.page.locator('main a[href^="/wallet/export"]');
  const archive = await visitor.save(link, await link.getAttribute("href"));
  assert.match(archive.name, /\.zip$/);
  const files = unzipSync(new Uint8Array(archive.bytes));
  const records = strFromU8(files["records.json"]);
  JSON.parse(records);
  for (const held of [person.addresses[0], person.addresses[2], person.name]) {
    assert.ok(records.includes(held), `the export leaves out ${held}`);
  }
  const ids = paths.map((path) => path.split("/").at(-1));
  const expected = ids.flatMap((id) => [`badges/${id}.json`, `badges/${id}.png`]);
  assert.deepEqual(Object.keys(files).sort(), [...expected, "records.json"].sort());
  let compared = 0;
  for (const id of ids) {
    const url = new URL(`/badges/${id}`, site.origin);
    if ((await fetch(url)).status === 404) continue;
    const [credential, picture] = [".json", ".png"].map((end) => Buffer.from(files[`badges/${id}${end}`]));
    const { bytes } = await fetched(`${url}.json`);
    assert.ok(bytes.equals(credential), `${id}.json is not what everyone gets`);
    assert.equal(bakedIn(picture), credential.toString("utf8"), `${id}.png carries another badge`);
    // The form of version 2.0 holds only while the badge is public, and a kept file outlives that.
    assert.equal(bakedIn(picture, KEYWORD.v2), undefined);
    compared += 1;
  }
  assert.ok(compared >= 2, "no badge was public to compare with");
}

/** Deleting asks for the word, and then it is final: for strangers, for the list, for the link. */
export async function deletes(walk) {
  const { visitor, site } = walk;
  const badge = await badgeOf(visitor, executive);
  const page = new URL(publicly(badge), site.origin);
  const { credentialStatus } = JSON.parse((await fetched(`${page}.json`)).bytes.toString("utf8"));
  assert.equal(await isRevoked(credentialStatus), false);
  walk.copy = (await fetched(`${page}.png`)).bytes;
  walk.deleted = badge;
  await visitor.open(badge);
  await visitor.press(visitor.page.locator(`main a[href="${badge}/delete"]`));
  await visitor.look("delete");
  assert.match(await visitor.reads(), /5,500/, "what a reissue costs, the page does not say");
  await visitor.submit(`${badge}/delete`, { confirm: "yes" }, 400);
  await visitor.look("delete-wrong");
  assert.equal((await fetch(page)).status, 200, "the wrong word deleted the badge");
  await visitor.submit(`${badge}/delete`, { confirm: await askedWord(visitor) });
  await visitor.look("deleted");
  const words = await visitor.reads();
  for (const end of ["", ".json", ".v2.json", ".jwt", ".png", ".qr.png"]) {
    const { status } = await fetch(`${page}${end}`);
    assert.equal(status, 410, `${page}${end} of a badge that was public`);
  }
  await withStranger(walk, async (stranger) => {
    await stranger.open(page, 410);
    await stranger.look("badge-gone");
    const gone = await stranger.reads();
    for (const secret of [walk.person.name, executive[walk.language]]) assert.ok(!gone.includes(secret), `it tells ${secret}`);
  });
  assert.ok((await badgesOf(visitor)).includes(badge), "the wallet does not lead to what is left of the badge");
  await visitor.look("wallet-after-deletion");
  for (const place of [badge, `${badge}/delete`]) {
    await visitor.open(place);
    assert.equal(await visitor.reads(), words, `${place} is still there`);
    assert.equal(await visitor.page.locator("main form").count(), 0, `${place} has a form`);
  }
  await visitor.open(`${badge}/share`, 404);
  for (let wait = 0; wait < 100 && !(await isRevoked(credentialStatus)); wait += 1) await sleep(100);
  assert.equal(await isRevoked(credentialStatus), true, "the status list does not say so");
}

/** Here, and everywhere. */
export async function signsOut(walk) {
  const { visitor, person, outbox, site, language, device } = walk;
  const other = await Visitor.come(site, { language, device });
  await signIn(other, outbox, person.addresses[0]);
  await visitor.open("/wallet");
  const [cookie] = await visitor.context.cookies();
  await visitor.press(signOutButton(visitor, "here"));
  assert.equal(visitor.path, "/wallet/sign-in");
  assert.deepEqual(await visitor.context.cookies(), [], "the browser keeps the session");
  await visitor.context.addCookies([cookie]);
  await isSignedOut(visitor);
  await other.open("/wallet");
  assert.equal(other.path, "/wallet", "signing out here has signed out there");
  await visitor.context.clearCookies();
  await signIn(visitor, outbox, person.addresses[2]);
  await visitor.press(signOutButton(visitor, "everywhere"));
  await isSignedOut(visitor);
  await isSignedOut(other);
  await other.leave();
}

/** The end: asks for the word, deletes the badges, forgets the addresses. */
export async function closes(walk) {
  const { visitor, person, outbox, site } = walk;
  await signIn(visitor, outbox, person.addresses[0]);
  const paths = await badgesOf(visitor);
  assert.equal(paths.length, 5);
  const [cookie] = await visitor.context.cookies();
  await visitor.press(visitor.page.locator('main a[href="/wallet/close"]'));
  await visitor.look("close");
  await visitor.submit("/wallet/close", { confirm: "yes" }, 400);
  await visitor.look("close-wrong");
  await visitor.submit("/wallet/close", { confirm: await askedWord(visitor) });
  await visitor.look("closed");
  await visitor.context.addCookies([cookie]);
  await isSignedOut(visitor);
  for (const path of paths) {
    const { status } = await fetch(new URL(publicly(path), site.origin));
    assert.equal(status, 410, `a badge of a closed wallet that was public answers ${status}`);
  }
  await visitor.open(walk.links[0], 404);
  await visitor.look("link-of-a-deleted-badge");
}

async function isSignedOut(visitor) {
  await visitor.open("/wallet");
  assert.equal(visitor.path, "/wallet/sign-in", `${visitor.name} is still signed in`);
}

const signOutButton = ({ page }, where) =>
  page.locator('form[action="/wallet/sign-out"]').filter({ has: page.locator(`input[value="${where}"]`) }).locator("button");

const formOf = ({ page }, what, address) =>
  page.locator(`main form[action="/wallet/addresses/${what}"]`).filter({ has: page.locator(`input[value="${address}"]`) });

async function addresses({ page }) {
  const texts = await page.locator("main li").allInnerTexts();
  return texts.map((text) => text.match(/[^\s@]+@[^\s@]+/)?.[0]);
}

/** The word that the form asks for stands in its label, between quotation marks. */
async function askedWord({ page }) {
  const label = await page.locator("main form label").filter({ hasText: /[「“]/ }).innerText();
  return label.match(/[「“](.+?)[」”]/)[1];
}

/** What the status list says about an entry (Bitstring Status List, 3.2: bit 0 is the left-most). */
async function isRevoked({ statusListCredential, statusListIndex }) {
  const list = JSON.parse((await fetched(statusListCredential)).bytes.toString("utf8"));
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), "base64url"));
  const index = Number(statusListIndex);
  return (bits[index >> 3] & (0x80 >> (index & 7))) !== 0;
}
