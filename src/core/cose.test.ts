// COSE_Sign1 taken apart and put together. What must be refused stands in test/vectors/cards.json.

import { describe, expect, it } from 'vitest';
import vectors from '../../test/vectors/cards.json' with { type: 'json' };
import { draftSign1, readSign1 } from './cose.ts';

const KID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const PAYLOAD = Uint8Array.of(0xa0);
const SIGNATURE = new Uint8Array(64).fill(9);

describe('a message', () => {
  it('gives back what it was made of, and the bytes that were signed', () => {
    const draft = draftSign1({ kid: KID, payload: PAYLOAD });
    expect(readSign1(draft.complete(SIGNATURE))).toEqual({
      kid: 'AQIDBAUGBwg',
      type: null,
      payload: PAYLOAD,
      toBeSigned: draft.toBeSigned,
      signature: SIGNATURE,
    });
  });

  it('signs the structure of RFC 9052 section 4.4', () => {
    const { toBeSigned } = draftSign1({ kid: KID, payload: PAYLOAD });
    expect(Buffer.from(toBeSigned).toString('hex')).toBe(
      ['84', '6a5369676e617475726531', '4d', 'a2', '0126', '04480102030405060708', '40', '41a0'].join(''),
    );
  });

  it('carries its type in the protected header', () => {
    const draft = draftSign1({ kid: KID, type: 'application/statuslist+cwt', payload: PAYLOAD });
    expect(readSign1(draft.complete(SIGNATURE))).toMatchObject({ type: 'application/statuslist+cwt' });
  });

  it.each([63, 65, 0, 96])('is refused with a signature of %i bytes', (length) => {
    const draft = draftSign1({ kid: KID, payload: PAYLOAD });
    expect(readSign1(draft.complete(new Uint8Array(length)))).toBe('malformed');
  });

  it.each([1, 32])('may have a kid of %i bytes', (length) => {
    const draft = draftSign1({ kid: new Uint8Array(length), payload: PAYLOAD });
    expect(typeof readSign1(draft.complete(SIGNATURE))).toBe('object');
  });
});

it('every vector of the envelope is refused for its reason', () => {
  const envelope = vectors.vectors.filter(({ name, expected }) => {
    const isType = name === 'type-on-a-card' || name === 'status-list-as-card'; // a message, but no card
    return !isType && (expected.reason === 'malformed' || expected.reason === 'algorithm');
  });
  const got = envelope.map(({ card }) => readSign1(new Uint8Array(Buffer.from(card, 'base64url'))));
  expect(got).toEqual(envelope.map(({ expected }) => expected.reason));
  expect(envelope.length).toBeGreaterThan(50);
});
