// Lets @digitalcredentials/verifier-core verify every exported badge, and refuse tampered and revoked ones.
//
//   node core.mjs EXPORT_DIR
//
// It fetches by itself, and is given the files of the export. It is told no registry of issuers: whom to trust is for its
// user to say.

import './loopback.mjs';

import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';

import {readPublic} from './loader.mjs';
import {tamperings} from './tamper.mjs';

const FEWEST = 5;
const NEEDED = ['valid_signature', 'expiration', 'revocation_status'];
// It looks at the schema too, but that changes no verdict. `schema.mjs` holds badges against the official one.
const SCHEMA = 'https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json';

const [folder] = process.argv.slice(2);
assert(folder, 'usage: node core.mjs EXPORT_DIR');

const read = new Set();
globalThis.fetch = async input => {
  const url = String(input.url ?? input);
  read.add(url);
  const text = url === SCHEMA ? '{}' : readPublic(folder, url);
  assert(text, `${url} is not in the export, and nothing is fetched`);
  return new Response(text, {headers: {'content-type': 'application/json'}});
};
// Only now: it takes `fetch` when it is loaded.
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

const badges = acceptable('credentials');
assert(badges.length >= FEWEST, `${badges.length} credentials in ${folder}; at least ${FEWEST} are needed`);
for (const badge of badges) assert.equal(await refusal(badge), null, badge.id);
const addresses = [...read].filter(url => url !== SCHEMA);
assert(addresses.some(url => url.endsWith('/did.json')) && addresses.some(url => url.includes('/status/')),
  `only ${addresses} was read`);
console.log(`accepted: ${badges.length} badges, each with signature, dates and status`);

await refuseTampered();
await refuseRevoked();

function acceptable(part) {
  const names = readdirSync(join(folder, part)).filter(name => /^[^.]+\.json$/.test(name)).sort();
  return names.map(name => JSON.parse(readFileSync(join(folder, part, name), 'utf8')));
}

async function refuseTampered() {
  const badge = badges.find(({validUntil}) => validUntil);
  const other = badges.find(({id}) => id !== badge.id);
  const reasons = new Map();
  for (const [name, , tamper] of tamperings) {
    const tampered = structuredClone(badge);
    tamper(tampered, structuredClone(other));
    assert(!isDeepStrictEqual(tampered, badge), `nothing was done: ${name}`);
    const reason = await refusal(tampered);
    assert.notEqual(reason, null, `accepted, and must not be: ${name}`);
    reasons.set(reason, [...reasons.get(reason) ?? [], name]);
  }
  for (const [reason, names] of reasons) console.log(`  refused: ${names.join('; ')} (${reason})`);
  console.log(`refused: each of ${tamperings.length} tampered badges`);
}

/** A badge of ours that its holder deleted, by the list that we signed. An export alone does not have it any more. */
async function refuseRevoked() {
  if (!existsSync(join(folder, 'site.json'))) return;
  const revoked = acceptable('withdrawn');
  assert.equal(revoked.length, 1, 'one deleted badge is needed');
  assert.equal(await refusal(revoked[0]), 'revocation_status');
  console.log('refused: a deleted badge, for its bit in our status list alone');
}

/** Why a badge is refused: the checks that did not pass, or what kept them from being made; null if it is accepted. */
async function refusal(badge) {
  const {log = [], errors} = await verifyCredential({credential: structuredClone(badge), knownDIDRegistries: []});
  if (errors) return errors.map(({name}) => name).join('; ');
  const of = id => log.find(entry => entry.id === id) ?? {error: {name: 'not checked'}};
  const failed = NEEDED.map(of).filter(({valid}) => valid !== true);
  return failed.length ? failed.map(({id, error}) => error ? `${id}: ${error.name}` : id).join('; ') : null;
}
