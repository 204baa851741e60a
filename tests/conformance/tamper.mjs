// Ways to tamper with a badge, each with the reason for which it must be refused. A wrong reason is a failure too: it
// would mean that the tampering itself was never looked at.
//
// Not here are spellings that say the same (`"name": ["x"]` for `"name": "x"`): the signature is over statements, not
// over JSON. Not here either is JSON-LD's `@index`, whose text belongs to no statement: a processor drops it, in safe
// mode as well. Our own verifier refuses both, and so does the one of `unbake.py` refuse the latter.

import * as base58 from 'base58-universal';

export const SIGNATURE = /^Invalid signature\.$/;
const UNSIGNED = /^Safe mode validation error\.$/;
const NO_PROOF = /^No matching proofs found|insufficient proofs matched/;

function flipBit(multibase, bit) {
  const bytes = base58.decode(multibase.slice(1));
  bytes[bit >> 3] ^= 1 << (bit & 7);
  return `z${base58.encode(bytes)}`;
}

/** What is done to a badge (a copy, changed in place), beside another badge of the same issuer. */
export const tamperings = [
  ['the name of the badge', SIGNATURE, badge => { badge.name += ' I'; }],
  ['the name of the achievement', SIGNATURE, ({credentialSubject: {achievement}}) => { achievement.name += ' I'; }],
  ['the criteria', SIGNATURE, ({credentialSubject: {achievement}}) => { achievement.criteria.narrative = 'None.'; }],
  ['the id of the achievement', SIGNATURE, ({credentialSubject: {achievement}}) => { achievement.id += '-2'; }],
  ['the picture', SIGNATURE, ({credentialSubject: {achievement}}) => { achievement.image.id += '?2'; }],
  ['the hash of the holder, from another badge', SIGNATURE, ({credentialSubject: {identifier}}, other) => {
    identifier[0].identityHash = other.credentialSubject.identifier[0].identityHash;
  }],
  ['the whole holder, from another badge', SIGNATURE, ({credentialSubject}, other) => {
    credentialSubject.id = other.credentialSubject.id;
    credentialSubject.identifier = other.credentialSubject.identifier;
  }],
  ['the hash declared clear text', SIGNATURE, ({credentialSubject: {identifier}}) => { identifier[0].hashed = false; }],
  ['the day of the award', SIGNATURE, badge => { badge.awardedDate = '2020-04-01T00:00:00+09:00'; }],
  ['an earlier beginning', SIGNATURE, badge => { badge.validFrom = '2020-04-01T00:00:00Z'; }],
  ['a later end', SIGNATURE, badge => { badge.validUntil = '2999-12-31T23:59:59Z'; }],
  ['the id of the badge', SIGNATURE, badge => { badge.id += '-2'; }],
  ['the name of the issuer', SIGNATURE, ({issuer}) => { issuer.name = 'Another body'; }],
  ['the id of the issuer', SIGNATURE, ({issuer}) => { issuer.id = 'did:web:another.example'; }],
  ['the status index', SIGNATURE, ({credentialStatus}) => {
    credentialStatus.statusListIndex = String((Number(credentialStatus.statusListIndex) + 1) % 131072);
  }],
  ['the status list', SIGNATURE, ({credentialStatus}) => { credentialStatus.statusListCredential += '0'; }],
  ['what the status is for', SIGNATURE, ({credentialStatus}) => { credentialStatus.statusPurpose = 'message'; }],
  ['no status', SIGNATURE, badge => { delete badge.credentialStatus; }],
  ['no description', SIGNATURE, ({credentialSubject: {achievement}}) => { delete achievement.description; }],
  ['a further statement in a known term', SIGNATURE, badge => { badge.description = 'With honours'; }],
  ['a further type', SIGNATURE, badge => { badge.type.push('EndorsementCredential'); }],
  ['a second subject', SIGNATURE, (badge, other) => {
    badge.credentialSubject = [badge.credentialSubject, other.credentialSubject];
  }],
  ['an unknown member', UNSIGNED, badge => { badge.honours = 'with honours'; }],
  ['an unknown member deep inside', UNSIGNED, ({credentialSubject: {achievement}}) => { achievement.honours = 'yes'; }],
  ['an unknown member of the proof', UNSIGNED, ({proof}) => { proof[0].honours = 'with honours'; }],
  ['an unknown member with a context that silences it', UNSIGNED, badge => {
    badge['@context'].push({honours: null});
    badge.honours = 'with honours';
  }],
  ['an unknown member with a context that defines it', SIGNATURE, badge => {
    badge['@context'].push({honours: 'https://another.example/honours'});
    badge.honours = 'with honours';
  }],
  ['a known term defined anew', /protected term/, badge => {
    badge['@context'].push({name: 'https://another.example/name'});
  }],
  ['the day of the proof', SIGNATURE, ({proof}) => { proof[0].created = '2020-04-01T00:00:00Z'; }],
  ['a bit of the first half of the signature', SIGNATURE, ({proof: [proof]}) => {
    proof.proofValue = flipBit(proof.proofValue, 0);
  }],
  ['a bit of the second half of the signature', SIGNATURE, ({proof: [proof]}) => {
    proof.proofValue = flipBit(proof.proofValue, 256);
  }],
  ['a signature cut short', SIGNATURE, ({proof}) => { proof[0].proofValue = proof[0].proofValue.slice(0, -1); }],
  ['the proof of another badge', SIGNATURE, (badge, other) => { badge.proof = other.proof; }],
  ['no proof', NO_PROOF, badge => { delete badge.proof; }],
  ['another purpose of the proof', NO_PROOF, ({proof}) => { proof[0].proofPurpose = 'authentication'; }],
  ['another cryptosuite', NO_PROOF, ({proof}) => { proof[0].cryptosuite = 'eddsa-jcs-2022'; }],
  ['a key that the issuer does not have', /has no key/, ({proof}) => { proof[0].verificationMethod += '00'; }],
];

/** A badge with one thing altered, for every value, every member and every object in it. */
export function* alterations(badge) {
  for (const path of paths(badge)) {
    const alter = deed => {
      const altered = structuredClone(badge);
      deed(path.slice(0, -1).reduce((part, key) => part[key], altered), path.at(-1));
      return altered;
    };
    const value = path.reduce((part, key) => part[key], badge);
    const place = path.join('/');
    if (typeof value === 'string') yield ['changed', place, alter((part, key) => { part[key] += '0'; })];
    if (typeof value === 'boolean') yield ['changed', place, alter((part, key) => { part[key] = !part[key]; })];
    if (value?.constructor === Object) {
      yield ['added to', place, alter((part, key) => { part[key].honours = 'with honours'; })];
    }
    yield ['removed', place, alter((part, key) => {
      if (Array.isArray(part)) part.splice(key, 1);
      else delete part[key];
    })];
  }
}

function* paths(value, path = []) {
  if (path.length) yield path;
  if (value instanceof Object) for (const key of Object.keys(value)) yield* paths(value[key], [...path, key]);
}
