// What holds for every page, whoever looks at it on whatever.
import assert from "node:assert/strict";
import axe from "axe-core";
import { HtmlValidate } from "html-validate";

/** The narrowest screen that text must fit on (WCAG 2.2, 1.4.10). */
const NARROWEST = { width: 320, height: 640 };

/** A4 less the margins of the print stylesheet, in CSS pixels. */
export const SHEET = { width: 688, height: 1017 };

/** The largest page, without pictures, in bytes. */
const LARGEST = 50 * 1024;

/** Pages that anyone may read and search engines may list. */
const LISTED = /^\/(|issuer|verify|help|help\/[^/]+|badges\/[^/]+|achievements\/[^/]+)$/;

const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:standard"],
  rules: {
    // Void elements and doctype are written as the HTML standard itself writes them.
    "doctype-style": "off",
    "void-style": ["error", { style: "omit" }],
  },
});

/** The served text is valid HTML. */
export async function isValidHtml(what, html) {
  const { results } = await validator.validateString(html, what);
  const complaints = results
    .flatMap(({ messages }) => messages)
    .map(({ line, column, ruleId, message }) => `${what}:${line}:${column} ${ruleId}: ${message}`);
  assert.deepEqual(complaints, [], `${what} is not valid HTML`);
}

/** Light enough for a train; nothing inline, nothing from elsewhere; only public pages are there for search engines and previews. */
export function keepsToItself(what, response, html) {
  const size = Buffer.byteLength(html);
  assert.ok(size < LARGEST, `${what} has ${size} bytes`);
  const headers = response.headers();
  const policy = headers["content-security-policy"] ?? "";
  assert.match(policy, /(^|; )default-src 'none'(;|$)/, `${what} has the policy ${policy}`);
  for (const hole of ["unsafe", "*", "http", "data:"]) assert.ok(!policy.includes(hole), `${what} lets ${hole} in`);
  assert.match(headers["referrer-policy"] ?? "", /^(same-origin|no-referrer)$/, `${what} tells others where it is`);
  const { pathname, search } = new URL(response.url());
  const isOpened = response.status() === 200 && response.request().method() === "GET" && search === "";
  const isListed = isOpened && LISTED.test(pathname);
  assert.equal(/<meta name="robots" content="noindex">/.test(html), !isListed, `${what}: noindex`);
  if (!isListed) {
    const tags = html.match(/<meta (property="|name="(twitter:|description))[^>]*>|<link rel="canonical"[^>]*>/g);
    assert.equal(tags, null, `${what} is not public and has tags for previews`);
    assert.match(headers["cache-control"] ?? "", /no-store|no-cache/, `${what} is not public and may be kept`);
  }
}

/** No barrier that axe-core can find, on light and on dark paper. */
export async function isAccessible(what, page) {
  await page.evaluate(axe.source);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { violations, passes } = await page.evaluate(() =>
      globalThis.axe.run(document, {
        rules: { "target-size": { enabled: true } },
        resultTypes: ["violations"],
      }),
    );
    assert.ok(
      passes.some(({ id }) => id === "color-contrast"),
      `${what}: axe-core has looked at nothing`,
    );
    const barriers = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
    );
    assert.deepEqual(barriers, [], `${what} has barriers on ${colorScheme} paper`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Nothing reaches over the edge of a small screen, or of a sheet of paper. */
export async function fits(what, page) {
  const usual = page.viewportSize();
  for (const [media, size] of [["screen", NARROWEST], ["print", SHEET]]) {
    await page.emulateMedia({ media });
    await page.setViewportSize(size);
    const over = await page.evaluate((width) => {
      if (document.documentElement.scrollWidth <= width) return [];
      const reach = (element) => element.getBoundingClientRect().right;
      const wide = [...document.body.querySelectorAll("*")].filter((element) => reach(element) > width);
      return ["it scrolls", ...wide.map((element) => `${element.outerHTML.slice(0, 80)} → ${reach(element)}`)];
    }, size.width);
    assert.deepEqual(over, [], `${what} is wider than ${size.width} pixels on ${media}`);
  }
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize(usual);
}

/** Every picture has arrived and can be drawn. */
export async function showsItsPictures(what, page) {
  const broken = await page.evaluate(() =>
    [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).map((image) => image.src),
  );
  assert.deepEqual(broken, [], `${what} has pictures that do not show`);
}

/** The Tab key comes to every link, button and field, in the order of the page, and each shows that it has the focus. */
export async function isOperable(what, page) {
  const all = await page.evaluate(() => {
    const own = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
    const stops = own.filter((element) => {
      if (element.disabled || element.type === "hidden") return false;
      // A place to jump to, such as the content.
      if (element.tabIndex < 0 && !element.matches("a, button, input, select, textarea, summary")) return false;
      // Of a group of radio buttons Tab comes to the chosen one, or to the first; the arrow keys lead on.
      if (element.type === "radio" && !element.checked) {
        const group = own.filter(({ type, name, form }) => type === "radio" && name === element.name && form === element.form);
        if (element !== group[0] || group.some(({ checked }) => checked)) return false;
      }
      return element.checkVisibility();
    });
    globalThis.stops = stops;
    // From the top, wherever the last click was.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    return stops.map((element) => element.outerHTML.slice(0, 120));
  });
  const visited = [];
  for (let press = 0; press < all.length; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(async () => {
      await Promise.all(document.getAnimations().map(({ finished }) => finished));
      const element = document.activeElement;
      const place = globalThis.stops.indexOf(element);
      if (place < 0) return undefined;
      const shapes = [[element], [element, "::after"], [element.closest("label") ?? element]];
      const shown = shapes.some(([shape, part]) => {
        const { outlineStyle, outlineWidth } = getComputedStyle(shape, part);
        return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      });
      const { top, bottom, left, right } = element.getBoundingClientRect();
      const inView = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
      return { place, seen: shown && inView };
    });
    if (stop === undefined) break;
    assert.ok(stop.seen, `${what}: nobody sees that this has the focus: ${all[stop.place]}`);
    visited.push(stop.place);
  }
  const missed = all.filter((_, place) => !visited.includes(place));
  assert.deepEqual(missed, [], `${what}: the Tab key does not come to all`);
  assert.deepEqual(visited, all.map((_, place) => place), `${what}: the Tab key jumps about`);
  assert.ok(visited.length > 0, `${what}: there is nothing to do`);
}
