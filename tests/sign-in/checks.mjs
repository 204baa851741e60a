// What every chapter uses: it stops the run with a sentence.

export function check(holds, what) {
  if (!holds) throw new Error(what);
}

export function equal(found, expected, what) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value));
  check(one === other, `${what}: ${one}, not ${other}`);
}

/** Waits until something is so, for ten seconds. */
export async function until(holds, what) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error(`waited in vain: ${what}`);
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
