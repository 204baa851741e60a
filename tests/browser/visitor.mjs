// People at their machines: a browser that notes everything that went wrong and everything that left the site.
import { chromium } from "playwright-core";

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

export async function startBrowser(executablePath) {
  return chromium.launch({ executablePath, args: FLAGS });
}

const isIcon = (request) => /^\/(assets\/icon-[0-9a-f]+\.svg|favicon\.ico)$/.test(new URL(request.url()).pathname);

/** One person. `faults` fills up while they look around. */
export class Visitor {
  faults = [];
  #origin;
  #refused = new Set();

  static async come(browser, origin, { language, device, script = true }) {
    const visitor = new Visitor();
    visitor.#origin = origin;
    visitor.name = `${language} ${device}${script ? "" : " without script"}`;
    visitor.context = await browser.newContext({
      ...DEVICES[device],
      locale: LOCALES[language],
      javaScriptEnabled: script,
    });
    visitor.page = await visitor.context.newPage();
    visitor.#watch();
    return visitor;
  }

  #watch() {
    this.context.on("request", (request) => {
      if (new URL(request.url()).origin !== this.#origin) this.#note(`asked another host: ${request.url()}`);
    });
    this.context.on("requestfailed", (request) => {
      const { errorText } = request.failure();
      // Whoever goes on at once leaves before the icon has come.
      const left = errorText === "net::ERR_ABORTED" && isIcon(request);
      if (!left) this.#note(`${request.url()} failed: ${errorText}`);
    });
    this.context.on("response", (response) => {
      if (response.status() >= 400 && !this.#refused.has(response.url())) {
        this.#note(`${response.url()} answered ${response.status()}`);
      }
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
    if (status >= 400) this.#refused.add(new URL(url, this.#origin).href);
    const response = await this.page.goto(new URL(url, this.#origin).href);
    if (response.status() !== status) this.#note(`${url} answered ${response.status()} instead of ${status}`);
    return response;
  }

  async leave() {
    await this.context.close();
    if (this.faults.length > 0) throw new Error(this.faults.join("\n"));
  }
}
