// An issuer that is not ours, of software that is not ours: its DID document, its badges, its status list.

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {createCredential, createList} from '@digitalbazaar/vc-bitstring-status-list';

import {contexts} from '../conformance/contexts.mjs';

const CREDENTIALS = 'https://www.w3.org/ns/credentials/v2';
const OPEN_BADGES = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
const PLACES = 131072;

/** Only contexts are needed for signing, and they come from inside. */
async function documentLoader(url) {
  if (!contexts.has(url)) throw new Error(`${url} is no context`);
  return {contextUrl: null, documentUrl: url, document: contexts.get(url)};
}

/** An issuer at a host. What it signs with another issuer's key is a forgery. */
export async function issuer(host) {
  const did = `did:web:${host}`;
  const key = await Ed25519Multikey.generate({id: `${did}#key-0`, controller: did});
  const sign = (credential, {name = key.id, by = key} = {}) => vc.issue({
    credential: structuredClone(credential), // the library adds the proof to what it is given
    suite: new DataIntegrityProof({cryptosuite, signer: {...by.signer(), id: name}}),
    documentLoader,
  });
  return {
    did,
    key,
    sign,
    document: {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did,
      verificationMethod: [await key.export({publicKey: true, includeContext: false})],
      assertionMethod: [key.id],
    },
    /** An unsigned badge with things in it that ours do not have. */
    badge: (number, changes = {}) => ({
      '@context': [CREDENTIALS, OPEN_BADGES],
      id: `https://${host}/badges/${number}`,
      type: ['VerifiableCredential', 'AchievementCredential'],
      issuer: {id: did, type: ['Profile'], name: 'École des Étrangers', url: `https://${host}/`},
      validFrom: '2024-04-01T09:00:00+02:00',
      name: 'Welding of thin sheet',
      credentialSubject: {
        id: 'urn:uuid:0b9e4f2a-6d53-4c1e-9a55-6f0f4f6f2c11',
        type: ['AchievementSubject'],
        activityStartDate: '2024-01-15T00:00:00Z',
        creditsEarned: 2.5,
        achievement: {
          id: `https://${host}/achievements/welding`,
          type: ['Achievement'],
          achievementType: 'Course',
          name: 'Welding of thin sheet',
          description: 'Joins sheet of 0.8 to 3 mm, 溶接.',
          criteria: {narrative: 'A test piece in each of *three* positions.'},
          tag: ['welding', 'sheet metal'],
        },
        result: [{type: ['Result'], value: '87'}],
      },
      credentialStatus: {
        id: `https://${host}/status/1#${number}`,
        type: 'BitstringStatusListEntry',
        statusPurpose: 'revocation',
        statusListIndex: String(number),
        statusListCredential: `https://${host}/status/1`,
      },
      ...changes,
    }),
    /** An unsigned status list. */
    async list(name, ...revoked) {
      const list = await createList({length: PLACES});
      for (const number of revoked) list.setStatus(number, true);
      const id = `https://${host}/status/${name}`;
      const credential = await createCredential({id, list, statusPurpose: 'revocation'});
      return {...credential, issuer: did, validFrom: '2024-04-01T00:00:00Z'};
    },
  };
}
