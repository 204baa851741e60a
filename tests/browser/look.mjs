// Recipients and verifiers on a running installation, and a picture of every page they see.
//
// node look.mjs BASE_URL OUTBOX_DIR CREDENTIALS_DIR SHOTS_DIR
// The installation has run the sample list and nobody has claimed yet. CREDENTIALS_DIR is what `export` writes; it is
// read only to learn the names of badges that the site must not tell.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fits, isAccessible, isValidHtml, showsItsPictures } from "./laws.mjs";
import { claimLinks } from "./outbox.mjs";
import { DEVICES, Visitor, startBrowser } from "./visitor.mjs";

const [baseUrl, outbox, credentials, shots] = process.argv.slice(2);
if (!shots) {
  console.error("usage: node look.mjs BASE_URL OUTBOX_DIR CREDENTIALS_DIR SHOTS_DIR");
  process.exit(2);
}
const origin = new URL(baseUrl).origin;
const unknownBadge = "00000000-0000-4000-8000-000000000000";
const unknownToken = Buffer.from("a token that was never mailed ..").toString("base64url");

const association = {
  ja: "日本プロジェクトマネジメント資格協会",
  en: "Japan Project Management Certification Association",
};
const foundation = { ja: "プロジェクトマネジメント基礎", en: "Project Management Foundation" };
const professional = { ja: "プロジェクトマネジメント専門", en: "Professional in Project Management" };
const executive = { ja: "プロジェクトマネジメント統括", en: "Executive in Project Management" };

/** Recipients of the sample list. */
const suzuki = { address: "mihon.suzuki@example.jp", name: "鈴木 見本", achievement: foundation };
const takahashi = { address: "reiko.takahashi@example.co.jp", name: "髙橋 例子", achievement: foundation };
const hasegawa = { address: "karito.hasegawa@example.jp", name: "長谷川 \"仮\" 人", achievement: executive };
const nakajima = { address: "wareki.nakajima@example.jp", name: "中島 和暦", achievement: professional };
const sato = { address: "kaku.sato@example.jp", name: "佐藤 架空", achievement: foundation };

const journeys = {
  "opening a claim link changes nothing": openingChangesNothing,
  "a recipient on a phone accepts and makes the badge public": acceptsInPublic,
  "an HR clerk looks at the badge": clerkVerifies,
  "the data and the picture carry the same signed badge": dataAndPictureAgree,
  "a recipient with a keyboard accepts and keeps the badge private": acceptsInPrivate,
  "private, unclaimed and unknown look the same": looksTheSame,
  "everything works without script": worksWithoutScript,
  "the badge prints on one sheet": printsOnOneSheet,
  "the other pages": otherPages,
  "the site has an icon": hasAnIcon,
};

await mkdir(shots, { recursive: true });
const links = await claimLinks(outbox);
const badges = await badgesByAddress(credentials);
for (const person of [suzuki, takahashi, hasegawa, nakajima, sato]) {
  person.link = links.get(person.address) ?? assert.fail(`no mail to ${person.address} in ${outbox}`);
  person.badge = badges(person.address);
}
const browser = await startBrowser(process.env.CHROMIUM ?? "/usr/bin/chromium");
let failed = 0;
try {
  for (const [name, journey] of Object.entries(journeys)) {
    const started = performance.now();
    try {
      await journey();
      console.log(`ok    ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n${String(error.stack).replaceAll(/^/gm, "      ")}`);
    }
  }
} finally {
  await browser.close();
}
const all = Object.keys(journeys).length;
console.log(`${all - failed} of ${all} journeys; pictures in ${shots}`);
process.exitCode = failed === 0 ? 0 : 1;

async function openingChangesNothing() {
  for (const [name, person] of [["offer", suzuki], ["offer-renewal", nakajima], ["offer-long", hasegawa]]) {
    await inEveryGuise(name, person.link, 200, async (page, language) => {
      const text = await page.locator("main").innerText();
      for (const needed of [person.name, person.achievement[language]]) {
        assert.ok(text.includes(needed), `the offer does not say ${needed}`);
      }
      assert.equal(await page.locator("input[name=visibility]:checked").getAttribute("value"), "private");
    });
    assert.equal((await fetch(person.link, { method: "HEAD" })).status, 200);
    const openings = [];
    for (let count = 0; count < 3; count += 1) openings.push(await (await fetch(person.link)).text());
    assert.equal(new Set(openings).size, 1, "the offer changed while it was opened");
  }
  // Accepting still is the first acceptance: see the next journeys.
}

async function acceptsInPublic() {
  const visitor = await Visitor.come(browser, origin, { language: "ja", device: "phone" });
  const { page } = visitor;
  await visitor.open(suzuki.link);
  await page.getByText("公開", { exact: true }).tap();
  assert.equal(await page.locator("input[name=visibility]:checked").getAttribute("value"), "public");
  await page.getByRole("button").tap();
  await page.getByRole("heading", { name: "バッジを受け取りました" }).waitFor();
  await look(page, "claimed-public.ja.phone");
  await page.reload();
  await page.getByRole("heading", { name: "このバッジは受け取り済みです" }).waitFor();
  await visitor.leave();
  await inEveryGuise("claimed-before", suzuki.link, 200, async (page, language) => {
    assert.equal(await page.locator("header").innerText(), association[language]);
    const text = await page.locator("body").innerText();
    for (const secret of [suzuki.name, suzuki.address]) assert.ok(!text.includes(secret), `it tells ${secret}`);
    assert.equal(await page.locator("form").count(), 0, "a claimed badge is offered again");
    const way = page.locator(`a[href="${origin}/badges/${suzuki.badge}"]`);
    assert.equal(await way.count(), 1, "the way to the badge page is missing");
  });
}

async function clerkVerifies() {
  const words = { ja: ["有効なバッジです", "問題なし"], en: ["This badge is valid", "Passed"] };
  await inEveryGuise("badge", `/badges/${suzuki.badge}`, 200, async (page, language) => {
    const [valid, passed] = words[language];
    assert.equal(await page.locator(".verdict.good .headline").innerText(), valid);
    const results = await page.locator("tbody tr .result").allInnerTexts();
    assert.deepEqual(results, Array(4).fill(passed));
    for (const row of await page.locator("tbody tr").all()) assert.ok(await row.isVisible(), "a check is hidden");
    const text = await page.locator("article").innerText();
    for (const needed of [suzuki.name, suzuki.achievement[language]]) {
      assert.ok(text.includes(needed), `the badge page does not say ${needed}`);
    }
  });
}

async function dataAndPictureAgree() {
  const visitor = await Visitor.come(browser, origin, { language: "en", device: "desktop" });
  const { page } = visitor;
  await visitor.open(`/badges/${suzuki.badge}`);
  const data = await followed(page, "See the data (JSON)");
  assert.equal(data.type, "application/json");
  const text = data.bytes.toString("utf8");
  const credential = JSON.parse(text);
  assert.deepEqual(credential.type, ["VerifiableCredential", "OpenBadgeCredential"]);
  assert.equal(credential.id, `${origin}/badges/${suzuki.badge}`);
  for (const secret of [suzuki.address, suzuki.name, "鈴木", "SUZUKI"]) {
    assert.ok(!text.includes(secret), `the credential says ${secret}`);
  }
  const asked = await fetch(credential.id, { headers: { accept: "application/vc+ld+json" } });
  assert.equal(asked.headers.get("content-type"), "application/vc+ld+json");
  assert.equal(await asked.text(), text, "by Accept another credential is given");
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save the picture (PNG)" }).click();
  assert.equal((await saved).suggestedFilename(), `${suzuki.achievement.en}.png`);
  const picture = await followed(page, "Save the picture (PNG)");
  assert.equal(picture.type, "image/png");
  assert.equal(bakedIn(picture.bytes), text, "the picture carries something else");
  await visitor.open(`/badges/${suzuki.badge}.png`);
  await showsItsPictures("the baked picture", page);
  await visitor.leave();
}

async function acceptsInPrivate() {
  const visitor = await Visitor.come(browser, origin, { language: "en", device: "desktop" });
  const { page } = visitor;
  await visitor.open(takahashi.link);
  await page.keyboard.press("Tab");
  assert.ok(await page.locator(".skip").isVisible(), "the way past the header does not show when it has the focus");
  const focused = () => page.evaluate(() => document.activeElement?.localName);
  for (let count = 0; count < 20 && (await focused()) !== "button"; count += 1) await page.keyboard.press("Tab");
  assert.equal(await focused(), "button", "the keyboard does not reach the button");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "You have accepted the badge" }).waitFor();
  await look(page, "claimed-private.en.desktop");
  assert.equal(await page.locator("main a").count(), 0, "a private badge has a link");
  await visitor.leave();
}

async function looksTheSame() {
  const others = { private: takahashi.badge, unclaimed: sato.badge };
  for (const ending of ["", ".json", ".png"]) {
    for (const accept of ["text/html", "application/vc+ld+json", "image/png", "*/*"]) {
      for (const language of ["ja", "en"]) {
        const ask = (badge) => answer(`/badges/${badge}${ending}`, { accept, "accept-language": language });
        const nothing = await ask(unknownBadge);
        assert.equal(nothing.status, 404);
        for (const [state, badge] of Object.entries(others)) {
          assert.deepEqual(await ask(badge), nothing, `${state} differs from unknown: ${ending} ${accept} ${language}`);
        }
      }
    }
  }
  await inEveryGuise("not-public", `/badges/${takahashi.badge}`, 404, async (page) => {
    assert.ok(!(await page.content()).includes(takahashi.badge), "the page names the badge");
  });
}

async function worksWithoutScript() {
  const public_ = await Visitor.come(browser, origin, { language: "en", device: "phone", script: false });
  await public_.open(hasegawa.link);
  await public_.page.locator("input[value=public]").check();
  await public_.page.locator("form button").click();
  await public_.page.getByRole("heading", { name: "You have accepted the badge" }).waitFor();
  await photograph(public_.page, "claimed-public.en.phone");
  await public_.page.getByRole("link", { name: "See the badge page" }).click();
  await public_.page.getByText("This badge is valid").waitFor();
  assert.equal(await public_.page.locator("tbody tr").count(), 4);
  await public_.leave();

  const private_ = await Visitor.come(browser, origin, { language: "ja", device: "desktop", script: false });
  await private_.open(nakajima.link);
  await private_.page.locator("form button").click();
  await private_.page.getByRole("heading", { name: "バッジを受け取りました" }).waitFor();
  await photograph(private_.page, "claimed-private.ja.desktop");
  await private_.open(`/badges/${nakajima.badge}`, 404);
  await private_.leave();
}

async function printsOnOneSheet() {
  for (const language of ["ja", "en"]) {
    for (const [name, person] of [["badge", suzuki], ["badge-long", hasegawa]]) {
      const visitor = await Visitor.come(browser, origin, { language, device: "desktop" });
      await visitor.open(`/badges/${person.badge}`);
      const sheet = await visitor.page.pdf({ preferCSSPageSize: true });
      await writeFile(join(shots, `${name}.${language}.print.pdf`), sheet);
      const pages = sheet.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
      assert.equal(pages, 1, `${name} ${language} prints on ${pages} sheets`);
      await visitor.leave();
    }
  }
}

async function otherPages() {
  await inEveryGuise("home", "/", 200);
  await inEveryGuise("badge-long", `/badges/${hasegawa.badge}`, 200);
  await inEveryGuise("achievement", "/achievements/pm-executive", 200);
  await inEveryGuise("issuer", "/issuer", 200);
  await inEveryGuise("link-unknown", `/claim/${unknownToken}`, 404);
  await inEveryGuise("problem", "/nothing", 404);
}

async function hasAnIcon() {
  const visitor = await Visitor.come(browser, origin, { language: "ja", device: "desktop" });
  await visitor.open("/");
  const named = await visitor.page.locator("link[rel=icon]").getAttribute("href");
  for (const [path, type] of [[named, "image/svg+xml"], ["/favicon.ico", "image/png"]]) {
    const response = await fetch(new URL(path, origin));
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("content-type"), type);
    await visitor.page.evaluate(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
    }, path);
  }
  await visitor.leave();
}

/** The page in both languages on both devices: expected by `expect`, lawful, photographed. */
async function inEveryGuise(name, url, status, expect = () => {}) {
  for (const language of ["ja", "en"]) {
    for (const device of Object.keys(DEVICES)) {
      const visitor = await Visitor.come(browser, origin, { language, device });
      const response = await visitor.open(url, status);
      assert.equal(await visitor.page.locator("html").getAttribute("lang"), language);
      await isValidHtml(name, await response.text());
      await expect(visitor.page, language);
      await look(visitor.page, `${name}.${language}.${device}`);
      await visitor.leave();
    }
  }
}

async function look(page, name) {
  await showsItsPictures(name, page);
  await photograph(page, name);
  await isAccessible(name, page);
  await fits(name, page);
}

async function photograph(page, name) {
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** What stands behind a link of the page. */
async function followed(page, name) {
  const href = await page.getByRole("link", { name }).getAttribute("href");
  const response = await fetch(href);
  assert.equal(response.status, 200, href);
  return { type: response.headers.get("content-type"), bytes: Buffer.from(await response.arrayBuffer()) };
}

/** All that a stranger gets, the time of day aside. */
async function answer(path, headers) {
  const response = await fetch(new URL(path, origin), { headers });
  const seen = [...response.headers].filter(([name]) => name !== "date");
  return { status: response.status, headers: seen, body: Buffer.from(await response.arrayBuffer()).toString("base64") };
}

/** The credential in a picture: an uncompressed iTXt chunk without language (Open Badges 3.0, 5.3.1). */
function bakedIn(png) {
  for (let place = 8; place < png.length; ) {
    const length = png.readUInt32BE(place);
    const data = png.subarray(place + 8, place + 8 + length);
    const head = Buffer.from("openbadgecredential\0\0\0\0\0", "latin1");
    if (png.toString("latin1", place + 4, place + 8) === "iTXt" && data.subarray(0, head.length).equals(head)) {
      return data.subarray(head.length).toString("utf8");
    }
    place += length + 12;
  }
  return assert.fail("nothing is baked into the picture");
}

/** Who owns which badge, found out as any verifier who knows an address does: by the salted hash. */
async function badgesByAddress(folder) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const all = await Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))));
  return (address) => {
    const owned = all.filter(({ credentialSubject: { identifier: [{ identityHash, salt }] } }) => {
      return identityHash === `sha256$${createHash("sha256").update(address + salt).digest("hex")}`;
    });
    assert.equal(owned.length, 1, `${owned.length} credentials of ${address} in ${folder}`);
    return owned[0].id.split("/").at(-1);
  };
}
