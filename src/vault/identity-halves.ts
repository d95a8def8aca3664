// The insurers' halves of their identity keys (DESIGN.md 3): lent by the insurer's own vault, held in memory only and
// gone with a lock or a restart. With a dump and this vault's keyring, but without that half, nobody can be searched
// for by NIR. Must never write a half down, nor take one that the insurer's card key did not sign.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { compactDecrypt, compactVerify, importJWK } from 'jose';
import type { AmcNo } from '../core/ids.ts';
import { type CareDate, contains } from '../core/period.ts';
import type { FollowedTrust } from '../crypto/followed-trust.ts';
import { halfKeyMessage, IDENTITY_HALF_PURPOSE } from '../crypto/identity-half.ts';
import { secretKey } from '../crypto/seal.ts';
import { type Clock, parisDate } from '../lib/clock.ts';
import { type EpochKeys, prf } from './derive.ts';
import type { InsurerKeys, Keyring } from './keyring.ts';

const HALF_BYTES = 32;
const CHECK_BYTES = 12;
const encoder = new TextEncoder();

export type IdentityHalfParts = {
  keyring: Keyring;
  trust: FollowedTrust;
  clock: Clock;
};

export class IdentityHalves {
  readonly #parts: IdentityHalfParts;
  /** Made at each start: what was sent to an earlier one cannot be read any more. */
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #halves = new Map<AmcNo, Buffer>();
  /** Per object of the keyring, which hands out another one after every change. */
  #completed = new WeakMap<InsurerKeys, InsurerKeys>();

  constructor(parts: IdentityHalfParts) {
    this.#parts = parts;
  }

  /** The key to seal a half to, and the ledger key's word that it is this vault's. */
  shown(amcNo: AmcNo) {
    const { x = '', y = '' } = this.#pair.publicKey.export({ format: 'jwk' });
    const signature = sign(null, halfKeyMessage({ x, y }), this.#parts.keyring.signing.ledger);
    return {
      key: { kty: 'EC', crv: 'P-256', x, y },
      signature: signature.toString('base64'),
      wanted: !this.#halves.has(amcNo),
    };
  }

  /**
   * Takes a half. `changed`: the newest epoch's identity doors were made with another one, and would all be lost; a
   * new half begins with a new epoch.
   */
  async accept(amcNo: AmcNo, jwe: string): Promise<'accepted' | 'refused' | 'changed'> {
    const half = await this.#read(amcNo, jwe).catch(() => null); // whatever is wrong with it, it is not taken
    if (!half) return 'refused';
    const { epochs } = await this.#parts.keyring.insurer(amcNo);
    const [newest] = epochs;
    if (newest?.identityCheck && newest.identityCheck !== checkOf(newest, half)) return 'changed';
    await this.#parts.keyring.noteIdentityChecks(
      amcNo,
      new Map(epochs.map((epoch) => [epoch.epoch, checkOf(epoch, half)])),
    );
    this.#halves.set(amcNo, half);
    this.#completed = new WeakMap();
    return 'accepted';
  }

  /** The insurer's keys with its identity doors, for those epochs that were made with the half at hand. */
  complete(keys: InsurerKeys): InsurerKeys {
    const half = this.#halves.get(keys.amcNo);
    if (!half) return keys;
    const known = this.#completed.get(keys);
    if (known) return known;
    const epochs = keys.epochs.map((epoch) =>
      epoch.identityCheck === checkOf(epoch, half) ? withIdentity(epoch, half) : epoch,
    );
    const completed = { ...keys, epochs };
    this.#completed.set(keys, completed);
    return completed;
  }

  /** A locked vault has none. */
  clear(): void {
    for (const half of this.#halves.values()) half.fill(0);
    this.#halves.clear();
    this.#completed = new WeakMap();
  }

  async #read(amcNo: AmcNo, jwe: string): Promise<Buffer | null> {
    const { plaintext } = await compactDecrypt(jwe, this.#pair.privateKey, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    await this.#parts.trust.follow();
    const today = parisDate(this.#parts.clock.nowMs()) as CareDate;
    const { payload } = await compactVerify(
      plaintext,
      ({ kid = '' }) => {
        const key = this.#parts.trust.list.cards.get(kid);
        const counts = key && contains(key, today) && !(key.revokedOn !== null && today >= key.revokedOn);
        if (!counts || key.insurer !== amcNo) throw new Error('not a key of this insurer');
        return importJWK({ ...key.jwk }, 'ES256');
      },
      { algorithms: ['ES256'] },
    );
    const said = JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown>;
    const { x } = this.#pair.publicKey.export({ format: 'jwk' });
    const isForUs =
      said['purpose'] === IDENTITY_HALF_PURPOSE && said['amcNo'] === amcNo && said['vaultKey'] === x;
    const half = Buffer.from(String(said['half']), 'base64url');
    return isForUs && half.length === HALF_BYTES ? half : null;
  }
}

/** Tells one half from another without telling what it is: a PRF under the operator's own half. */
function checkOf({ identityHalf }: EpochKeys, half: Uint8Array): string {
  return prf(identityHalf, Buffer.concat([encoder.encode('check'), half])).toString(
    'base64url',
    0,
    CHECK_BYTES,
  );
}

/** Neither half alone says anything about this key. */
export function withIdentity(epoch: EpochKeys, half: Uint8Array): EpochKeys {
  const identity: KeyObject = secretKey(
    prf(epoch.identityHalf, Buffer.concat([encoder.encode('door'), half])),
  );
  return { ...epoch, doors: { ...epoch.doors, identity } };
}
