// Without script, and against those who ask too often or from elsewhere.
import assert from "node:assert/strict";
import { badgeOf, badgesOf, signIn } from "./claim.mjs";
import { executive, foundation, nakajima, taro } from "./people.mjs";
import { publicly } from "./show.mjs";
import { Visitor } from "./visitor.mjs";

/** So many mails in an hour go to one address, whoever asks for them. */
const MAILS_TO_AN_ADDRESS = 5;

/** The whole life of a badge, with script switched off. */
export async function worksWithoutScript({ site, outbox }) {
  const [first, second] = taro.addresses;
  const visitor = await Visitor.come(site, { language: "en", device: "phone", script: false });
  const { page } = visitor;
  const link = await outbox.claimLink(first, foundation.ja);
  await visitor.open(link);
  await visitor.submit(new URL(link).pathname, { visibility: "public-without-name" });
  await visitor.photograph("claimed.without-script");
  await visitor.press(page.locator('main a[href*="/badges/"]').first());
  await page.locator(".verdict.good").waitFor();
  assert.equal(await page.locator("tbody tr").count(), 4);
  await signIn(visitor, outbox, first);

  const join = await outbox.claimLink(second, executive.ja);
  await visitor.open(join);
  await visitor.submit(`${new URL(join).pathname}/join`);
  const proof = await outbox.nextLink(second, "/wallet/prove/");
  await visitor.open(proof);
  await visitor.submit(new URL(proof).pathname);
  assert.equal((await badgesOf(visitor)).length, 2);

  const badge = await badgeOf(visitor, executive);
  await visitor.open(badge);
  await visitor.press(page.locator(`main a[href="${badge}/preview?visibility=public"]`));
  await visitor.submit(`${badge}/visibility`);
  await visitor.press(page.locator(`main a[href="${badge}/share"]`));
  await visitor.photograph("share.without-script");
  assert.equal(await page.locator("main a[target=_blank]:visible").count(), 5, "not every way to share is there");
  assert.equal(await page.locator("main textarea:visible").count(), 3, "not every text to copy is there");
  assert.equal(await page.locator("main button:visible").count(), 0, "a button shows that does nothing without script");
  await visitor.open("/wallet");
  await visitor.submit("/wallet/language");
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  await visitor.open(`${badge}/delete`);
  await visitor.submit(`${badge}/delete`, { confirm: "削除します" }, 400);
  const asked = (await page.locator("main form label").innerText()).match(/「(.+?)」/)[1];
  await visitor.submit(`${badge}/delete`, { confirm: asked });
  assert.equal((await fetch(new URL(publicly(badge), site.origin))).status, 410);
  await visitor.open(badge);
  await visitor.press(page.locator('main a[href^="/reissue/badges/"]'));
  await visitor.submit(visitor.path);
  await visitor.photograph("order-placed.without-script");
  assert.match(await page.locator("#reference").innerText(), /^\d{8}$/);
  assert.equal(await page.locator("main button.copy:visible").count(), 0, "a button shows that does nothing without script");
  await visitor.submit(`${visitor.path}/addressee`, { addressee: "見本株式会社" });
  assert.ok((await visitor.reads()).includes("見本株式会社"), "the addressee cannot be changed without script");
  await visitor.open("/wallet");
  await visitor.press(page.locator('header form[action="/wallet/sign-out"] button'));
  await visitor.open("/wallet");
  assert.equal(visitor.path, "/wallet/sign-in");
  await visitor.leave();

  const other = await Visitor.come(site, { language: "ja", device: "desktop", script: false });
  await other.open(nakajima.link);
  await other.submit(new URL(nakajima.link).pathname);
  await other.photograph("claimed-private.without-script");
  await other.open(`/badges/${nakajima.badge}`, 404);
  await other.leave();
}

/** Whoever asks too often is told so, and not whether anybody has that address. */
export async function asksTooOften({ site }) {
  const visitor = await Visitor.come(site, { language: "ja", device: "phone" });
  const address = "nobody@example.net";
  for (let count = 0; count < MAILS_TO_AN_ADDRESS; count += 1) {
    await visitor.open("/wallet/sign-in");
    await visitor.submit("/wallet/sign-in", { address });
  }
  await visitor.open("/wallet/sign-in");
  await visitor.submit("/wallet/sign-in", { address }, 429);
  await visitor.look("too-many-mails");
  await visitor.leave();
}

/** A form on somebody else's page does nothing here. */
export async function refusesForeignForms({ site }) {
  const visitor = await Visitor.come(site, { language: "en", device: "desktop" });
  const refused = await visitor.context.request.post(new URL("/wallet/sign-in", site.origin).href, {
    headers: { origin: "https://elsewhere.example" },
    form: { address: "nobody@example.net" },
  });
  assert.equal(refused.status(), 403);
  await visitor.leave();
}
