// A small PNG of a picture that has few colours, such as a page: one byte a pixel (PNG, 11.2.2: colour type 3).
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The step between two shades of a colour. */
const STEP = 17;

const COLOURS = 64;

export function inFewColours({ width, height, data }) {
  const counts = new Map();
  const shades = new Uint32Array(width * height);
  for (let pixel = 0; pixel < shades.length; pixel += 1) {
    const [red, green, blue] = [0, 1, 2].map((part) => Math.round(data[4 * pixel + part] / STEP) * STEP);
    shades[pixel] = (red << 16) | (green << 8) | blue;
    counts.set(shades[pixel], (counts.get(shades[pixel]) ?? 0) + 1);
  }
  const palette = [...counts].sort(([, one], [, other]) => other - one).slice(0, COLOURS).map(([shade]) => parts(shade));
  const places = new Map([...counts.keys()].map((shade) => [shade, nearest(palette, parts(shade))]));
  // Each row begins with its filter: none.
  const rows = Buffer.alloc(height * (width + 1));
  shades.forEach((shade, pixel) => {
    rows[Math.floor(pixel / width) * (width + 1) + 1 + (pixel % width)] = places.get(shade);
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const parts = (shade) => [shade >> 16, (shade >> 8) & 255, shade & 255];

function nearest(palette, wanted) {
  const far = (colour) => colour.reduce((sum, part, place) => sum + (part - wanted[place]) ** 2, 0);
  return palette.reduce((best, colour, place) => (far(colour) < far(palette[best]) ? place : best), 0);
}

function chunk(type, content) {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
