// What /verify does beyond a form, where script is on: files and links that are dropped or pasted, and buttons.
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { valid } from "./verdict.mjs";

/** Copy. */
const OPERATION = 1;

/** Drops and pastes files and links, and sends them. */
export async function givesByHand({ visitor, site, badge, saved }) {
  const { page } = visitor;
  const folder = join(site.shots, "saved");
  await mkdir(folder, { recursive: true });
  const file = join(folder, saved.name);
  await writeFile(file, saved.buffer);

  await visitor.open("/verify");
  assert.ok(await page.locator("#drop-hint").isVisible(), "that files can be dropped, the page does not say");
  const drag = await dragging(visitor, { items: [], files: [file], dragOperationsMask: OPERATION });
  await drag("dragEnter");
  await drag("dragOver");
  assert.ok(await page.locator("#drop.over").isVisible(), "the frame does not show that a file may be dropped");
  await drag("drop");
  assert.equal(await page.locator("#drop.over").count(), 0);
  assert.deepEqual(await page.locator("#chosen li").allInnerTexts(), [saved.name]);
  await visitor.submit("/verify");
  await valid(visitor);

  await visitor.open("/verify");
  const link = [{ mimeType: "text/uri-list", data: badge }, { mimeType: "text/plain", data: badge }];
  const dragLink = await dragging(visitor, { items: link, dragOperationsMask: OPERATION });
  for (const step of ["dragEnter", "dragOver", "drop"]) await dragLink(step);
  assert.equal(await page.locator("#link").inputValue(), badge);
  await visitor.submit("/verify");
  await valid(visitor);

  await visitor.open("/verify");
  await paste(page, { text: badge });
  await paste(page, { text: `${badge}.json\n` });
  assert.equal(await page.locator("#link").inputValue(), `${badge}\n${badge}.json`);
  await visitor.open("/verify");
  await paste(page, { file: { name: saved.name, bytes: saved.buffer.toString("base64") } });
  assert.deepEqual(await page.locator("#chosen li").allInnerTexts(), [saved.name]);
  await visitor.submit("/verify");
  await valid(visitor);

  await page.goBack();
  const button = visitor.form("/verify").locator("button");
  assert.ok(await button.isEnabled(), "whoever comes back cannot check another");
}

/** The verdict for programs, saved by a button, and the button that prints. */
export async function savesTheData(way) {
  const { visitor, hash } = way;
  const { page } = visitor;
  await page.evaluate(() => { globalThis.print = () => { globalThis.printed = true; }; });
  await page.locator("button[data-print]").click();
  assert.equal(await page.evaluate(() => globalThis.printed), true, "the button does not print");
  await page.locator("summary").click();
  const { name, bytes } = await visitor.save(page.locator("button[data-save]"), page.url());
  assert.equal(name, "verdict.json");
  const verdict = JSON.parse(bytes.toString("utf8"));
  assert.deepEqual([verdict.verdict, verdict.sha256, verdict.checks.length], ["valid", hash, 7]);
}

/** The browser's own drag over the frame, step by step. */
async function dragging({ page, context }, data) {
  const frame = page.locator("#drop");
  await frame.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await frame.boundingBox();
  const protocol = await context.newCDPSession(page);
  const place = { x: x + width / 2, y: y + height / 2 };
  return (type) => protocol.send("Input.dispatchDragEvent", { type, ...place, data });
}

/** As Ctrl+V does it, without the one clipboard that all windows share. */
async function paste(page, { text, file }) {
  await page.evaluate(([text, file]) => {
    const clipboardData = new DataTransfer();
    if (text) clipboardData.setData("text/plain", text);
    if (file) {
      const bytes = Uint8Array.from(atob(file.bytes), (letter) => letter.charCodeAt(0));
      clipboardData.items.add(new File([bytes], file.name, { type: "image/png" }));
    }
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, [text, file]);
}
