// Recipients of the sample list, and the strangers they show their badges to.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { KEYWORD, bakedIn } from "./baked.mjs";
import { showsItsPictures } from "./laws.mjs";
import { association, hasegawa, nakajima, sato, suzuki, takahashi } from "./people.mjs";
import { isOneSheet } from "./share.mjs";
import { fetched } from "./show.mjs";
import { Visitor } from "./visitor.mjs";

const unknownBadge = "00000000-0000-4000-8000-000000000000";
const unknownToken = Buffer.from("a token that was never mailed ..").toString("base64url");

/** Language and device. */
const EVERY = [["ja", "phone"], ["en", "phone"], ["ja", "desktop"], ["en", "desktop"]];
const BOTH = [["ja", "phone"], ["en", "desktop"]];

/** Finds links and badges of the people; the installation has run the sample list and nobody has claimed yet. */
export async function findPeople({ outbox }, credentials) {
  const badges = await badgesByAddress(credentials);
  for (const person of [suzuki, takahashi, hasegawa, nakajima, sato]) {
    person.link = await outbox.claimLink(person.address, person.achievement.ja);
    person.badge = badges(person.address);
  }
}

export async function openingChangesNothing({ site }) {
  for (const [name, person, guises] of [["offer", suzuki, EVERY], ["offer-renewal", nakajima, BOTH], ["offer-long", hasegawa, BOTH]]) {
    await inGuises(site, guises, name, person.link, 200, async (visitor) => {
      const text = await visitor.reads();
      for (const needed of [person.name, person.achievement[visitor.language]]) {
        assert.ok(text.includes(needed), `the offer does not say ${needed}`);
      }
      assert.equal(await visitor.page.locator("input[name=visibility]:checked").getAttribute("value"), "private");
    });
    assert.equal((await fetch(person.link, { method: "HEAD" })).status, 200);
    const openings = [];
    for (let count = 0; count < 3; count += 1) openings.push(await (await fetch(person.link)).text());
    assert.equal(new Set(openings).size, 1, "the offer changed while it was opened");
  }
  // Accepting still is the first acceptance: see the next journeys.
}

export async function acceptsInPublic({ site }) {
  const visitor = await Visitor.come(site, { language: "ja", device: "phone" });
  await visitor.open(suzuki.link);
  await visitor.submit(new URL(suzuki.link).pathname, { visibility: "public" });
  await visitor.look("claimed-public");
  await visitor.open(suzuki.link);
  await visitor.leave();
  await inGuises(site, BOTH, "claimed-before", suzuki.link, 200, async ({ page, language }) => {
    assert.equal((await page.locator("header.site p").innerText()).trim(), association[language]);
    const text = await page.locator("body").innerText();
    for (const secret of [suzuki.name, suzuki.address]) assert.ok(!text.includes(secret), `it tells ${secret}`);
    assert.equal(await page.locator("input[name=visibility]").count(), 0, "a claimed badge is offered again");
    const way = page.locator(`main a[href="${site.origin}/badges/${suzuki.badge}"]`);
    assert.equal(await way.count(), 1, "the way to the badge page is missing");
  });
}

export async function clerkVerifies({ site }) {
  const words = { ja: ["有効なバッジです", "問題なし"], en: ["This badge is valid", "Passed"] };
  await inGuises(site, EVERY, "badge-clerk", `/badges/${suzuki.badge}`, 200, async ({ page, language }) => {
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

export async function dataAndPictureAgree({ site }) {
  const { origin } = site;
  const visitor = await Visitor.come(site, { language: "en", device: "desktop" });
  const { page } = visitor;
  await visitor.open(`/badges/${suzuki.badge}`);
  const linked = async (end) => fetched(await page.locator(`main a[href$="/badges/${suzuki.badge}${end}"]`).getAttribute("href"));
  const data = await linked(".json");
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
  await page.locator(`main a[href$="/badges/${suzuki.badge}.png"]`).click();
  assert.equal((await saved).suggestedFilename(), `${suzuki.achievement.en}.png`);
  const picture = await linked(".png");
  assert.equal(picture.type, "image/png");
  assert.equal(bakedIn(picture.bytes), text, "the picture carries something else");
  const hosted = await linked(".v2.json");
  assert.equal(hosted.type, "application/ld+json");
  const assertion = hosted.bytes.toString("utf8");
  assert.equal(JSON.parse(assertion).id, `${origin}/badges/${suzuki.badge}.v2.json`);
  assert.deepEqual(JSON.parse(bakedIn(picture.bytes, KEYWORD.v2)), JSON.parse(assertion), "the picture carries another assertion");
  const token = await linked(".jwt");
  assert.equal(token.type, "application/jwt");
  const payload = JSON.parse(Buffer.from(token.bytes.toString("latin1").split(".")[1], "base64url").toString("utf8"));
  assert.equal(payload.jti, credential.id);
  for (const secret of [suzuki.address, suzuki.name]) {
    assert.ok(![assertion, JSON.stringify(payload)].some((form) => form.includes(secret)), `another form says ${secret}`);
  }
  await visitor.open(`/badges/${suzuki.badge}.png`);
  await showsItsPictures("the baked picture", page);
  await visitor.leave();
}

export async function acceptsByKeyboard({ site }) {
  const visitor = await Visitor.come(site, { language: "en", device: "desktop" });
  const { page } = visitor;
  await visitor.open(takahashi.link);
  await page.keyboard.press("Tab");
  assert.ok(await page.locator(".skip").isVisible(), "the way past the header does not show when it has the focus");
  const focused = () => page.evaluate(() => document.activeElement?.localName);
  for (let count = 0; count < 20 && (await focused()) !== "button"; count += 1) await page.keyboard.press("Tab");
  assert.equal(await focused(), "button", "the keyboard does not reach the button");
  await page.keyboard.press("Enter");
  await page.locator(".verdict.good").waitFor();
  await visitor.look("claimed-private");
  assert.equal(await page.locator(`main a[href*="/badges/"]`).count(), 0, "a private badge has a link");
  await visitor.leave();
}

export async function looksTheSame({ site }) {
  const others = { private: takahashi.badge, unclaimed: sato.badge };
  for (const ending of ["", ".json", ".v2.json", ".jwt", ".png", ".qr.png", ".preview-0.png"]) {
    for (const accept of ["text/html", "application/vc+ld+json", "image/png", "*/*"]) {
      for (const language of ["ja", "en"]) {
        const ask = (badge) => answer(site, `/badges/${badge}${ending}`, { accept, "accept-language": language });
        const nothing = await ask(unknownBadge);
        assert.equal(nothing.status, 404);
        for (const [state, badge] of Object.entries(others)) {
          assert.deepEqual(await ask(badge), nothing, `${state} differs from unknown: ${ending} ${accept} ${language}`);
        }
      }
    }
  }
  await inGuises(site, BOTH, "not-public", `/badges/${takahashi.badge}`, 404, async ({ page }) => {
    assert.ok(!(await page.content()).includes(takahashi.badge), "the page names the badge");
  });
}

/** The longest names, on paper too. */
export async function longNamesFit({ site }) {
  const visitor = await Visitor.come(site, { language: "ja", device: "phone" });
  await visitor.open(hasegawa.link);
  await visitor.submit(new URL(hasegawa.link).pathname, { visibility: "public" });
  await visitor.leave();
  await inGuises(site, BOTH, "badge-long", `/badges/${hasegawa.badge}`, 200);
  for (const language of ["ja", "en"]) {
    const reader = await Visitor.come(site, { language, device: "desktop" });
    await reader.open(`/badges/${hasegawa.badge}`);
    await isOneSheet(site, `badge-long.${language}`, reader.page);
    await reader.leave();
  }
}

export async function otherPages({ site }) {
  await inGuises(site, BOTH, "home", "/", 200);
  await inGuises(site, BOTH, "achievement", "/achievements/pm-executive", 200);
  await inGuises(site, BOTH, "issuer", "/issuer", 200);
  await inGuises(site, BOTH, "link-unknown", `/claim/${unknownToken}`, 404);
  await inGuises(site, BOTH, "problem", "/nothing", 404);
}

export async function hasAnIcon({ site }) {
  const visitor = await Visitor.come(site, { language: "ja", device: "desktop" });
  await visitor.open("/");
  const named = await visitor.page.locator("link[rel=icon]").getAttribute("href");
  for (const [path, type] of [[named, "image/svg+xml"], ["/favicon.ico", "image/png"]]) {
    const response = await fetch(new URL(path, site.origin));
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

/** The page in these guises: expected by `expect`, lawful, photographed. */
async function inGuises(site, guises, name, url, status, expect = () => {}) {
  for (const [language, device] of guises) {
    const visitor = await Visitor.come(site, { language, device });
    await visitor.open(url, status);
    assert.equal(await visitor.page.locator("html").getAttribute("lang"), language);
    await expect(visitor);
    await visitor.look(name);
    await visitor.leave();
  }
}

/** All that a stranger gets, the time of day aside. */
async function answer({ origin }, path, headers) {
  const response = await fetch(new URL(path, origin), { headers });
  const seen = [...response.headers].filter(([name]) => name !== "date");
  return { status: response.status, headers: seen, body: Buffer.from(await response.arrayBuffer()).toString("base64") };
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
