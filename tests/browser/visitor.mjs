// People at their machines: a browser that notes everything that went wrong and everything that left the site.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { compareGolden, isGolden } from "./golden.mjs";
import { SHEET, fits, isAccessible, isOperable, isValidHtml, keepsToItself, showsItsPictures } from "./laws.mjs";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const LOCALES = { ja: "ja-JP", en: "en-GB" };

export const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
};

/** How long a page may take. */
const PATIENCE = 90_000;

export async function startBrowser(executablePath) {
  return chromium.launch({ executablePath, args: FLAGS });
}

const isIcon = (request) => /^\/(assets\/icon-[0-9a-f]+\.svg|favicon\.ico)$/.test(new URL(request.url()).pathname);

/** One person. `faults` fills up while they look around. */
export class Visitor {
  faults = [];
  /** Another site that the visitor means to go to. */
  goesTo;
  #site;
  #device;
  #refused = new Set();
  #saved = new Set();
  #arrived = [];
  #opened = 0;

  /** `site` is `{ browser, origin, shots, secrets, looked }`: what no address of a page may say are its secrets. */
  static async come(site, { language, device, script = true }) {
    const visitor = new Visitor();
    visitor.#site = site;
    visitor.#device = device;
    visitor.language = language;
    visitor.name = `${language} ${device}${script ? "" : " without script"}`;
    visitor.context = await site.browser.newContext({
      ...DEVICES[device],
      locale: LOCALES[language],
      javaScriptEnabled: script,
    });
    visitor.context.setDefaultTimeout(PATIENCE);
    visitor.page = await visitor.context.newPage();
    visitor.#watch();
    return visitor;
  }

  #watch() {
    this.context.on("request", (request) => {
      const { origin, secrets } = this.#site;
      const asked = new URL(request.url()).origin;
      if (asked !== origin && asked !== this.goesTo) this.#note(`asked another host: ${request.url()}`);
      for (const [where, text] of [["address", request.url()], ["referrer", request.headers().referer ?? ""]]) {
        const plain = decodeURIComponent(text);
        for (const secret of secrets) if (plain.includes(secret)) this.#note(`the ${where} ${plain} says ${secret}`);
      }
    });
    this.context.on("requestfailed", (request) => {
      const { errorText } = request.failure();
      // Whoever goes on at once leaves before the icon has come; a file that is saved opens no page.
      const left = errorText === "net::ERR_ABORTED" && (isIcon(request) || this.#saved.has(request.url()));
      if (!left) this.#note(`${request.url()} failed: ${errorText}`);
    });
    this.context.on("response", (response) => {
      if (response.status() >= 400 && !this.#refused.has(response.url())) {
        this.#note(`${response.url()} answered ${response.status()}`);
      }
    });
    this.page.on("response", (response) => {
      const isPage = response.request().isNavigationRequest() && response.frame() === this.page.mainFrame();
      if (isPage && (response.status() < 300 || response.status() >= 400)) this.#arrived.push(response);
    });
    this.page.on("framenavigated", (frame) => {
      if (frame === this.page.mainFrame()) this.#opened += 1;
    });
    this.page.on("console", (message) => {
      // The browser's own line about an answer that was meant to be a refusal.
      const { url } = message.location();
      const meant = this.#refused.has(url) && message.text().startsWith("Failed to load resource");
      if (["error", "warning"].includes(message.type()) && !meant) this.#note(`console: ${message.text()} (${url})`);
    });
    this.page.on("pageerror", (error) => this.#note(`script: ${error}`));
  }

  #note(fault) {
    this.faults.push(`${this.name}: ${fault}`);
  }

  /** Opens an address that must answer with this status. */
  async open(url, status = 200) {
    const href = new URL(url, this.#site.origin).href;
    if (status >= 400) this.#refused.add(href);
    const response = await this.page.goto(href);
    if (response.status() !== status) this.#note(`${url} answered ${response.status()} instead of ${status}`);
    return response;
  }

  /** Follows a link, or presses a button, that leads to another page. */
  async press(target) {
    const before = this.#opened;
    await (this.#device === "phone" ? target.tap() : target.click());
    const until = performance.now() + PATIENCE;
    while (this.#opened === before) {
      if (performance.now() > until) throw new Error(`${this.name}: pressing ${target} led nowhere`);
      await sleep(20);
    }
    await this.page.waitForLoadState("load");
  }

  /** Presses what saves a file, and gives its name and its bytes. `url` is where the file comes from. */
  async save(target, url) {
    this.#saved.add(new URL(url, this.#site.origin).href);
    const saved = this.page.waitForEvent("download");
    await (this.#device === "phone" ? target.tap() : target.click());
    const download = await saved;
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  /** The form that posts to this path. */
  form(path) {
    return this.page.locator(`main form[action="${path}"]`);
  }

  /** Fills in the form that posts to this path, by the names of its fields, and sends it. Files are `{ name, mimeType, buffer }`. */
  async submit(path, fields = {}, status = 200) {
    const form = this.form(path);
    assert.equal(await form.count(), 1, `${this.name}: ${this.page.url()} has not one form for ${path}`);
    await this.send(form, fields, status);
  }

  async send(form, fields = {}, status = 200) {
    await this.fill(form, fields);
    if (status >= 400) {
      this.#refused.add(new URL(await form.getAttribute("action"), this.#site.origin).href);
    }
    const before = this.page.url();
    await this.press(form.locator("button"));
    const answered = this.#arrived.at(-1).status();
    assert.equal(answered, status, `${this.name}: sending a form of ${before} was answered ${answered}`);
  }

  async fill(form, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`);
      const type = await field.first().getAttribute("type");
      if (type === "radio") await form.locator(`[name="${name}"][value="${value}"]`).check();
      else if (type === "file") await field.setInputFiles(value);
      else if ((await field.evaluate(({ localName }) => localName)) === "select") await field.selectOption(value);
      else await field.fill(value);
    }
  }

  /** The page that is open, in one word each for headings and text. */
  async reads() {
    return this.page.locator("main").innerText();
  }

  get path() {
    return new URL(this.page.url()).pathname;
  }

  /** Holds the open page to every law, and photographs it. */
  async look(name) {
    const what = `${name}.${this.language}.${this.#device}`;
    const { shots, looked } = this.#site;
    assert.ok(!looked.has(what), `two pages are named ${what}`);
    looked.add(what);
    const response = this.#arrived.at(-1);
    const html = await response.text();
    await mkdir(join(shots, "html"), { recursive: true });
    await writeFile(join(shots, "html", `${what}.html`), html);
    await showsItsPictures(what, this.page);
    await this.photograph(what);
    for (const scheme of ["light", "dark"]) {
      const golden = `${scheme === "dark" ? `${name}-dark` : name}.${this.language}.${this.#device}`;
      if (!isGolden(golden)) continue;
      await this.page.emulateMedia({ colorScheme: scheme });
      await compareGolden(golden, this.page);
    }
    keepsToItself(what, response, html);
    await isValidHtml(what, html);
    await isAccessible(what, this.page);
    await fits(what, this.page);
    if (this.#device === "desktop") await isOperable(what, this.page);
  }

  /** Photographs the open page as it is printed, at the width of A4. */
  async lookOnPaper(name) {
    const what = `${name}-on-paper.${this.language}`;
    const usual = this.page.viewportSize();
    await this.page.emulateMedia({ media: "print" });
    await this.page.setViewportSize(SHEET);
    await this.photograph(what);
    if (isGolden(what)) await compareGolden(what, this.page);
    await this.page.emulateMedia({ media: "screen" });
    await this.page.setViewportSize(usual);
  }

  async photograph(what) {
    await this.page.screenshot({ path: join(this.#site.shots, `${what}.png`), fullPage: true });
  }

  async leave() {
    await this.context.close();
    if (this.faults.length > 0) throw new Error(this.faults.join("\n"));
  }
}
