// The contexts of the npm packages, with which others verify our badges, are the official ones.
//
//   node contexts.mjs FOLDER

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {contexts} from '../conformance/contexts.mjs';

const NEEDED = [
  'https://www.w3.org/ns/credentials/v2',
  'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  'https://purl.imsglobal.org/spec/ob/v3p0/extensions.json',
  'https://www.w3.org/ns/did/v1',
  'https://w3id.org/security/multikey/v1',
];

const [folder] = process.argv.slice(2);
assert(folder, 'usage: node contexts.mjs FOLDER');
const files = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
for (const address of NEEDED) {
  const official = JSON.parse(readFileSync(join(folder, files[address]), 'utf8'));
  assert.deepEqual(JSON.parse(JSON.stringify(contexts.get(address))), official, address);
}
console.log(`the same: ${NEEDED.length} contexts`);
