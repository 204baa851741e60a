// Certificates, made with openssl: of an authority, and of those whom it certifies.

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const DAYS = ['-days', '2'];

function openssl(...parameters) {
  try {
    execFileSync('openssl', parameters, {stdio: ['ignore', 'ignore', 'pipe']});
  } catch (error) {
    throw new Error(`openssl ${parameters.join(' ')}: ${error.stderr ?? error.message}`);
  }
}

/** An authority in a folder: where its certificate is (DER), and how it certifies a host. */
export function authority(folder, name) {
  const file = suffix => join(folder, `${name}.${suffix}`);
  openssl('req', '-x509', ...KEY, ...DAYS, '-subj', `/CN=${name}`, '-keyout', file('key'), '-out', file('pem'));
  openssl('x509', '-in', file('pem'), '-outform', 'DER', '-out', file('der'));
  return {
    root: file('der'),
    /** Key and certificate (PEM) for names. */
    certify(...names) {
      const of = suffix => join(folder, `${names[0]}-${name}.${suffix}`);
      openssl('req', ...KEY, '-subj', `/CN=${names[0]}`, '-keyout', of('key'), '-out', of('csr'),
        '-addext', `subjectAltName=${names.map(host => `DNS:${host}`).join(',')}`);
      openssl('x509', '-req', '-in', of('csr'), ...DAYS, '-copy_extensions', 'copyall',
        '-CA', file('pem'), '-CAkey', file('key'), '-CAcreateserial', '-out', of('pem'));
      return {key: readFileSync(of('key')), cert: readFileSync(of('pem'))};
    },
  };
}
