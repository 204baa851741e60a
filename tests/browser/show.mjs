// A holder shows a badge: preview, with and without a name, hidden again; and what strangers see of it.
import assert from "node:assert/strict";
import { badgeOf } from "./claim.mjs";
import { foundation, professional } from "./people.mjs";
import { Visitor } from "./visitor.mjs";

/** What the preview shows is what strangers get, to the word. */
export async function publishes(walk) {
  const { visitor, person } = walk;
  walk.badge = await badgeOf(visitor, foundation);
  await visitor.open(walk.badge);
  await visitor.look("badge-private");
  assert.equal((await fetch(new URL(publicly(walk.badge), walk.site.origin))).status, 404, "a private badge is shown");
  await publish(walk, "public", "preview");
  await visitor.look("badge-published");
  await withStranger(walk, async (stranger) => {
    await stranger.open(publicly(walk.badge));
    await stranger.look("badge");
    assert.deepEqual(await shown(stranger.page), walk.previewed, "strangers see something else than the preview");
    assert.ok((await stranger.reads()).includes(person.name), "the public page leaves the name out");
    const head = await stranger.page.locator("head").innerHTML();
    assert.ok(head.includes(person.name), "a shared link says no name, though the holder shows it");
  });
}

/** The name is gone from page, tags and preview picture; the badge stays public meanwhile. */
export async function leavesTheNameOut(walk) {
  const { visitor, person } = walk;
  const before = await pictureOf(walk);
  await visitor.open(walk.badge);
  await publish(walk, "public-without-name", "preview-without-name");
  await withStranger(walk, async (stranger) => {
    const response = await stranger.open(publicly(walk.badge));
    await stranger.look("badge-without-name");
    assert.ok(!(await response.text()).includes(person.name), "the name stands in the page all the same");
    assert.deepEqual(await shown(stranger.page), walk.previewed, "strangers see something else than the preview");
  });
  const after = await pictureOf(walk);
  assert.notEqual(after.url, before.url, "the preview picture without the name has the same address");
  assert.ok(!after.bytes.equals(before.bytes), "the preview picture still shows the name");
  const { bytes } = await fetched(before.url);
  assert.ok(bytes.equals(after.bytes), "the old address of the picture still shows the name");
}

/** While the page shows no name, a verifier learns whether the name on an application is the holder's, and nothing else. */
export async function letsNamesBeCompared(walk) {
  const { visitor, person, site } = walk;
  const page = publicly(walk.badge);
  const ask = `${site.origin}${page}/name-match`;
  await withStranger(walk, async (stranger) => {
    await stranger.open(page);
    assert.equal(await stranger.form(ask).count(), 0, "a name can be compared that the holder allows nobody to compare");
  });
  await visitor.open(walk.badge);
  await visitor.submit(`${walk.badge}/name-match`);
  await visitor.look("badge-name-match-allowed");
  await withStranger(walk, async (stranger) => {
    await stranger.open(page);
    await stranger.look("badge-name-match");
    await stranger.submit(ask, { name: "見本 別人" });
    await stranger.look("name-differs");
    assert.ok(!(await stranger.reads()).includes(person.name), "a wrong name is answered with the right one");
    await stranger.submit(ask, { name: person.name.replaceAll(" ", "") });
    await stranger.look("name-matches");
    assert.equal(await stranger.page.locator(".verdict.good").count(), 1, "the holder's name does not match");
    const answer = await stranger.page.request.post(ask, { form: { name: person.name }, headers: { accept: "application/json" } });
    assert.equal((await answer.json()).matches, true, "a program is told otherwise");
  });
  await visitor.open(walk.badge);
  await visitor.submit(`${walk.badge}/name-match`);
  await withStranger(walk, async (stranger) => {
    await stranger.open(page);
    assert.equal(await stranger.form(ask).count(), 0, "a name can be compared although the holder ended it");
  });
}

/** Back to private, at once, everywhere. */
export async function hides(walk) {
  const { visitor } = walk;
  const page = publicly(walk.badge);
  const { url: picture } = await pictureOf(walk);
  const ends = ["", ".json", ".v2.json", ".jwt", ".png", ".qr.png"];
  const places = [...ends.map((end) => `${page}${end}`), picture].map((place) => new URL(place, walk.site.origin));
  for (const place of places) assert.equal((await fetch(place)).status, 200, `${place} does not show a public badge`);
  await visitor.open(walk.badge);
  await visitor.submit(`${walk.badge}/visibility`);
  await visitor.look("badge-hidden");
  for (const place of places) assert.equal((await fetch(place)).status, 404, `${place} still shows a hidden badge`);
  await visitor.open(`${walk.badge}/share`);
  assert.equal(visitor.path, walk.badge, "a private badge can be shared");
  await visitor.open(walk.badge);
  await publish(walk, "public");
}

/** A renewal is the newer badge of the same qualification, and the old page leads there where both are public. */
export async function showsTheRenewal(walk) {
  const { visitor } = walk;
  const [old, renewed] = await pair(visitor);
  const page = publicly(renewed);
  await visitor.open(old);
  await visitor.look("badge-renewed-since");
  assert.equal(await visitor.page.locator(`main a[href="${renewed}"]`).count(), 1, "the old badge does not lead to the new one");
  const leads = async (stranger) => {
    await stranger.open(publicly(old));
    return stranger.page.locator(`main a[href$="${page}"]`).count();
  };
  await withStranger(walk, async (stranger) => assert.equal(await leads(stranger), 0, "a private renewal is told of"));
  await visitor.open(renewed);
  await publish(walk, "public");
  await withStranger(walk, async (stranger) => {
    assert.equal(await leads(stranger), 1, "the old public page does not lead to the new one");
    await stranger.look("badge-newer");
  });
}

/** Presses through the preview to publication; what the preview showed stays in `walk.previewed`. */
export async function publish(walk, visibility, name) {
  const { visitor } = walk;
  const badge = visitor.path;
  await visitor.press(visitor.page.locator(`main a[href="${badge}/preview?visibility=${visibility}"]`));
  if (name) await visitor.look(name);
  walk.previewed = await shown(visitor.page);
  await visitor.submit(`${badge}/visibility`);
  assert.equal(visitor.path, badge);
}

/** The public address of a badge of the wallet. */
export const publicly = (badge) => badge.replace("/wallet", "");

/** Runs a look at the site by someone who is not signed in. */
export async function withStranger({ site, language, device }, looks) {
  const stranger = await Visitor.come(site, { language, device });
  await looks(stranger);
  await stranger.leave();
}

export async function fetched(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, String(url));
  return { url, type: response.headers.get("content-type"), bytes: Buffer.from(await response.arrayBuffer()) };
}

/** The picture that stands beside a shared link. */
export async function pictureOf({ site, badge }) {
  const page = await (await fetch(new URL(publicly(badge), site.origin))).text();
  const url = page.match(/<meta property="og:image" content="([^"]+)">/)?.[1] ?? assert.fail("no picture in the tags");
  return fetched(url);
}

/** Words, pictures and headings of a badge's page, without the question before it, the links to other forms that only a public
 * badge has, and the time of day. */
async function shown(page) {
  return page.evaluate(() => {
    const main = document.querySelector("main");
    const aside = main.querySelectorAll('[role=region], p:has(> a[href$=".v2.json"])');
    for (const part of aside) part.hidden = true;
    const seen = {
      words: main.innerText.replaceAll(/\d{1,2}:\d{2}/g, "").trim(),
      pictures: [...main.querySelectorAll("img")].filter((image) => image.checkVisibility()).map(({ src, alt }) => [src, alt]),
      headings: [...main.querySelectorAll("h1, h2, h3")].map(({ localName, textContent }) => [localName, textContent]),
    };
    for (const part of aside) part.hidden = false;
    return seen;
  });
}

/** The old badge and its renewal: only the old one is said to have been renewed. */
async function pair(visitor) {
  await visitor.open("/wallet");
  const items = visitor.page.locator("main li").filter({ hasText: professional[visitor.language] });
  assert.equal(await items.count(), 2);
  const found = [];
  for (const item of await items.all()) {
    const href = await item.locator('a[href^="/wallet/badges/"]').getAttribute("href");
    found.push({ href, tags: await item.locator(".tag").count() });
  }
  found.sort((one, other) => other.tags - one.tags);
  assert.ok(found[0].tags > found[1].tags, "the wallet does not say which badge has been renewed");
  return found.map(({ href }) => href);
}
