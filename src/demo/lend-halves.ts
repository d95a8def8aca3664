// Lends every insurer's half of its identity key to a vault, as the insurers' own vaults do after each start.

import { wrapIdentityHalf } from '../crypto/identity-half.ts';
import type { VaultClient } from '../vault/vault-client.ts';
import type { CardDesk } from './memory-card-desk.ts';

/** The same half for an insurer at every call: its identity doors were made with it. */
export async function lendHalves(vault: VaultClient, desks: readonly CardDesk[]): Promise<void> {
  for (const { amcNo, key, privateKey } of desks) {
    const { out } = await vault.call('identityHalfKey', { amcNo });
    const bytes = Buffer.alloc(32, Number(amcNo.slice(-2)));
    const jwe = await wrapIdentityHalf({ amcNo, bytes }, { kid: key.kid, privateKey }, out.key);
    await vault.call('acceptIdentityHalf', { amcNo, jwe });
  }
}
