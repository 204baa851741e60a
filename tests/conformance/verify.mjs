// Lets @digitalbazaar/vc verify every exported badge with its status list, and refuse tampered and forged ones.
//
//   node verify.mjs EXPORT_DIR

import './loopback.mjs';

import assert from 'node:assert/strict';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {BitstringStatusList, checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as vc from '@digitalbazaar/vc';
import jsonld from 'jsonld';

import {documentLoader, readPublic} from './loader.mjs';
import {SIGNATURE, alterations, tamperings} from './tamper.mjs';

const FEWEST = 5;
const [folder] = process.argv.slice(2);
assert(folder, 'usage: node verify.mjs EXPORT_DIR');
const exported = documentLoader(folder);

const badges = await acceptBadges();
await acceptWhatBadgesName();
const badge = badges.find(({validUntil}) => validUntil) ?? badges[0];
await refuseTampered(badges.find(({id}) => id !== badge.id));
await refuseForged();
await refuseRevoked();
await refuseEveryAlteration();

async function acceptBadges() {
  const names = readdirSync(join(folder, 'credentials')).filter(name => name.endsWith('.json')).sort();
  assert(names.length >= FEWEST, `${names.length} credentials in ${folder}; at least ${FEWEST} are needed`);
  const read = [];
  let served = 0;
  for (const name of names) {
    const text = readFileSync(join(folder, 'credentials', name), 'utf8');
    const credential = JSON.parse(text);
    await mustBeAccepted(name, credential);
    const publicText = readPublic(folder, credential.id);
    if (publicText !== null) {
      assert.equal(publicText, text, `${credential.id} is served as other bytes`);
      served += 1;
    }
    read.push(credential);
  }
  console.log(`accepted: ${read.length} badges, each with its status; ${served} are public and served to the byte`);
  return read;
}

async function acceptWhatBadgesName() {
  const lists = new Set(badges.map(({credentialStatus}) => credentialStatus.statusListCredential));
  for (const list of lists) await mustBeAccepted(list, (await exported(list)).document);
  const issuers = new Set(badges.map(({issuer}) => issuer.id));
  for (const issuer of issuers) {
    const {document} = await exported(issuer);
    await jsonld.expand(document, {documentLoader: exported, safe: true});
  }
  console.log(`accepted: ${lists.size} status lists; ${issuers.size} DID documents, as JSON-LD in safe mode`);
}

async function refuseTampered(other) {
  console.log('tampered badges:');
  await mustBeAccepted('the badge to tamper with', structuredClone(badge));
  for (const [name, expected, tamper] of tamperings) {
    const tampered = structuredClone(badge);
    tamper(tampered, structuredClone(other));
    assert(!isDeepStrictEqual(tampered, badge), `nothing was done: ${name}`);
    await mustBeRefused(name, expected, tampered);
  }
}

async function refuseForged() {
  console.log('forged badges and lists:');
  const forger = 'did:web:forger.example';
  const key = await Ed25519Multikey.generate({id: `${forger}#key-1`, controller: forger});
  const forgerDocument = {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: forger,
    verificationMethod: [await key.export({publicKey: true, includeContext: false})],
    assertionMethod: [key.id],
  };
  const loader = replaced => documentLoader(folder, new Map([[forger, forgerDocument], ...replaced]));
  const forge = (credential, keyName = key.id) => vc.issue({
    credential: structuredClone(credential), // the library adds the proof to what it is given
    suite: new DataIntegrityProof({cryptosuite, signer: {...key.signer(), id: keyName}}),
    documentLoader: loader([]),
  });

  const {proof, ...unsigned} = badge;
  await mustBeRefused('our name, with the key of a forger under his address', /^Credential issuer must match/,
    await forge(unsigned), loader([]));
  await mustBeRefused('our name, with the key of a forger under our address', SIGNATURE,
    await forge(unsigned, proof[0].verificationMethod), loader([]));

  const address = badge.credentialStatus.statusListCredential;
  const {document: {proof: listProof, ...list}} = await exported(address);
  const set = structuredClone(list);
  set.credentialSubject.encodedList = await listWithBit(badge.credentialStatus.statusListIndex);
  const withList = document => loader([[address, document]]);
  await mustBeRefused('a changed status list', /not verified/, badge, withList({...set, proof: listProof}));
  await mustBeRefused('a status list without a proof', /not verified/, badge, withList(list));
  await mustBeRefused('a status list of a forger', /^Issuers .* do not match/, badge,
    withList(await forge({...list, issuer: forger})));
  // That a set bit is seen where our badges say it is; the issuer is the forger, for whom we can sign.
  const ofForger = await forge({...unsigned, issuer: {...unsigned.issuer, id: forger}});
  await mustBeAccepted('a badge of another issuer', ofForger, withList(await forge({...list, issuer: forger})));
  await mustBeRefused('a badge whose bit is set', /^The status is set\.$/, ofForger,
    withList(await forge({...set, issuer: forger})));
}

/** A badge of ours that its holder deleted, by the list that we signed. An export alone does not have it any more. */
async function refuseRevoked() {
  if (!existsSync(join(folder, 'site.json'))) return;
  const names = readdirSync(join(folder, 'withdrawn')).filter(name => /^[^.]+\.json$/.test(name));
  assert.equal(names.length, 1, 'one deleted badge is needed');
  const text = readFileSync(join(folder, 'withdrawn', names[0]), 'utf8');
  await mustBeRefused('a deleted badge', /^The status is set\.$/, JSON.parse(text));
}

function listWithBit(index) {
  const list = new BitstringStatusList({length: 131072});
  list.setStatus(Number(index), true);
  return list.encode();
}

async function refuseEveryAlteration() {
  const refused = {changed: 0, removed: 0, 'added to': 0};
  for (const [deed, place, altered] of alterations(badge)) {
    assert.notEqual(await refusal(altered), null, `accepted, and must not be: ${place} ${deed}`);
    refused[deed] += 1;
  }
  console.log(`refused: each of ${refused.changed} values changed, each of ${refused.removed} members removed, `
    + `an unknown member in each of ${refused['added to']} objects`);
}

async function mustBeAccepted(name, credential, loader) {
  const reason = await refusal(credential, loader);
  assert.equal(reason, null, `${name} is refused: ${reason}`);
}

async function mustBeRefused(name, expected, credential, loader) {
  const reason = await refusal(credential, loader);
  assert.notEqual(reason, null, `accepted, and must not be: ${name}`);
  assert.match(reason, expected, `refused, but not for what was done: ${name}: ${reason}`);
  console.log(`  refused: ${name} (${reason})`);
}

/** Why a badge or a status list is refused; null if it is accepted. Safe mode is the cryptosuite's own way. */
async function refusal(credential, loader = exported) {
  const {verified, error, statusResult} = await vc.verifyCredential({
    credential,
    suite: new DataIntegrityProof({cryptosuite}),
    documentLoader: loader,
    checkStatus: statusMustNotBeSet,
  });
  if (verified) {
    assert.equal(Boolean(statusResult), 'credentialStatus' in credential, 'the status was looked at');
    return null;
  }
  const reason = statusResult?.error ?? error;
  return reason.errors?.map(({message}) => message).join('; ') ?? reason.message;
}

/** The library tells what the bit is; what it means is for the caller to say. */
async function statusMustNotBeSet(options) {
  const result = await checkStatus(options);
  const set = result.verified && result.results.some(({status}) => status);
  return set ? {verified: false, error: new Error('The status is set.')} : result;
}
