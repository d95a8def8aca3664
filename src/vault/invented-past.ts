// The past of a platform that has none: tags of patients its sites are to have seen, in bulk and straight from the key
// file. For the throw-away vaults of drills. It is no verb and must never become one: it asks for no proof.

import type { AmcNo } from '../core/ids.ts';
import { openFileKeyring } from './file-keyring.ts';
import { tagOfSiteAndPerson } from './known-patients.ts';
import { recordIdOf } from './seal-block.ts';

/** As the table `known_patients` holds them, in the order of the pairs. The file must have no passphrase. */
export async function inventKnownPatients(
  keyringFile: string,
  amcNo: AmcNo,
  pairs: readonly { structure: string; ref: string }[],
): Promise<string[]> {
  const keyring = await openFileKeyring({ path: keyringFile, passphrase: null });
  const keys = await keyring.insurer(amcNo);
  return pairs.map(({ structure, ref }) =>
    tagOfSiteAndPerson(keyring.knownKey, structure, recordIdOf(keys, ref).toString('hex')),
  );
}
