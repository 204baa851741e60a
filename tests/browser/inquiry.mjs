// Asking the office.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { office, sato } from "./people.mjs";
import { Visitor } from "./visitor.mjs";

const FORM = "/inquiry";

/** What a field takes for filled in, and no message. */
const BLANK = "　";

/** Nobody is faster. */
const FASTEST = 3_000;

const MESSAGE = { ja: "ご案内のメールが見当たりません。\n■ バッジ\n・状態：削除済み", en: "I cannot find your mail.\n■ バッジ\n・状態：削除済み" };

/** A visitor without a wallet: mistakes are told and nothing that was typed is lost; the office can answer by pressing "reply". */
export async function asks({ site, outbox }) {
  for (const [language, device] of [["ja", "phone"], ["en", "desktop"]]) {
    const visitor = await Visitor.come(site, { language, device });
    const address = `visitor.${language}@example.net`;
    const message = MESSAGE[language];
    await visitor.open("/help/mail");
    await visitor.press(visitor.page.locator(`main a[href$="${FORM}"]`).last());
    await visitor.look("inquiry");
    assert.ok(!(await visitor.page.locator("[name=homepage]").isVisible()), "the field for programs can be seen");
    await sleep(FASTEST);
    await visitor.submit(FORM, { topic: "mail", message: BLANK, address: "visitor" }, 400);
    await visitor.look("inquiry-wrong");
    assert.equal(await visitor.page.locator("[name=topic]").inputValue(), "mail", "what was chosen is lost");
    await sleep(FASTEST);
    await visitor.submit(FORM, { message, address: "visitor@gmial.com" }, 400);
    await visitor.look("inquiry-doubtful");
    assert.ok((await visitor.reads()).includes("visitor@gmail.com"), "what was probably meant is not said");
    assert.equal(await visitor.page.locator("[name=message]").inputValue(), message, "the message is lost");
    await sleep(FASTEST);
    await visitor.submit(FORM, { address });
    assert.equal(visitor.path, FORM);
    await visitor.look("inquiry-sent");
    await outbox.says(office, `> ${message.split("\n")[0]}`);
    const mail = (await outbox.to(office)).find(({ text }) => text.includes(address));
    assert.equal(mail.replyTo, address, "an answer does not go to whoever asked");
    for (const line of message.split("\n")) assert.ok(mail.text.includes(`\n> ${line}\n`), `the office cannot tell whose words ${line} are`);
    assert.deepEqual(await outbox.to(address), [], "the form sends mail to an address that nobody has proven");
    await visitor.leave();
  }
}

/** A form that is sent as no person could is shown again, and can be sent then. */
export async function keepsProgramsOut({ site, outbox }) {
  const visitor = await Visitor.come(site, { language: "en", device: "desktop", script: false });
  await visitor.open(FORM);
  const fields = { topic: "other", message: "In a hurry.", address: "hurry@example.net" };
  await visitor.submit(FORM, fields, 400);
  await visitor.photograph("inquiry-too-fast");
  await sleep(FASTEST);
  await visitor.submit(FORM, {});
  await outbox.says(office, "> In a hurry.");
  await visitor.leave();
  const page = await (await fetch(new URL(FORM, site.origin))).text();
  const form = page.match(/name="form" value="([^"]+)"/)[1];
  await sleep(FASTEST);
  const headers = { origin: site.origin, "content-type": "application/x-www-form-urlencoded" };
  const sent = (more) => fetch(new URL(FORM, site.origin), {
    method: "POST",
    headers,
    redirect: "manual",
    body: new URLSearchParams({ ...fields, form, ...more }),
  });
  assert.equal((await sent({ homepage: "http://example.net/" })).status, 400, "who fills in everything is taken for a person");
  for (let count = 0; count < 3; count += 1) assert.equal((await sent({ message: "Only once." })).status, 303);
  await outbox.says(office, "> Only once.");
  await sleep(1000);
  assert.equal((await outbox.to(office)).filter(({ text }) => text.includes("> Only once.")).length, 1, "a form was sent twice");
}

/** From the claim link of a badge that waits: the office learns which, and what was mailed. */
export async function asksByLink({ site, outbox }) {
  const visitor = await Visitor.come(site, { language: "ja", device: "phone" });
  await visitor.open(sato.link);
  await visitor.press(visitor.page.locator(`main a[href^="${FORM}?claim="]`));
  await visitor.look("inquiry-by-link");
  const shown = await visitor.page.content();
  assert.ok(shown.includes(sato.achievement.ja), "which badge it is about, the form does not say");
  for (const secret of [sato.address, sato.name]) assert.ok(!shown.includes(secret), `a link tells ${secret}`);
  await sleep(FASTEST);
  await visitor.submit(FORM, { topic: "correction", message: "氏名の漢字が違います。", address: "kaku@example.net" });
  await outbox.says(office, sato.badge);
  const mail = (await outbox.to(office)).find(({ text }) => text.includes(sato.badge));
  assert.ok(mail.text.includes("まだ受け取られていません"), "how the badge stands, the office does not learn");
  await visitor.leave();
}

/** The owner of a wallet, about a badge in it: the address is known, and is told that the inquiry came. */
export async function asksAboutABadge(walk) {
  const { visitor, person, outbox } = walk;
  await visitor.open(walk.badge);
  await visitor.press(visitor.page.locator(`main a[href^="${FORM}?badge="]`));
  await visitor.look("inquiry-about");
  const [address] = person.addresses;
  assert.equal(await visitor.page.locator("[name=address]").inputValue(), address, "the owner must type a known address");
  const words = `A question of ${person.number}.`;
  await sleep(FASTEST);
  await visitor.submit(FORM, { topic: "sharing", message: words });
  await outbox.says(office, `> ${words}`);
  const mail = (await outbox.to(office)).find(({ text }) => text.includes(words));
  assert.ok(mail.text.includes(walk.badge.split("/").at(-1)), "which badge it is about, the office does not learn");
  assert.equal(mail.replyTo, address);
  const reference = mail.text.match(/・番号：([0-9a-f]{8})/)[1];
  await outbox.says(address, reference);
  await visitor.press(visitor.page.locator('main a[href="/help"]'));
}
