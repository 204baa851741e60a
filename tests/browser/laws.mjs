// What holds for every page, whoever looks at it on whatever.
import assert from "node:assert/strict";
import axe from "axe-core";
import { HtmlValidate } from "html-validate";

/** The narrowest screen that text must fit on (WCAG 2.2, 1.4.10). */
const NARROWEST = { width: 320, height: 640 };

/** A4 less the margins of the print stylesheet, in CSS pixels. */
const SHEET = { width: 688, height: 1017 };

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

/** No barrier that axe-core can find, on light and on dark paper. */
export async function isAccessible(what, page) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document));
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
