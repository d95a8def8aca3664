// What is signed is fixed by the API, letter for letter.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyThumbprint } from '../../src/crypto/session-proof.ts';
import { base64url, proofText, thumbprintText } from './proof.ts';
import { digestOf } from './session-key.ts';

describe('the text a session proof signs', () => {
  it('is method, path with query, body digest and nonce on four lines', () => {
    const bodyDigest = createHash('sha256').update('').digest('base64url');
    expect(proofText({ method: 'get', path: '/v1/lookups?x=1', bodyDigest, nonce: 'n-1' })).toBe(
      'GET\n/v1/lookups?x=1\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\nn-1',
    );
  });

  it('writes base64url as Node does, whatever the length', () => {
    for (let length = 0; length < 70; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length * 11) % 256);
      expect(base64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
    }
  });
});

describe('the thumbprint of a key', () => {
  it('is the one the server computes, whatever the order of the members', async () => {
    const key = {
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    };
    const thumbprint = await digestOf(thumbprintText({ ...key, kty: 'EC', crv: 'P-256' }));
    expect(thumbprint).toBe(keyThumbprint(key));
  });
});
