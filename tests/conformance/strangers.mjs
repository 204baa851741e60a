// Lets our verifier judge badges that @digitalbazaar/vc and jose made for issuers that are not ours, and altered ones.
//
//   node strangers.mjs EXPORT_DIR     while the site of EXPORT_DIR/site.json is served

import './loopback.mjs';

import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import * as base58 from 'base58-universal';
import {SignJWT, exportJWK, generateKeyPair} from 'jose';

import {contexts} from './contexts.mjs';
import {alterations} from './tamper.mjs';

const ALTERED = 100; // of each kind at least
const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2';
const OPEN_BADGES = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
const VERDICTS = ['valid', 'not-valid', 'could-not-check'];

const [folder] = process.argv.slice(2);
assert(folder, 'usage: node strangers.mjs EXPORT_DIR');
const {site, recipients} = JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8'));

await judgeOurs();
await judgeSigned(await signed());
for (const algorithm of ['ES256', 'EdDSA', 'RS256']) await judgeToken(algorithm);

/** What our verifier says of a file. */
async function judge(file, type) {
  const answer = await fetch(`${site}/verify`, {
    method: 'POST', headers: {'content-type': type, accept: 'application/json'}, body: file,
  });
  assert.equal(answer.status, 200, file.slice(0, 200));
  const verdict = await answer.json();
  assert(VERDICTS.includes(verdict.verdict), verdict.verdict);
  return verdict;
}

function judgeDocument(document) {
  return judge(JSON.stringify(document), 'application/vc+ld+json');
}

function judgeText(token) {
  return judge(token, 'application/jwt');
}

async function mustBeValid(name, judged) {
  const verdict = await judged;
  assert.equal(verdict.verdict, 'valid', `${name}: ${JSON.stringify(verdict.checks)}`);
}

/** That all altered ones are refused, each for a reason. Gives how many there were, in words. */
async function mustAllBeRefused(name, altered, judgeOne) {
  const count = Object.fromEntries(VERDICTS.map(verdict => [verdict, 0]));
  for (const [deed, one] of altered) {
    const {verdict, checks} = await judgeOne(one);
    assert.notEqual(verdict, 'valid', `${name}, and must not be: ${deed}`);
    const said = verdict === 'not-valid' ? 'failed' : 'could-not-check';
    assert(checks.some(({outcome}) => outcome === said), `${name}: ${deed}: no check says why it is ${verdict}`);
    count[verdict] += 1;
  }
  const sum = Object.values(count).reduce((a, b) => a + b);
  assert(sum >= ALTERED, `${name}: ${sum} altered copies; at least ${ALTERED} are needed`);
  return `${sum} altered copies (${count['not-valid']} not valid, ${count['could-not-check']} could not be checked)`;
}

async function judgeOurs() {
  for (const badge of Object.keys(recipients)) {
    for (const [form, type] of [
      ['json', 'application/vc+ld+json'], ['v2.json', 'application/ld+json'], ['jwt', 'application/jwt'], ['png', 'image/png'],
    ]) {
      const file = Buffer.from(await (await fetch(`${badge}.${form}`)).arrayBuffer());
      await mustBeValid(`${badge}.${form}`, judge(file, type));
    }
  }
  let refused = 0;
  for (const name of readdirSync(join(folder, 'withdrawn'))) {
    const type = name.endsWith('.jwt') ? 'application/jwt' : 'application/ld+json';
    const {verdict, checks} = await judge(readFileSync(join(folder, 'withdrawn', name)), type);
    assert.equal(verdict, 'not-valid', name);
    const said = name.endsWith('.v2.json') ? ['gone', 'revoked'] : ['revoked'];
    assert(checks.some(({outcome, code}) => outcome === 'failed' && said.includes(code)), JSON.stringify(checks));
    refused += 1;
  }
  assert.equal(refused, 3, 'forms of the deleted badge');
  console.log(`valid: ${Object.keys(recipients).length} badges of ours in each of 4 forms; not valid: all ${refused} of a deleted one`);
}

function credential(issuer) {
  return {
    '@context': [CREDENTIALS, OPEN_BADGES],
    id: 'https://kiln.example/badges/41',
    type: ['VerifiableCredential', 'AchievementCredential'],
    issuer: {id: issuer, type: ['Profile'], name: 'Töpferei am See', url: 'https://kiln.example/'},
    name: 'Glazing',
    validFrom: '2025-02-03T10:00:00+01:00',
    validUntil: '2999-12-31T00:00:00Z',
    awardedDate: '2025-02-01T00:00:00Z',
    credentialSubject: {
      id: 'urn:uuid:5d0e1c5e-44f0-4f43-9d2b-0c1f7a2f4e11',
      type: ['AchievementSubject'],
      creditsEarned: 1.5,
      activityStartDate: '2024-11-01T00:00:00Z',
      role: 'Apprentice',
      achievement: {
        id: 'https://kiln.example/achievements/glazing',
        type: ['Achievement'],
        achievementType: 'Course',
        name: 'Glazing',
        description: 'Ash glazes, 灰釉.',
        criteria: {narrative: 'Three bowls.', id: 'https://kiln.example/achievements/glazing#criteria'},
        image: {id: 'https://kiln.example/glazing.png', type: 'Image'},
        tag: ['glaze', 'kiln'],
        humanCode: 'K-2',
        inLanguage: 'de',
        alignment: [{
          type: ['Alignment'], targetName: 'Ceramics', targetUrl: 'https://guild.example/ceramics', targetCode: 'C-1',
        }],
      },
      result: [{type: ['Result'], value: 'A'}],
    },
    evidence: [{id: 'https://kiln.example/bowls', type: ['Evidence'], name: 'Bowls', narrative: 'Photographs.'}],
  };
}

async function documentLoader(url) {
  assert(contexts.has(url), `${url} is no context`);
  return {contextUrl: null, documentUrl: url, document: contexts.get(url)};
}

/** A badge that @digitalbazaar/vc signs for an issuer that is a key (did:key). */
async function signed() {
  const key = await Ed25519Multikey.generate();
  const {publicKeyMultibase: name} = await key.export({publicKey: true});
  const did = `did:key:${name}`;
  const signer = {...key.signer(), id: `${did}#${name}`};
  const suite = new DataIntegrityProof({cryptosuite, signer});
  return vc.issue({credential: credential(did), suite, documentLoader});
}

async function judgeSigned(badge) {
  await mustBeValid('a badge made by @digitalbazaar/vc', judgeDocument(badge));
  function* all() {
    for (const [deed, place, altered] of alterations(badge)) yield [`${place} ${deed}`, altered];
    const bytes = base58.decode(badge.proof.proofValue.slice(1));
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Uint8Array.from(bytes, (byte, place) => place === at ? byte ^ 1 : byte);
      yield [`byte ${at} of the signature`, {...badge, proof: {...badge.proof, proofValue: `z${base58.encode(flipped)}`}}];
    }
  }
  const refused = await mustAllBeRefused('a badge made by @digitalbazaar/vc', all(), judgeDocument);
  console.log(`valid: a badge made by @digitalbazaar/vc for a did:key; refused: ${refused}`);
}

/** A token that jose signs for an issuer that is a key (did:jwk). */
async function judgeToken(algorithm) {
  const {publicKey, privateKey} = await generateKeyPair(algorithm, {extractable: true});
  const jwk = await exportJWK(publicKey);
  const did = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`;
  const {validFrom, validUntil, ...rest} = credential(did);
  const token = await new SignJWT({...rest, validFrom, validUntil})
    .setProtectedHeader({alg: algorithm, typ: 'JWT', kid: `${did}#0`})
    .setIssuer(did)
    .setJti(rest.id)
    .setSubject(rest.credentialSubject.id)
    .setNotBefore(new Date(validFrom))
    .setExpirationTime(new Date(validUntil))
    .sign(privateKey);
  await mustBeValid(`a token made by jose (${algorithm})`, judgeText(token));
  const refused = await mustAllBeRefused(`a token made by jose (${algorithm})`, alteredTokens(token), judgeText);
  console.log(`valid: a token made by jose for a did:jwk (${algorithm}); refused: ${refused}`);
}

/** With a byte of the payload or of the signature changed, with each member changed, with another header. */
function* alteredTokens(token) {
  const [header, payload, signature] = token.split('.');
  const bytesOf = text => Buffer.from(text, 'base64url');
  const changed = (bytes, at) => Buffer.from(bytes.map((byte, place) => place === at ? byte ^ 1 : byte)).toString('base64url');
  const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [content, mark] = [bytesOf(payload), bytesOf(signature)];
  for (let at = 0; at < mark.length; at++) yield [`byte ${at} of the signature`, `${header}.${payload}.${changed(mark, at)}`];
  for (let at = 0; at < content.length; at += 37) {
    yield [`byte ${at} of the payload`, `${header}.${changed(content, at)}.${signature}`];
  }
  for (const [deed, place, altered] of alterations(JSON.parse(content))) {
    yield [`${place} ${deed}`, `${header}.${encode(altered)}.${signature}`];
  }
  const head = JSON.parse(bytesOf(header));
  for (const alg of ['none', 'HS256', 'ES384']) {
    yield [`the algorithm ${alg}`, `${encode({...head, alg})}.${payload}.${signature}`];
  }
  yield ['no signature, and said so', `${encode({...head, alg: 'none'})}.${payload}.`];
}
