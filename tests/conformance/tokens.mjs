// Lets jose verify the token of every public badge with the keys that the site publishes, and refuse tampered and forged ones.
//
//   node tokens.mjs EXPORT_DIR     while the site of EXPORT_DIR/site.json is served

import './loopback.mjs';

import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {
  SignJWT, UnsecuredJWT, base64url, createLocalJWKSet, createRemoteJWKSet, exportSPKI, generateKeyPair, importJWK,
  jwtVerify,
} from 'jose';

const REGISTERED = ['iss', 'jti', 'sub', 'nbf', 'exp'];
const SIGNATURE_BYTES = 64;

const [folder] = process.argv.slice(2);
assert(folder, 'usage: node tokens.mjs EXPORT_DIR');
const {site, recipients, deleted} = JSON.parse(readFileSync(join(folder, 'site.json'), 'utf8'));
const keySet = await (await ask(`${site}/.well-known/jwks.json`)).json();
const ways = {
  'the set, fetched by jose': createRemoteJWKSet(new URL(`${site}/.well-known/jwks.json`)),
  'the set, read before': createLocalJWKSet(keySet),
  'the key that the header names': async ({kid}) => importJWK(await (await ask(kid)).json(), 'ES256'),
};

const tokens = await acceptEvery();
await refuseTampered(tokens[0], tokens[1]);
await refuseWhatIsNotPublic();

async function ask(url, status = 200) {
  const answer = await fetch(url, {redirect: 'error'});
  assert.equal(answer.status, status, url);
  return answer;
}

function verify(token, {key = ways['the set, read before'], ...more} = {}) {
  const [, payload] = parts(token);
  return jwtVerify(token, key, {typ: 'JWT', issuer: `did:web:${encodeURIComponent(new URL(site).host)}`, jwt: payload, ...more});
}

function parts(token) {
  return token.split('.', 2).map(part => JSON.parse(Buffer.from(part, 'base64url').toString()));
}

function seconds(date) {
  return Date.parse(date) / 1000;
}

async function acceptEvery() {
  const read = [];
  for (const badge of Object.keys(recipients)) {
    const answer = await ask(`${badge}.jwt`);
    assert.equal(answer.headers.get('content-type'), 'application/jwt');
    const token = await answer.text();
    const {proof, ...credential} = await (await ask(`${badge}.json`)).json();
    for (const [way, key] of Object.entries(ways)) {
      const {protectedHeader, payload} = await verify(token, {key});
      assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ'], way);
      assert.equal(protectedHeader.alg, 'ES256');
      assert.deepEqual(payload, {
        ...credential,
        iss: credential.issuer.id,
        jti: credential.id,
        sub: credential.credentialSubject.id,
        nbf: seconds(credential.validFrom),
        ...credential.validUntil && {exp: seconds(credential.validUntil)},
      });
    }
    read.push(token);
  }
  assert(read.length > 1 && read.some(token => 'exp' in parts(token)[1]), 'a token with an end and another are needed');
  console.log(`accepted: ${read.length} tokens, each by ${Object.keys(ways).length} ways to the key; header and `
    + `${REGISTERED.join(', ')} are as the standard says, the rest is the credential`);
  return read.sort((a, b) => Number('exp' in parts(b)[1]) - Number('exp' in parts(a)[1]));
}

async function refuseTampered(token, other) {
  console.log('tampered and forged tokens:');
  await verify(token);
  const [header, payload] = parts(token);
  const [first, second, signature] = token.split('.');
  const encode = value => base64url.encode(JSON.stringify(value));
  const altered = changes => [first, encode({...payload, ...changes}), signature].join('.');
  const headed = changes => [encode({...header, ...changes}), second, signature].join('.');
  const forger = await generateKeyPair('ES256');
  const sign = (key, headerOf = header, payloadOf = payload) =>
    new SignJWT(payloadOf).setProtectedHeader(headerOf).sign(key);
  const bytes = Buffer.from(signature, 'base64url');

  await mustBeRefused('another name', altered({name: 'Another'}));
  await mustBeRefused('another id', altered({jti: `${payload.jti}-2`, id: `${payload.jti}-2`}));
  await mustBeRefused('a later end', altered({exp: payload.exp + 1}));
  await mustBeRefused('another subject', altered({sub: 'urn:uuid:00000000-0000-4000-8000-000000000000'}));
  await mustBeRefused('the payload of another badge', [first, other.split('.')[1], signature].join('.'));
  await mustBeRefused('the signature of another badge', [first, second, other.split('.')[2]].join('.'));
  await mustBeRefused('the key of a forger under the name of ours', await sign(forger.privateKey));
  await mustBeRefused('another key name', headed({kid: `${header.kid}0`}), /no applicable key/);
  await mustBeRefused('a key in the header', headed({jwk: keySet.keys[0]}));
  await mustBeRefused('no signature', [first, second, ''].join('.'));
  await mustBeRefused('the algorithm "none"', new UnsecuredJWT(payload).encode(), /Unsupported "alg"/);
  await mustBeRefused('the algorithm "none", with the signature', headed({alg: 'none'}), /Unsupported "alg"/);
  const pem = new TextEncoder().encode(await exportSPKI(await importJWK(keySet.keys[0], 'ES256')));
  const confused = await sign(pem, {...header, alg: 'HS256'});
  await mustBeRefused('HS256 with the public key as the secret', confused, /Unsupported "alg"/);
  // The trick works on whoever takes the algorithm from the token: else its refusal says nothing.
  await verify(confused, {key: pem});
  await mustBeRefused('a time after its end', token, /"exp" claim/, {currentDate: new Date((payload.exp + 1) * 1000)});
  await mustBeRefused('a time before its beginning', token, /"nbf" claim/, {currentDate: new Date((payload.nbf - 1) * 1000)});
  await mustBeRefused('another issuer', token, /"iss" claim/, {issuer: 'did:web:another.example'});

  let refused = 0;
  for (let bit = 0; bit < SIGNATURE_BYTES * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] ^= 1 << (bit & 7);
    await assert.rejects(verify([first, second, flipped.toString('base64url')].join('.')), /signature/, `bit ${bit}`);
    refused += 1;
  }
  console.log(`refused: each of ${refused} bits of the signature flipped`);
}

async function refuseWhatIsNotPublic() {
  const shown = new Set([...Object.keys(recipients), deleted].map(badge => badge.split('/').at(-1)));
  const hidden = readdirSync(join(folder, 'credentials')).map(name => name.split('.')[0]).find(name => !shown.has(name));
  await ask(`${site}/badges/${hidden}.jwt`, 404);
  await ask(`${deleted}.jwt`, 410);
  console.log('refused: the token of a badge that is not public (404), and of one that was deleted (410)');
}

async function mustBeRefused(name, token, expected = /signature verification failed/, more = {}) {
  await assert.rejects(verify(token, more), error => {
    assert.match(error.message, expected, `refused, but not for what was done: ${name}: ${error.message}`);
    console.log(`  refused: ${name} (${error.message})`);
    return true;
  }, `accepted, and must not be: ${name}`);
}
