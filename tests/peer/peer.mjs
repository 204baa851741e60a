// The credentials of the benchmarks, signed and verified by the common JavaScript stack.
//   node peer.mjs CRITERION_DIR   where `floors` of openbadges and `judge` of verifier left their measurements
// Nothing is fetched. Times are the quickest of many, as in the benchmark's own table.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';

const WARM_UP = 300; // credentials; by then the engine has compiled what is hot
const ROUNDS = 500;

const [directory] = process.argv.slice(2);
assert(directory, 'usage: node peer.mjs CRITERION_DIR');

/** Microseconds of our operation in the quickest of criterion's samples. */
function ours(operation) {
  const {iters, times} = JSON.parse(readFileSync(join(directory, operation, 'ours/new/sample.json'), 'utf8'));
  return Math.min(...times.map((time, sample) => time / iters[sample] / 1000));
}

/** Microseconds of an asynchronous operation: one call is about as long as the benchmark's shortest samples, and what else
    the machine does spoils both alike. */
async function theirs(operation) {
  for (let round = 0; round < WARM_UP; round++) await operation();
  let quickest = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    await operation();
    quickest = Math.min(quickest, Number(process.hrtime.bigint() - start) / 1000);
  }
  return quickest;
}

const text = readFileSync(join(directory, 'credential.json'), 'utf8');
const {proof: [proof], ...credential} = JSON.parse(text);

// The key of the benchmark, and what a verifier may read.
const key = await Ed25519Multikey.generate({
  id: proof.verificationMethod, controller: credential.issuer.id, seed: new Uint8Array(32).fill(7),
});
const context = name =>
  JSON.parse(readFileSync(new URL(`../../shared/linked-data/contexts/${name}.json`, import.meta.url), 'utf8'));
const [credentials, openBadges, extensions] = credential['@context'];
const documents = new Map([
  [credentials, context('credentials-v2')],
  [openBadges, context('ob-3.0.3')],
  [extensions, context('ob-extensions')],
  [key.id, await key.export({publicKey: true, includeContext: true})],
  [key.controller, {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: key.controller,
    assertionMethod: [key.id],
  }],
]);
// The stranger of the other benchmark is a key (did:key).
const stranger = JSON.parse(readFileSync(join(directory, 'stranger.json'), 'utf8'));
const {verificationMethod} = [stranger.proof].flat()[0];
const [did, publicKeyMultibase] = verificationMethod.split('#');
documents.set(verificationMethod, {
  '@context': 'https://w3id.org/security/multikey/v1',
  id: verificationMethod, type: 'Multikey', controller: did, publicKeyMultibase,
});
documents.set(did, {...documents.get(key.controller), id: did, assertionMethod: [verificationMethod]});
async function documentLoader(url) {
  assert(documents.has(url), `nobody may read ${url}`);
  return {contextUrl: null, documentUrl: url, document: documents.get(url)};
}

// A proof object remembers the hash of the last document: each credential has its own.
const sign = () => vc.issue({
  credential: {...credential},
  suite: new DataIntegrityProof({cryptosuite, signer: key.signer(), date: proof.created}),
  documentLoader,
});
const verify = async document => {
  const {verified, error} = await vc.verifyCredential({
    credential: document,
    suite: new DataIntegrityProof({cryptosuite}),
    checkStatus: async () => ({verified: true}), // a list is no part of `verify` on either side
    now: [document.proof].flat()[0].created,
    documentLoader,
  });
  assert(verified, error);
};

assert.equal((await sign()).proof.proofValue, proof.proofValue, 'both sign the same bytes with the same key');
const rows = [
  ['sign', 'sign', sign],
  ['verify', 'verify', () => verify(JSON.parse(text))],
  // Ours also verifies and reads the status list here, and theirs does not: the ratio of equal work is higher.
  ['judge our badge (list: ours only)', 'web', () => verify(JSON.parse(text))],
  ["judge a stranger's badge (list: ours only)", 'other', () => verify(structuredClone(stranger))],
  ['sign, verify, write the text', 'issue', async () => {
    const signed = await sign();
    await verify(signed);
    return JSON.stringify(signed);
  }],
];
console.log(`\nThe same credential, key and signature; JavaScript is @digitalbazaar/vc on Node.js ${process.versions.node}.`);
for (const [name, operation, peer] of rows) {
  const [us, them] = [ours(operation), await theirs(peer)];
  console.log(`${name}: ours ${us.toFixed(1)} µs, JavaScript ${them.toFixed(0)} µs, ratio ${(them / us).toFixed(1)}`);
}
