// What is signed is fixed by the API, letter for letter.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { base64url, proofText } from './proof.ts';

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
