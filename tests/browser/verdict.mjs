// Giving a badge to /verify, and reading the verdict, the table, or the file that comes.
import assert from "node:assert/strict";

export const SAYS = {
  ja: {
    valid: "有効なバッジです",
    notAuthentic: "正しいバッジと認められません",
    empty: "この画像にはバッジのデータがありません",
    otherAddress: "別のメールアドレスに授与されたバッジです",
    revoked: "取り消されたバッジです",
    ask: "バッジのリンクを、本人にもらってください",
    notConfirmed: "確かめられていません",
    matches: "入力されたメールアドレスに授与されたものです。",
    askWhich: "どのアドレスで受け取ったかをお尋ねください",
    chooseOne: "ファイルを選ぶか、リンクを入力してください。",
    notAsked: "問い合わせのできないアドレスです",
    results: { passed: "問題なし", failed: "問題あり", none: "対象外", unasked: "照合せず", other: "別のアドレス", revoked: "取り消し済み" },
    verdicts: ["有効", "有効ではない", "確認できず"],
    standings: ["有効", "認められず", "確認できず"],
    day: "2026年11月5日",
  },
  en: {
    valid: "This badge is valid",
    notAuthentic: "This badge is not authentic",
    empty: "There is no badge inside this picture",
    otherAddress: "This badge was awarded to another address",
    revoked: "This badge has been revoked",
    ask: "Ask the holder for the file as the issuer gave it, or for the link.",
    notConfirmed: "None of it has been confirmed.",
    matches: "It was awarded to the mail address given.",
    askWhich: "ask which one",
    chooseOne: "Choose a file, or enter a link.",
    notAsked: "This is not an address that we ask.",
    results: { passed: "Passed", failed: "Failed", none: "Not applicable", unasked: "Not asked", other: "Another address", revoked: "Revoked" },
    verdicts: ["Valid", "Not valid", "Could not check"],
    standings: ["Valid", "Not authentic", "Could not check"],
    day: "5 November 2026",
  },
};

/** Form, signature, issuer, dates and revocation passed; a signed badge needs no copy on a server; then the recipient. */
export const sound = (recipient) => [...Array(5).fill("passed"), "none", recipient];

/** Opens the form, fills it in and sends it: by POST, with nothing of it in the address of the answer. */
export async function give(visitor, fields, status = 200) {
  await visitor.open("/verify");
  await visitor.submit("/verify", fields, status);
  assert.equal(new URL(visitor.page.url()).search, "", "what was given stands in the address");
}

/** The verdict that is open; gives the results of its seven lines. */
export async function found(visitor, kind, headline, expected) {
  const { page, language } = visitor;
  assert.equal(await page.locator("html").getAttribute("lang"), language);
  assert.equal(await page.locator("main h1").innerText(), SAYS[language][headline]);
  assert.equal(await page.locator(`main .verdict.${kind}`).count(), 1, `the verdict is not shown as ${kind}`);
  const results = await page.locator("section[aria-labelledby=checks] tbody tr .result").allInnerTexts();
  assert.equal(results.length, 7);
  if (expected) assert.deepEqual(results, named(visitor, expected));
  return results;
}

export const valid = (visitor) => found(visitor, "good", "valid", sound("unasked"));

export const named = ({ language }, results) => results.map((result) => SAYS[language].results[result]);

/** The rows of the table that is open: what was given, and the place of its standing. */
export async function standIn({ page, language }, given, standings) {
  assert.deepEqual(await page.locator("table.many tbody th").allInnerTexts(), given);
  const shown = await page.locator("table.many tbody .result").allInnerTexts();
  assert.deepEqual(shown, standings.map((place) => SAYS[language].standings[place]));
}

/** Presses the form's button and reads the table for spreadsheets that is saved: UTF-8 with its mark, rows as in RFC 4180. */
export async function table(visitor) {
  const { name, bytes } = await visitor.save(visitor.form("/verify").locator("button"), "/verify");
  assert.equal(name, "verification.csv");
  const text = bytes.toString("utf8");
  assert.equal(text[0], "\ufeff", "without the mark Excel reads it as Shift_JIS");
  assert.ok(text.endsWith("\r\n"));
  const rows = text.slice(1, -2).split("\r\n").map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain),
  );
  assert.deepEqual(rows.map(({ length }) => length), Array(4).fill(13));
  return rows;
}
