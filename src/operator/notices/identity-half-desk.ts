// Between an insurer and the vault: shows the vault's key, passes the sealed half on. It can read neither.

import type { AmcNo } from '../../core/ids.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';

export class IdentityHalfDesk {
  readonly #parts: { vault: VaultClient; ledger: Ledger };
  constructor(parts: { vault: VaultClient; ledger: Ledger }) {
    this.#parts = parts;
  }

  async shown(amcNo: AmcNo) {
    return (await this.#parts.vault.call('identityHalfKey', { amcNo })).out;
  }

  /** Throws `identity-half-refused` or `identity-half-changed`. */
  async lend(amcNo: AmcNo, jwe: string): Promise<void> {
    const { vault, ledger } = this.#parts;
    await vault.call('acceptIdentityHalf', { amcNo, jwe }).catch(asOurs);
    await ledger.append({
      about: null,
      member: { by: 'insurer', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
      rest: { event: 'insurer.identity-half-lent', insurer: amcNo },
    });
  }
}

function asOurs(error: unknown): never {
  if (error instanceof VaultRefused) {
    if (error.code === 'identity-half-refused' || error.code === 'bad-call')
      throw refusal('identity-half-refused');
    if (error.code === 'identity-half-changed') throw refusal('identity-half-changed');
  }
  throw error;
}
