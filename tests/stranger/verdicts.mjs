// Serves a stranger's documents over TLS and has badges judged; fails unless each verdict, and the line that led to it,
// is the right one.
//
//   node verdicts.mjs JUDGE FOLDER

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {once} from 'node:events';
import {writeFileSync} from 'node:fs';
import {createServer} from 'node:https';
import {join} from 'node:path';
import {promisify} from 'node:util';

import {authority} from './certificates.mjs';
import {issuer} from './issuer.mjs';

const HOST = 'badges.stranger.example';
const OTHER = 'other.example';
const JSON_LD = 'application/vc+ld+json; charset=utf-8';
const REVOKED = 8;

const [judge, folder] = process.argv.slice(2);
assert(judge && folder, 'usage: node verdicts.mjs JUDGE FOLDER');

const trusted = authority(folder, 'trusted');
const stranger = await issuer(HOST);
const other = await issuer(OTHER);
const asked = [];
const documents = await everyDocument();
const server = await serve(trusted.certify(HOST, OTHER), documents);
const unproven = await serve(authority(folder, 'unknown').certify(HOST), documents);
// Whoever asks this one waits.
const silent = await serve(trusted.certify(HOST), null);
let counted = 0;

await judgeTheGood();
await judgeTheBad();
await judgeWithoutHelp();
await judgeWithoutServer();
console.log(`${counted} verdicts on the badges of a stranger are right`);

async function everyDocument() {
  const list = await stranger.sign(await stranger.list('1', REVOKED));
  const foreign = {...await other.list('foreign'), id: `https://${HOST}/status/foreign`};
  const {proof, ...unsigned} = list;
  return new Map(Object.entries({
    [`${HOST}/.well-known/did.json`]: stranger.document,
    [`${OTHER}/.well-known/did.json`]: other.document,
    [`${HOST}/status/1`]: list,
    [`${HOST}/status/foreign`]: await other.sign(foreign),
    [`${HOST}/status/unsigned`]: {...unsigned, id: `https://${HOST}/status/unsigned`},
    [`${HOST}/badges/7`]: await stranger.sign(stranger.badge(7)),
  }));
}

async function serve(certificate, documents) {
  const serving = createServer(certificate, ({headers, url}, response) => {
    asked.push(`${headers.host}${url}`);
    if (documents === null) return;
    const moved = url.startsWith('/moved/');
    const document = documents.get(`${headers.host}${url}`);
    response.writeHead(moved ? 302 : document ? 200 : 404, {
      ...moved && {location: url.slice('/moved'.length)},
      'content-type': JSON_LD,
    });
    response.end(document && JSON.stringify(document));
  });
  serving.listen(0, '127.0.0.1');
  await once(serving, 'listening');
  return serving;
}

function socket(serving) {
  return `127.0.0.1:${serving.address().port}`;
}

/** What the verifier says: the verdict, and outcome and finding of each check. */
async function judged(badge, hosts) {
  let given = badge;
  if (typeof badge !== 'string') {
    given = join(folder, 'badge.json');
    writeFileSync(given, JSON.stringify(badge));
  }
  const names = Object.entries(hosts).map(([name, address]) => `${name}=${address}`);
  const {stdout} = await promisify(execFile)(judge, [new Date().toISOString(), trusted.root, ...names, given]);
  const [verdict, ...lines] = stdout.trimEnd().split('\n').map(line => line.split(' '));
  return {
    verdict: verdict[1],
    lines: new Map(lines.map(([check, outcome, ...finding]) => [check, [outcome, finding.join(' ')]])),
    stdout,
  };
}

/** Every check but the named one comes to what it comes to for a good badge, or was not reached. */
async function mustBe(name, verdict, check, expected, badge, hosts = {[HOST]: socket(server), [OTHER]: socket(server)}) {
  const found = await judged(badge, hosts);
  const says = `${name}:\n${found.stdout}`;
  assert.equal(found.verdict, verdict, says);
  const outcome = {Valid: 'Passed', NotValid: 'Failed', CouldNotCheck: 'CouldNotCheck'}[verdict];
  const [came, finding] = found.lines.get(check);
  assert.equal(came, outcome, says);
  assert.match(finding, expected, says);
  for (const [line, [came]] of found.lines) {
    const fine = ['Passed', 'NotApplicable'].includes(came);
    assert(line === check || fine || (verdict !== 'Valid' && came === 'CouldNotCheck'), says);
  }
  counted += 1;
  console.log(`  ${verdict}: ${name} (${finding})`);
}

async function judgeTheGood() {
  const badge = await stranger.sign(stranger.badge(7));
  await mustBe('a badge', 'Valid', 'Revocation', /^NotRevoked .*status\/1/, badge);
  assert.deepEqual(asked, [`${HOST}/.well-known/did.json`, `${HOST}/status/1`], 'once each, and nothing else');
  await mustBe('its address', 'Valid', 'Signature', /^SignatureFits .*eddsa-rdfc-2022/, `https://${HOST}/badges/7`);
  await mustBe('an address that moved', 'Valid', 'Issuer', /^KeyListed/, `https://${HOST}/moved/badges/7`);
  const {credentialStatus, ...without} = stranger.badge(9);
  const found = await judged(await stranger.sign(without), {[HOST]: socket(server)});
  assert.deepEqual([found.verdict, ...found.lines.get('Revocation')], ['Valid', 'NotApplicable', 'NoRevocation']);
  counted += 1;
}

async function judgeTheBad() {
  const bad = (...test) => mustBe(test[0], 'NotValid', ...test.slice(1));
  await bad('a revoked badge', 'Revocation', /^Revoked/, await stranger.sign(stranger.badge(REVOKED)));
  const past = {validUntil: '2025-01-01T00:00:00Z'};
  await bad('an expired badge', 'Dates', /^Expired/, await stranger.sign(stranger.badge(7, past)));
  const future = {validFrom: '2900-01-01T00:00:00Z'};
  await bad('a badge of the future', 'Dates', /^NotYetValid/, await stranger.sign(stranger.badge(7, future)));

  const changed = structuredClone(documents.get(`${HOST}/badges/7`));
  changed.credentialSubject.achievement.name = 'Welding of thick sheet';
  await bad('a changed badge', 'Signature', /^SignatureDoesNotFit/, changed);
  const unsigned = structuredClone(documents.get(`${HOST}/badges/7`));
  unsigned.credentialSubject.grade = 'with distinction';
  await bad('a badge with something unsigned', 'Form', /^Unsigned/, unsigned);
  await bad('a badge without a proof', 'Signature', /^NotSigned/, stranger.badge(7));

  const forger = {by: other.key};
  await bad('a forgery under the stranger\'s key', 'Signature', /^SignatureDoesNotFit/,
    await stranger.sign(stranger.badge(7), {...forger, name: stranger.key.id}));
  await bad('a forgery under a key that is not listed', 'Issuer', /^KeyNotListed/,
    await stranger.sign(stranger.badge(7), {...forger, name: `${stranger.did}#key-9`}));
  await bad('a forgery under the forger\'s own key', 'Issuer', /^ForeignKey/,
    await stranger.sign(stranger.badge(7), {...forger, name: other.key.id}));
}

async function judgeWithoutHelp() {
  const unknown = (...test) => mustBe(test[0], 'CouldNotCheck', ...test.slice(1));
  const withList = name => {
    const badge = stranger.badge(7);
    badge.credentialStatus.statusListCredential = `https://${HOST}/status/${name}`;
    return stranger.sign(badge);
  };
  await unknown('no such list', 'Revocation', /^StatusUnavailable .*Status\(404\)/, await withList('none'));
  await unknown('a list of someone else', 'Revocation', /^StatusUnreliable/, await withList('foreign'));
  await unknown('a list without a proof', 'Revocation', /^StatusUnreliable/, await withList('unsigned'));
  const badge = documents.get(`${HOST}/badges/7`);
  const unavailable = why => new RegExp(`^IssuerUnavailable .*Web\\(${why}\\)`);
  await unknown('an issuer whose server proves nothing', 'Issuer', unavailable('NoAnswer'), badge,
    {[HOST]: socket(unproven)});
  await unknown('an issuer whose server is silent', 'Issuer', unavailable('NoAnswer'), badge,
    {[HOST]: socket(silent)});
  await unknown('an issuer without an address', 'Issuer', unavailable('NoAnswer'), badge, {});
  for (const inside of ['127.0.0.1', '169.254.169.254', '10.0.0.1', '::1', '64:ff9b::a00:1']) {
    await unknown(`an issuer at ${inside}`, 'Issuer', unavailable('Forbidden'), badge, {[HOST]: inside});
  }
}

async function judgeWithoutServer() {
  const gone = {[HOST]: socket(server)};
  for (const serving of [server, unproven, silent]) {
    serving.closeAllConnections();
    serving.close();
    await once(serving, 'close');
  }
  await mustBe('an issuer whose server is down', 'CouldNotCheck', 'Issuer', /^IssuerUnavailable .*Web\(NoAnswer\)/,
    documents.get(`${HOST}/badges/7`), gone);
  const found = await judged(`https://${HOST}/badges/7`, gone);
  assert.equal(found.stdout, 'verdict None\nUnavailable Web(NoAnswer)\n');
}
