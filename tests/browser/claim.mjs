// The three ways to claim, as one person goes them: into a new wallet, into the wallet one has, and into it from another address.
import assert from "node:assert/strict";
import { executive, foundation, professional } from "./people.mjs";
import { Visitor } from "./visitor.mjs";

const COOKIE = "__Host-wallet";

/** The first badge of an address: its wallet is opened, and there is no password. */
export async function claimsTheFirst(walk) {
  const { visitor, person, language } = walk;
  walk.links = [await walk.outbox.claimLink(person.addresses[0], foundation.ja)];
  const [link] = walk.links;
  await visitor.open(link);
  await visitor.look("offer-first");
  const offer = await visitor.reads();
  for (const needed of [person.name, foundation[language]]) assert.ok(offer.includes(needed), `no ${needed} in the offer`);
  assert.ok(!offer.includes("@"), "an offer shows an address to whoever opens the link");
  await visitor.submit(new URL(link).pathname, { visibility: "private" });
  await visitor.look("claimed-first");
  assert.deepEqual(await visitor.context.cookies(), [], "a claim link signs in");
  await visitor.open(link);
  const again = await visitor.reads();
  for (const secret of [person.name, "@"]) assert.ok(!again.includes(secret), `a claimed badge's link tells ${secret}`);
}

/** From the claimed badge to its wallet, by a link that is mailed at that moment. */
export async function signsInByMail(walk) {
  const { visitor, person, language, site, device } = walk;
  await visitor.submit(`${new URL(walk.links[0]).pathname}/sign-in`);
  await visitor.look("sign-in-sent");
  const link = await walk.outbox.nextLink(person.addresses[0], "/wallet/sign-in/");
  await visitor.open(link);
  await visitor.look("sign-in-confirm");
  assert.ok((await visitor.reads()).includes(person.addresses[0]), "whose wallet it is, the page does not say");
  await visitor.open("/wallet");
  assert.equal(visitor.path, "/wallet/sign-in", "opening the link has signed in");
  await visitor.look("sign-in");
  await visitor.open(link);
  await visitor.submit(new URL(link).pathname);
  assert.equal(visitor.path, "/wallet");
  await isKeptSafe(visitor);
  assert.equal((await badgesOf(visitor)).length, 1);
  await visitor.open(link);
  assert.equal(visitor.path, "/wallet", "whoever is signed in is told that the link is used up");
  const thief = await Visitor.come(site, { language, device });
  await thief.open(link, 410);
  await thief.look("sign-in-dead");
  await thief.leave();
}

/** Signed in, the badge goes where the first one is. */
export async function claimsAnother(walk) {
  const { visitor, person } = walk;
  const link = await walk.outbox.claimLink(person.addresses[0], professional.ja);
  walk.links.push(link);
  await visitor.open(link);
  await visitor.look("offer-same-wallet");
  assert.ok((await visitor.reads()).includes(person.addresses[0]), "where the badge goes, the offer does not say");
  await visitor.submit(new URL(link).pathname, { visibility: "public" });
  await visitor.look("claimed-into-wallet");
  await visitor.press(visitor.page.locator('main a[href^="/wallet/badges/"]'));
  await visitor.look("badge-public");
  assert.equal((await badgesOf(visitor)).length, 2);
}

/** A badge that went to another address comes into the wallet once both addresses are proven, and the address with it. */
export async function joins(walk) {
  const { visitor, person, language, site, device } = walk;
  const [main, other] = person.addresses;
  const link = await walk.outbox.claimLink(other, professional.ja);
  walk.links.push(link);
  await visitor.open(link);
  await visitor.look("offer-join");
  assert.ok((await visitor.reads()).includes(main), "into whose wallet it would go, the offer does not say");
  await visitor.submit(`${new URL(link).pathname}/join`);
  assert.equal((await badgesOf(visitor)).length, 2, "the badge came before the address was proven");
  const proof = await walk.outbox.nextLink(other, "/wallet/prove/");
  const elsewhere = await Visitor.come(site, { language, device });
  await elsewhere.open(proof);
  await elsewhere.look("prove-signed-out");
  assert.equal(await elsewhere.page.locator("main form").count(), 0, "who is not signed in may add the address");
  await elsewhere.leave();
  await visitor.open(proof);
  await visitor.look("prove");
  const question = await visitor.reads();
  for (const needed of [main, other, professional[language]]) assert.ok(question.includes(needed), `no ${needed}`);
  await visitor.submit(new URL(proof).pathname);
  await visitor.look("wallet");
  assert.equal((await badgesOf(visitor)).length, 3);
  for (const address of [main, other]) await walk.outbox.says(address, other);
  await visitor.open(proof, 410);
  await visitor.look("prove-dead");
  await visitor.open(link);
  assert.equal(await visitor.form(new URL(link).pathname).count(), 0, "the joined badge is offered again");
}

/** A wallet of one's own at a third address comes along whole. */
export async function mergesWallets(walk) {
  const { visitor, person, language, site, device } = walk;
  const third = person.addresses[2];
  const link = await walk.outbox.claimLink(third, executive.ja);
  const before = await Visitor.come(site, { language, device });
  await before.open(link);
  await before.submit(new URL(link).pathname, { visibility: "public" });
  await before.leave();
  await visitor.open("/wallet/addresses");
  await visitor.look("addresses-two");
  await visitor.submit("/wallet/addresses", { address: third });
  await visitor.look("addresses-asked");
  const proof = await walk.outbox.nextLink(third, "/wallet/prove/");
  await visitor.open(proof);
  await visitor.look("prove-merge");
  await visitor.submit(new URL(proof).pathname);
  assert.equal((await badgesOf(visitor)).length, 4, "the badges of the other wallet did not come along");
}

/** Signs in anew with an address. */
export async function signIn(visitor, outbox, address) {
  await visitor.open("/wallet/sign-in");
  await visitor.submit("/wallet/sign-in", { address });
  const link = await outbox.nextLink(address, "/wallet/sign-in/");
  await visitor.open(link);
  await visitor.submit(new URL(link).pathname);
  assert.equal(visitor.path, "/wallet");
}

/** The paths of the badges in the wallet, as its page lists them. */
export async function badgesOf(visitor) {
  await visitor.open("/wallet");
  const links = await visitor.page.locator('main a[href^="/wallet/badges/"]').all();
  return Promise.all(links.map((link) => link.getAttribute("href")));
}

/** The path of the wallet's only badge of an achievement that says these words. */
export async function badgeOf(visitor, achievement, words = "") {
  await visitor.open("/wallet");
  const items = visitor.page.locator("main li").filter({ hasText: achievement[visitor.language] });
  const item = items.filter({ hasText: words }).locator('a[href^="/wallet/badges/"]');
  assert.equal(await item.count(), 1, `not one badge ${achievement[visitor.language]} ${words}`);
  return item.getAttribute("href");
}

async function isKeptSafe(visitor) {
  const cookies = await visitor.context.cookies();
  assert.deepEqual(
    cookies.map(({ name, httpOnly, secure, sameSite, path }) => ({ name, httpOnly, secure, sameSite, path })),
    [{ name: COOKIE, httpOnly: true, secure: true, sameSite: "Lax", path: "/" }],
  );
  const days = (cookies[0].expires - Date.now() / 1000) / 86_400;
  assert.ok(days > 29 && days <= 30, `a browser stays signed in for ${days} days`);
}
