// What a verifier may read: the official contexts and the public documents of one export. Nothing is fetched.

import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {contexts} from './contexts.mjs';

/** The address of a DID document (did:web method, "Read (Resolve)"). */
function didDocumentAddress(did) {
  const [, , host, ...path] = did.split(':').map(decodeURIComponent);
  return `https://${host}/${path.length ? path.join('/') : '.well-known'}/did.json`;
}

/** A public document, kept as `<host>[_port]/<path>` with `.json` where the path has no suffix; null if absent. */
export function readPublic(folder, address) {
  const {host, pathname, search, hash} = new URL(address);
  const name = /\.[a-z]+$/.test(pathname) ? pathname : `${pathname}.json`;
  const file = join(folder, host.replace(':', '_'), name);
  return !search && !hash && existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** A document loader over the export. `replaced` holds documents that stand in for exported ones. */
export function documentLoader(folder, replaced = new Map()) {
  const read = address => {
    const text = readPublic(folder, address);
    if (text === null) throw new Error(`${address} is not in the export`);
    return JSON.parse(text);
  };
  const load = url => {
    if (contexts.has(url)) return contexts.get(url);
    if (replaced.has(url)) return replaced.get(url);
    if (!url.startsWith('did:')) return read(url);
    const [did, fragment] = url.split('#');
    const document = replaced.get(did) ?? read(didDocumentAddress(did));
    if (document.id !== did) throw new Error(`the document of ${did} is about ${document.id}`);
    if (fragment === undefined) return document;
    const method = document.verificationMethod.find(({id}) => id === url);
    if (!method) throw new Error(`${did} has no key ${url}`);
    return {'@context': document['@context'], ...method};
  };
  return async url => ({contextUrl: null, documentUrl: url, document: load(url)});
}
