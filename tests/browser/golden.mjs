// Some chosen pages, kept as pictures that a person can look at, and compared with the pages of today.
//
// What is compared is the layout: strips of the page, each as light or dark along its width as it was. A strip more or less
// moves the others and is one difference. UPDATE_GOLDEN=1 writes the pictures anew.
import assert from "node:assert/strict";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PNG } from "pngjs";
import { inFewColours } from "./palette.mjs";

const FOLDER = join(import.meta.dirname, "golden");

const CHOSEN = new Set([
  "offer.ja.phone",
  "offer-join.ja.phone",
  "sign-in-confirm.en.desktop",
  "wallet.ja.phone",
  "wallet-dark.ja.phone",
  "wallet.en.desktop",
  "badge-private.ja.phone",
  "preview.ja.phone",
  "badge.ja.phone",
  "badge.en.desktop",
  "share.ja.phone",
  "share.en.desktop",
  "addresses.ja.phone",
  "prove.en.desktop",
  "delete.ja.phone",
  "close.en.desktop",
  "verify.ja.phone",
  "verify-valid.en.desktop",
  "verify-table.ja.phone",
  "deleted.ja.phone",
  "order.ja.phone",
  "order-awaiting.ja.phone",
  "order-reissued.en.desktop",
  "receipt.ja.phone",
  "receipt.en.desktop",
  "receipt-on-paper.ja",
  "credit-note.en.desktop",
  "ask.ja.phone",
]);

/** The height of a strip and the width of the cells in it, in pixels. */
const STRIP = 4;
const CELL = 16;

/** How much lighter or darker a cell may be, of 255. */
const SHADE = 24;

/** The share of cells in a strip that may be lighter or darker than that. */
const CELLS = 0.03;

/** The share of strips that may differ: less than a button on the longest page. */
const STRIPS = 0.006;

const update = process.env.UPDATE_GOLDEN === "1";
const seen = new Set();
const complaints = [];

export const isGolden = (what) => CHOSEN.has(what);

/** Compares the open page with its golden picture. That it looks otherwise keeps nobody from going on, and is told at the end. */
export async function compareGolden(what, page) {
  seen.add(what);
  const file = join(FOLDER, `${what}.png`);
  const picture = await steadyPicture(page);
  if (update) {
    await mkdir(FOLDER, { recursive: true });
    return writeFile(file, inFewColours(picture));
  }
  const golden = await readFile(file).catch(() => assert.fail(`${file} is missing; UPDATE_GOLDEN=1 writes it`));
  const complaint = difference(PNG.sync.read(golden), picture);
  if (complaint) complaints.push(`${what}: ${complaint}`);
}

/** Each golden picture was compared, none is left over, and each page looks as it did. */
export async function comparedAll() {
  assert.deepEqual([...CHOSEN].filter((what) => !seen.has(what)), [], "pages with a golden picture that nobody saw");
  assert.deepEqual(complaints, [], `pages that no longer look as in ${FOLDER}; UPDATE_GOLDEN=1 takes the pictures anew`);
  const kept = (await readdir(FOLDER)).sort();
  assert.deepEqual(kept, [...CHOSEN].map((what) => `${what}.png`).sort(), `${FOLDER} holds other pictures`);
}

/** In what two pictures differ, if they do. */
export function difference(golden, picture) {
  if (golden.width !== picture.width) return `${picture.width} pixels wide, not ${golden.width}`;
  const [before, now] = [strips(golden), strips(picture)];
  const share = 1 - (2 * inCommon(before, now)) / (before.length + now.length);
  return share > STRIPS ? `${(100 * share).toFixed(1)} % of it differ` : undefined;
}

/** The light of each cell of each strip. */
function strips({ width, height, data }) {
  return Array.from({ length: Math.ceil(height / STRIP) }, (_, strip) =>
    Array.from({ length: Math.ceil(width / CELL) }, (_, cell) => {
      let [sum, count] = [0, 0];
      for (let y = strip * STRIP; y < Math.min((strip + 1) * STRIP, height); y += 1) {
        for (let x = cell * CELL; x < Math.min((cell + 1) * CELL, width); x += 1) {
          const at = 4 * (y * width + x);
          sum += 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
          count += 1;
        }
      }
      return sum / count;
    }),
  );
}

function isAlike(one, other) {
  const differing = one.reduce((count, shade, cell) => count + (Math.abs(shade - other[cell]) > SHADE ? 1 : 0), 0);
  return differing <= CELLS * one.length;
}

/** How many strips two pictures have in common, in the same order. */
function inCommon(before, now) {
  let start = 0;
  const shorter = Math.min(before.length, now.length);
  while (start < shorter && isAlike(before[start], now[start])) start += 1;
  let end = 0;
  while (end < shorter - start && isAlike(before.at(-1 - end), now.at(-1 - end))) end += 1;
  // The longest common subsequence of what is between, row by row.
  const [rest, others] = [before.slice(start, before.length - end), now.slice(start, now.length - end)];
  let longest = Array(others.length + 1).fill(0);
  for (const strip of rest) {
    const next = [0];
    others.forEach((other, place) => {
      const best = Math.max(longest[place + 1], next[place]);
      next.push(longest[place] + 1 > best && isAlike(strip, other) ? longest[place] + 1 : best);
    });
    longest = next;
  }
  return start + end + longest.at(-1);
}

/** The page with names of badges, host, time of day, hashes, numbers of orders and papers, and place in the status list as in every
 * other run. */
async function steadyPicture(page) {
  await page.evaluate(() => {
    const steady = (text) =>
      text
        .replaceAll(new RegExp(`(?<=${location.hostname}(:|%3A))${location.port}`, "g"), "8080")
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "00000000-0000-4000-8000-000000000000")
        .replaceAll(/\b[0-9a-f]{64}\b/g, "0".repeat(64))
        .replaceAll(/\b\d{1,2}:\d{2}\b/g, "11:00")
        .replaceAll(/\b[1-9]\d{7}\b/g, "12345678")
        .replaceAll(/(?<=\b[RC]\d{4}-)\d{6}\b/g, "000001")
        .replaceAll(/\d+(?=番)|(?<=Place )\d+/g, "100000");
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    globalThis.real = [];
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (steady(node.data) === node.data) continue;
      globalThis.real.push([node, node.data]);
      node.data = steady(node.data);
    }
  });
  // What a field for files says is the browser's, in the language of the machine.
  const mask = [page.locator('img[src*=".qr"]'), page.locator("input[type=file]")];
  const bytes = await page.screenshot({ fullPage: true, mask, maskColor: "#808080" });
  await page.evaluate(() => globalThis.real.forEach(([node, text]) => { node.data = text; }));
  return PNG.sync.read(bytes);
}

