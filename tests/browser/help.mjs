// The help pages, on screen and on paper.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { association } from "./people.mjs";
import { Visitor } from "./visitor.mjs";

const executed = promisify(execFile);

/** A sheet of A4, in points. */
const A4 = [595, 842];

/** Addresses on this site that paper must say, for nobody can press it. */
const PRINTED = ["/wallet/sign-in", "/verify", "/issuer", "/reissue/ask", "/inquiry"];

const TITLE = { ja: "オープンバッジ利用の手引き", en: "Your Open Badge: a guide" };

/** From the front page to each topic, and every link on the way leads somewhere. */
export async function explains({ site }) {
  for (const [language, device] of [["ja", "phone"], ["en", "desktop"]]) {
    const visitor = await Visitor.come(site, { language, device });
    await visitor.open("/");
    await visitor.press(visitor.page.locator('main a[href="/help"]').first());
    await visitor.look("help");
    const topics = await hrefs(visitor, "main .contents a");
    assert.equal(topics.length, 8);
    const linked = new Set(await hrefs(visitor, "main a"));
    for (const topic of topics) {
      await visitor.open("/help");
      await visitor.press(visitor.page.locator(`main .contents a[href="${topic}"]`));
      assert.equal(visitor.path, topic);
      await visitor.look(`help-${topic.split("/").at(-1)}`);
      for (const href of await hrefs(visitor, "main a")) linked.add(href);
      if (topic.endsWith("/reissue")) assert.match(await visitor.reads(), /5,500/, "what a reissue costs is not said");
      if (topic.endsWith("/verify")) assert.ok((await visitor.reads()).includes(new URL(site.origin).host));
    }
    for (const href of [...linked].filter((href) => !href.startsWith("mailto:"))) {
      const { status, url } = await fetch(new URL(href, site.origin), { headers: { accept: "text/html" } });
      assert.equal(status, 200, `a help page leads to ${href}, and so to ${url}`);
    }
    await visitor.open("/help/nothing", 404);
    await visitor.leave();
  }
}

/** The whole guide as a PDF: A4, a chapter begins on a sheet of its own, no sheet is empty, and it says where links lead. */
export async function isPrinted({ site }) {
  for (const language of ["ja", "en"]) {
    const visitor = await Visitor.come(site, { language, device: "desktop" });
    const { page } = visitor;
    await visitor.open("/help");
    await visitor.press(page.locator('main a[href="/help/all"]'));
    await visitor.look("help-all");
    await visitor.lookOnPaper("help-all");
    const titles = (await page.locator("main .chapter h2").allInnerTexts()).map(plain);
    assert.equal(titles.length, 8);
    const guide = join(site.shots, `help-all.${language}.print.pdf`);
    await print(page, guide);
    const sheets = await textOf(guide);
    assert.ok(sheets.length > titles.length && sheets.length <= 16, `the guide has ${sheets.length} sheets`);
    for (const [place, text] of sheets.entries()) assert.ok(text.length > 60, `sheet ${place + 1} is nearly empty: ${text}`);
    const [cover, ...chapters] = sheets;
    for (const needed of [TITLE[language], association[language], ...titles]) assert.ok(cover.includes(plain(needed)), `no ${needed} on the first sheet`);
    for (const title of titles) {
      assert.equal(chapters.filter((text) => text.startsWith(title)).length, 1, `${title} begins no sheet`);
    }
    const whole = sheets.join("");
    for (const path of PRINTED) assert.ok(whole.includes(`${site.origin}${path}`), `where ${path} is, the paper does not say`);
    const navigation = { ja: ["本文へ移動", "ヘルプの目次", "印刷するか"], en: ["Skiptothecontent", "Allhelppages", "printfunction"] }[language];
    for (const words of navigation) assert.ok(!whole.includes(words), `${words} is printed`);
    await isOneTopic(site, visitor);
    await visitor.leave();
  }
}

/** One topic by itself takes a sheet or two, without the list of the others. */
async function isOneTopic(site, visitor) {
  await visitor.open("/help/trust");
  const file = join(site.shots, `help-trust.${visitor.language}.print.pdf`);
  await print(visitor.page, file);
  const sheets = await textOf(file);
  assert.ok(sheets.length <= 2, `one topic has ${sheets.length} sheets`);
  assert.ok(!sheets.join("").includes({ ja: "ほかのヘルプ", en: "Otherhelppages" }[visitor.language]), "links to other topics are printed");
}

async function print(page, file) {
  // What a printer gets, whatever medium was looked at before.
  await page.emulateMedia({ media: null });
  const sheets = await page.pdf({ preferCSSPageSize: true });
  await writeFile(file, sheets);
  const sizes = [...sheets.toString("latin1").matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/g)];
  assert.ok(sizes.length > 0, `${file} says no size`);
  for (const [, ...size] of sizes) assert.deepEqual(size.map((side) => Math.round(Number(side))), A4, `${file} is not on A4`);
}

/** The text of each sheet, without white space: where lines break is the printer's. */
async function textOf(file) {
  const { stdout } = await executed("pdftotext", ["-enc", "UTF-8", "-raw", file, "-"], { maxBuffer: 10 ** 7 });
  return stdout.split("\f").slice(0, -1).map(plain);
}

/** Fonts write some kanji as the radicals that look like them (Unicode, block 2F00). */
const plain = (text) => text.normalize("NFKC").replaceAll(/\s+/g, "");

async function hrefs({ page }, selector) {
  const links = await page.locator(selector).all();
  return Promise.all(links.map((link) => link.getAttribute("href")));
}
