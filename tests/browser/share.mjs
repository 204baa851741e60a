// Everything a public badge is shared with, in the exact forms that each place expects.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import jsqr from "jsqr";
import { PNG } from "pngjs";
import { badgeOf } from "./claim.mjs";
import { association, executive, foundation } from "./people.mjs";
import { fetched, pictureOf, publicly, withStranger } from "./show.mjs";

/** A sheet of A4, in points. */
const A4 = [595, 842];

/** Where people post. */
const PLACES = {
  profile: "https://www.linkedin.com/profile/add?",
  linkedin: "https://www.linkedin.com/sharing/share-offsite/?",
  x: "https://twitter.com/intent/tweet?",
  facebook: "https://www.facebook.com/sharer/sharer.php?",
  line: "https://social-plugins.line.me/lineit/share?",
};

/** Links, snippets and files, of a badge without and of one with an end. */
export async function shares(walk) {
  const { visitor, site } = walk;
  for (const [name, achievement] of [["share", foundation], ["share-with-end", executive]]) {
    const badge = await badgeOf(visitor, achievement);
    await visitor.open(badge);
    await visitor.press(visitor.page.locator(`main a[href="${badge}/share"]`));
    await visitor.look(name);
    const facts = await factsOf(site, badge);
    await linksAreExact(visitor, achievement, facts);
    await snippetsAreExact(visitor, achievement, facts);
    await codeLeadsTo(visitor, facts.url);
    if (achievement === foundation) continue;
    // All windows of a browser have one clipboard: only one walk copies.
    if (walk.device === "desktop") await buttonsCopy(visitor);
    await tellsNobodyWhere(visitor);
  }
}

/** Tags and picture of a shared link. */
export async function hasAPreview(walk) {
  const { site, language } = walk;
  const url = new URL(publicly(walk.badge), site.origin).href;
  const page = await (await fetch(url, { headers: { "accept-language": language } })).text();
  const tags = new Map(
    [...page.matchAll(/<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">/g)].map(([, tag, said]) => [tag, said]),
  );
  assert.match(page, new RegExp(`<link rel="canonical" href="${url}">`));
  const exact = {
    "og:type": "website",
    "og:url": url,
    "og:site_name": association[language],
    "og:locale": { ja: "ja_JP", en: "en_US" }[language],
    "og:image:width": "1200",
    "og:image:height": "630",
    "twitter:card": "summary_large_image",
  };
  for (const [tag, said] of Object.entries(exact)) assert.equal(tags.get(tag), said, tag);
  for (const tag of ["og:title", "og:image:alt"]) assert.ok(tags.get(tag).includes(foundation[language]), tag);
  assert.ok(tags.get("og:description").includes(association[language]), "og:description");
  const { type, bytes } = await pictureOf(walk);
  assert.equal(type, "image/png");
  const { width, height } = PNG.sync.read(bytes);
  assert.deepEqual([width, height], [1200, 630]);
  await writeFile(join(site.shots, `link-preview.${walk.device}.png`), bytes);
}

/** One sheet of A4. */
export async function printsOnOneSheet(walk) {
  await withStranger({ ...walk, device: "desktop" }, async (stranger) => {
    await stranger.open(publicly(walk.badge));
    await isOneSheet(walk.site, `badge.${walk.language}`, stranger.page);
  });
}

export async function isOneSheet(site, name, page) {
  // What a printer gets, whatever medium was looked at before.
  await page.emulateMedia({ media: null });
  const sheet = await page.pdf({ preferCSSPageSize: true });
  await writeFile(join(site.shots, `${name}.print.pdf`), sheet);
  const text = sheet.toString("latin1");
  const pages = text.match(/\/Type\s*\/Page\b/g).length;
  assert.equal(pages, 1, `${name} prints on ${pages} sheets`);
  const size = text.match(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/).slice(1).map((side) => Math.round(Number(side)));
  assert.deepEqual(size, A4, `${name} does not print on A4`);
}

/** What the forms need, from the public data of the badge. */
async function factsOf(site, badge) {
  const url = new URL(publicly(badge), site.origin).href;
  const credential = JSON.parse((await fetched(`${url}.json`)).bytes.toString("utf8"));
  return { url, id: url.split("/").at(-1), issued: japanMonth(credential.validFrom), end: japanMonth(credential.validUntil) };
}

function japanMonth(instant) {
  if (!instant) return undefined;
  const parts = new Intl.DateTimeFormat("en", { timeZone: "Asia/Tokyo", year: "numeric", month: "numeric" }).formatToParts(new Date(instant));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

async function linksAreExact({ page, language }, achievement, { url, id, issued, end }) {
  const links = await page.locator('main a[target="_blank"]').all();
  const found = new Map();
  for (const link of links) {
    const [href, rel] = [await link.getAttribute("href"), await link.getAttribute("rel")];
    assert.deepEqual(rel.split(" ").sort(), ["noopener", "noreferrer"], href);
    const place = Object.keys(PLACES).find((place) => href.startsWith(PLACES[place]));
    assert.ok(place && !found.has(place), `a link to ${href}`);
    found.set(place, href.slice(PLACES[place].length));
  }
  const encoded = (fields) => Object.entries(fields).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const exact = (place, fields) => assert.deepEqual(found.get(place)?.split("&").sort(), encoded(fields).sort(), place);
  exact("profile", {
    startTask: "CERTIFICATION_NAME",
    name: achievement[language],
    organizationName: association[language],
    issueYear: issued.year,
    issueMonth: issued.month,
    ...(end && { expirationYear: end.year, expirationMonth: end.month }),
    certUrl: url,
    certId: id,
  });
  exact("linkedin", { url });
  exact("facebook", { u: url });
  exact("line", { url });
  const post = new URLSearchParams(found.get("x"));
  assert.deepEqual([...post.keys()], ["text", "url"]);
  assert.ok(post.get("text").includes(achievement[language]), "the post does not say what was earned");
  exact("x", { text: post.get("text"), url });
  assert.equal(links.length, Object.keys(PLACES).length);
}

async function snippetsAreExact({ page, language }, achievement, { url }) {
  const label = {
    ja: `${achievement.ja}（${association.ja}）`,
    en: `${achievement.en} (${association.en})`,
  }[language];
  const texts = await page.locator("main textarea").evaluateAll((fields) => fields.map(({ value }) => value));
  const signature = `<a href="${url}"><img src="${url}.png" width="96" height="96" alt="${label}"></a>`;
  assert.ok(texts.some((text) => text.trim() === signature), `no signature ${signature}`);
  assert.ok(texts.some((text) => text.trim() === `${label}\n${url}`), "no signature in plain text");
  const embedded = texts.filter((text) => text.includes(`<a href="${url}"><img src="${url}.png"`) && text.trim() !== signature);
  assert.equal(embedded.length, 1, "nothing to embed");
  for (const end of [".png", ".json"]) {
    const link = page.locator(`main a[href="${url}${end}"]`);
    assert.match(await link.getAttribute("download"), new RegExp(`\\${end}$`));
  }
}

async function codeLeadsTo({ page }, url) {
  const source = await page.locator('main img[src*=".qr"]').getAttribute("src");
  const { type, bytes } = await fetched(new URL(source, url));
  assert.equal(type, "image/png");
  const { width, height, data } = PNG.sync.read(bytes);
  assert.equal(jsqr(new Uint8ClampedArray(data), width, height)?.data, url, "the QR code leads elsewhere");
}

/** Each button copies what stands beside it, and says so. */
async function buttonsCopy(visitor) {
  const { page, context } = visitor;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const buttons = await page.locator("main button[data-copy]").all();
  assert.ok(buttons.length >= 10, `only ${buttons.length} buttons copy`);
  const said = page.locator("#copied");
  for (const button of buttons) {
    const source = page.locator(`#${await button.getAttribute("data-copy")}`);
    const wanted = await source.evaluate((element) => element.value ?? element.textContent);
    await page.evaluate(async (element) => {
      element.textContent = "";
      await navigator.clipboard.writeText("nothing yet");
    }, await said.elementHandle());
    await button.click();
    await page.waitForFunction((element) => element.textContent.length > 0, await said.elementHandle());
    const copied = await page.evaluate(async () => navigator.clipboard.readText());
    if ((await button.getAttribute("data-format")) === "html") {
      const html = await page.evaluate(async () => {
        const [item] = await navigator.clipboard.read();
        return (await item.getType("text/html")).text();
      });
      for (const part of ["<a href=", "<img", 'width="96"']) assert.ok(html.includes(part), `copied without ${part}`);
      assert.match(copied, /^.+\nhttp/, `the plain form of the signature is ${copied}`);
    } else {
      assert.equal(copied, wanted);
    }
  }
  assert.equal(await said.getAttribute("role"), "status");
}

/** Whoever is posted to does not learn from which page. */
async function tellsNobodyWhere(visitor) {
  const { page, context } = visitor;
  visitor.goesTo = new URL(PLACES.line).origin;
  const asked = [];
  await context.route(/^https:/, async (route) => {
    asked.push(await route.request().allHeaders());
    await route.fulfill({ status: 200, contentType: "text/html", body: "<!doctype html><title>elsewhere</title>" });
  });
  const opened = context.waitForEvent("page");
  await page.locator(`main a[href^="${PLACES.line}"]`).click();
  const tab = await opened;
  await tab.waitForLoadState();
  assert.equal(await tab.evaluate(() => document.referrer), "");
  await tab.close();
  assert.equal(asked.length, 1);
  assert.equal(asked[0].referer, undefined);
}
