// Badges inside pictures: the text chunks of a PNG (PNG 3, 11.3.2.4; Open Badges 3.0, 5.3.1).
import assert from "node:assert/strict";
import { crc32 } from "node:zlib";

/** The keywords of the two versions of the standard. */
export const KEYWORD = { v3: "openbadgecredential", v2: "openbadges" };

const SIGNATURE_LENGTH = 8;

/** What is baked in under a keyword, uncompressed and without language; undefined if nothing is. */
export function bakedIn(png, keyword = KEYWORD.v3) {
  return chunkOf(png, keyword)?.text.toString("utf8");
}

/** The picture with one byte of the credential in it changed, as an editor would write it: the checksum is right again. */
export function withOneByteChanged(png, change) {
  const changed = Buffer.from(png);
  const { chunk, text } = chunkOf(changed);
  const [before, after] = [Buffer.from(text), Buffer.from(change(text.toString("utf8")), "utf8")];
  assert.equal(after.length, before.length);
  assert.equal(before.filter((byte, place) => byte !== after[place]).length, 1, "not one byte was changed");
  after.copy(text);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return changed;
}

/** The chunk, from its length to its checksum, and the text in it: views of the picture's bytes. */
function chunkOf(png, keyword = KEYWORD.v3) {
  const head = Buffer.from(`${keyword}\0\0\0\0\0`, "latin1");
  for (let place = SIGNATURE_LENGTH; place < png.length; ) {
    const chunk = png.subarray(place, place + 12 + png.readUInt32BE(place));
    const data = chunk.subarray(8, -4);
    if (chunk.toString("latin1", 4, 8) === "iTXt" && data.subarray(0, head.length).equals(head)) {
      return { chunk, text: data.subarray(head.length) };
    }
    place += chunk.length;
  }
  return undefined;
}
