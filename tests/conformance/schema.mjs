// Holds every exported badge against the JSON schema of 1EdTech, and sees that the schema refuses what it must.
//
//   node schema.mjs EXPORT_DIR SCHEMA

import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import addFormats from 'ajv-formats';
import Ajv from 'ajv/dist/2019.js';

const [folder, schema] = process.argv.slice(2);
assert(folder && schema, 'usage: node schema.mjs EXPORT_DIR SCHEMA');

// Strict: a keyword or a format that the validator does not know is an error, not something to pass over.
const ajv = addFormats(new Ajv({allErrors: true, strict: true, strictTypes: false, strictTuples: false}));
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

const names = readdirSync(join(folder, 'credentials')).filter(name => name.endsWith('.json'));
assert(names.length > 0, `no credentials in ${folder}`);
const badges = names.map(name => JSON.parse(readFileSync(join(folder, 'credentials', name), 'utf8')));
for (const [place, badge] of badges.entries()) {
  assert(validate(badge), `${names[place]}: ${ajv.errorsText(validate.errors)}`);
}
console.log(`accepted: ${badges.length} badges`);

const wrong = {
  'a proof that is no array': badge => { [badge.proof] = badge.proof; },
  'a schema that is no array': badge => { [badge.credentialSchema] = badge.credentialSchema; },
  'a status that is an array': badge => { badge.credentialStatus = [badge.credentialStatus]; },
  'a holder that is no array': ({credentialSubject}) => { [credentialSubject.identifier] = credentialSubject.identifier; },
  'a picture that is a string': ({credentialSubject: {achievement}}) => { achievement.image = achievement.image.id; },
  'a day without a zone': badge => { badge.validFrom = '2026-11-01T00:00:00'; },
  'no name of the achievement': ({credentialSubject}) => { delete credentialSubject.achievement.name; },
};
for (const [name, spoil] of Object.entries(wrong)) {
  const badge = structuredClone(badges[0]);
  spoil(badge);
  assert(!validate(badge), `accepted, and must not be: ${name}`);
}
console.log(`refused: ${Object.keys(wrong).join(', ')}`);
