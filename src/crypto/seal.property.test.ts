// Sealing: what comes back, what must not, and that no nonce is seen twice. `sealInto` is checked against `seal`.

import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEAL_OVERHEAD_BYTES, seal, sealInto, secretKey, unseal } from './seal.ts';

const KEY = secretKey(Buffer.alloc(32, 1));
const bytes = fc.uint8Array({ maxLength: 200 });

/** AES-256-GCM as anybody else would undo it: nonce (12) || ciphertext || tag (16). */
function byHand(sealed: Buffer, aad: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', KEY, sealed.subarray(0, 12)).setAAD(aad);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}

describe('sealing', () => {
  it('is plain AES-256-GCM, and both ways of writing it open alike', () => {
    fc.assert(
      fc.property(bytes, bytes, fc.nat(20), (plain, aad, at) => {
        const sealed = seal(KEY, plain, aad);
        expect(sealed).toHaveLength(plain.length + SEAL_OVERHEAD_BYTES);
        expect(unseal(KEY, sealed, aad)).toEqual(Buffer.from(plain));
        expect(byHand(sealed, aad)).toEqual(Buffer.from(plain));
        const out = Buffer.alloc(at + plain.length + SEAL_OVERHEAD_BYTES + 5, 0xee);
        sealInto(out, at, { key: KEY, plain, aad });
        const end = out.length - 5;
        expect(unseal(KEY, out.subarray(at, end), aad)).toEqual(Buffer.from(plain));
        expect(out.subarray(0, at)).toEqual(Buffer.alloc(at, 0xee)); // nothing beside its place is touched
        expect(out.subarray(end)).toEqual(Buffer.alloc(5, 0xee));
      }),
    );
  });

  it('does not open when a bit is changed, a byte is cut or added, the place or the key is another', () => {
    const change = fc.record({ at: fc.nat(), bit: fc.nat(7), cut: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(bytes, bytes, change, (plain, aad, { at, bit, cut }) => {
        const sealed = seal(KEY, plain, aad);
        const flipped = Buffer.from(sealed);
        const place = at % flipped.length;
        flipped[place] = (flipped[place] ?? 0) ^ (1 << bit);
        expect(unseal(KEY, flipped, aad)).toBeNull();
        expect(unseal(KEY, sealed.subarray(0, Math.max(0, sealed.length - cut)), aad)).toBeNull();
        expect(unseal(KEY, Buffer.concat([sealed, Buffer.alloc(1)]), aad)).toBeNull();
        expect(unseal(KEY, sealed, Buffer.concat([aad, Buffer.alloc(1)]))).toBeNull();
        expect(unseal(secretKey(Buffer.alloc(32, 2)), sealed, aad)).toBeNull();
      }),
    );
  });

  it('never sees a nonce twice, over several fillings of the pool they are drawn from', () => {
    const nonces = Array.from({ length: 5_000 }, () =>
      seal(KEY, Buffer.alloc(0), Buffer.alloc(0)).toString('hex', 0, 12),
    );
    expect(new Set(nonces).size).toBe(nonces.length);
  });
});
