// The bad cards of test/vectors/cards.json, by the reason for which they are refused. Each differs from a good card in
// one thing; those of `claims` and below are signed as they should be, because an insurer's software errs too.

import { createHash, createPrivateKey, sign } from 'node:crypto';
import {
  base64url,
  CIMES,
  cardOf,
  HANDLE,
  KEYS,
  type Labels,
  NOON,
  payloadOf,
  REVOKED,
  SHARD_0,
  SHARD_1,
  type Spec,
  STANDARD,
  seconds,
  tokenOfShard0,
  type Vector,
  VIEUX_PORT,
} from './card-vector-base.ts';
import {
  ALG,
  array,
  type Bytes,
  bstr,
  bytes,
  type Envelope,
  flipped,
  float64,
  head,
  hex,
  int,
  kidEntry,
  map,
  message,
  ORDER,
  sigStructure,
  tag,
  thirtyTwo,
  tstr,
} from './card-vector-tools.ts';

type Row = [name: string, why: string, card: Bytes, more?: Partial<Pick<Vector, 'at' | 'status'>>];

const key = KEYS.current;
const PAYLOAD = payloadOf();
const HEADER = map(ALG, kidEntry(key.kid));
const GOOD = cardOf();
const made = (changes: Partial<Envelope>): Bytes => message({ key, payload: PAYLOAD, ...changes });
const withHeader = (...entries: [Bytes, Bytes][]): Bytes => made({ header: map(...entries) });
const withAlg = (alg: Bytes): Bytes => withHeader([int(1), alg], kidEntry(key.kid));
const signedBy = (payload: Bytes): Bytes => made({ payload });
const labels = (changes: Labels): Bytes => signedBy(payloadOf({}, changes));
const outer = (label: number, value: Bytes | null): Bytes => labels({ outer: { [label]: value } });
const card = (label: number, value: Bytes | null): Bytes => labels({ card: { [label]: value } });
const spec = (changes: Partial<Spec>): Bytes => cardOf(changes);
const rules = (...entries: [Bytes, Bytes][]): Bytes => card(5, map(...entries));
const filled = (length: number): Bytes => new Uint8Array(length).fill(0x41);
/** Where a part begins in the good card. */
const placeOf = (part: Bytes): number => Buffer.from(GOOD).indexOf(part);

const TOO_LONG: Row[] = [
  [
    'ten-kilobytes',
    'a good card and 10 KB of zeros after it: not even parsed',
    bytes(GOOD, new Uint8Array(10_240)),
  ],
  ['ten-kilobytes-of-nesting', '10 KB of arrays in arrays', new Uint8Array(10_240).fill(0x81)],
  ['longer-than-any-card', 'signed as it should be, but 641 bytes or more', outer(8, bstr(filled(480)))],
];

const MALFORMED_ENVELOPE: Row[] = [
  ['empty', 'no bytes at all', new Uint8Array(0)],
  ['text', 'the word RMP1 instead of bytes', new Uint8Array(Buffer.from('RMP1'))],
  ['truncated', 'the last byte is missing', GOOD.subarray(0, -1)],
  ['trailing-byte', 'one zero after the end', bytes(GOOD, 0)],
  ['two-cards', 'a second card after the first', bytes(GOOD, GOOD)],
  ['untagged', 'COSE_Sign1 without its tag 18', GOOD.subarray(1)],
  ['other-tag', 'tag 17 (COSE_Mac0) around the same content', bytes(0xd1, GOOD.subarray(1))],
  ['nested-tag', 'tag 18 twice', bytes(0xd2, GOOD)],
  [
    'cwt-tag',
    'tag 61 around tag 18, as RFC 8392 allows elsewhere: two spellings would be two cards',
    bytes(0xd8, 61, GOOD),
  ],
  ['self-described', 'tag 55799 in front', bytes(0xd9, 0xd9, 0xf7, GOOD)],
  [
    'three-elements',
    'the signature is missing',
    made({ wrap: (h, o, p) => tag(18, array(bstr(h), o, bstr(p))) }),
  ],
  [
    'five-elements',
    'a fifth element',
    made({ wrap: (h, o, p, s) => tag(18, array(bstr(h), o, bstr(p), bstr(s), int(0))) }),
  ],
  [
    'not-an-array',
    'a map instead of the array',
    made({ wrap: (h, _o, p, s) => tag(18, map([bstr(h), bstr(p)], [int(1), bstr(s)])) }),
  ],
  [
    'header-not-wrapped',
    'the protected header as a map, not as bytes',
    made({ wrap: (h, o, p, s) => tag(18, array(h, o, bstr(p), bstr(s))) }),
  ],
  ['header-empty', 'no protected header', made({ header: new Uint8Array(0) })],
  ['header-trailing', 'a byte after the map in the protected header', made({ header: bytes(HEADER, 0) })],
  ['header-array', 'an array as protected header', made({ header: array(int(1), int(-7)) })],
  [
    'open-header-not-empty',
    'something in the unprotected header, where the signature does not reach',
    made({ open: map([int(5), bstr(hex('00'))]) }),
  ],
  ['open-header-kid', 'the kid in both headers', made({ open: map(kidEntry(key.kid)) })],
  ['open-header-array', 'an array as unprotected header', made({ open: array() })],
  [
    'payload-detached',
    'null as payload',
    made({ wrap: (h, o, _p, s) => tag(18, array(bstr(h), o, hex('f6'), bstr(s))) }),
  ],
  [
    'payload-not-wrapped',
    'the claims as a map, not as bytes',
    made({ wrap: (h, o, p, s) => tag(18, array(bstr(h), o, p, bstr(s))) }),
  ],
  ['signature-63-bytes', 'a byte too few', made({ signature: (s) => s.subarray(1) })],
  ['signature-65-bytes', 'a byte too many', made({ signature: (s) => bytes(0, s) })],
  [
    'signature-der',
    'an ASN.1 signature',
    made({ signature: (s) => bytes(0x30, 68, 2, 32, s.subarray(0, 32), 2, 32, s.subarray(32)) }),
  ],
  ['signature-empty', 'no signature', made({ signature: () => new Uint8Array(0) })],
  [
    'indefinite-array',
    'the outer array of indefinite length',
    made({ wrap: (h, o, p, s) => tag(18, bytes(0x9f, bstr(h), o, bstr(p), bstr(s), 0xff)) }),
  ],
  [
    'indefinite-payload',
    'the payload in chunks',
    made({ wrap: (h, o, p, s) => tag(18, array(bstr(h), o, bytes(0x5f, bstr(p), 0xff), bstr(s))) }),
  ],
  [
    'indefinite-header',
    'the protected header of indefinite length',
    made({ header: bytes(0xbf, ...ALG, ...kidEntry(key.kid), 0xff) }),
  ],
  ['long-tag', 'tag 18 in two bytes', bytes(0xd8, 18, GOOD.subarray(1))],
  [
    'long-array-head',
    'the array of four spelled in two bytes',
    made({ wrap: (h, o, p, s) => tag(18, bytes(head(4, 4, 1), bstr(h), o, bstr(p), bstr(s))) }),
  ],
  [
    'long-payload-head',
    'the length of the payload in three bytes',
    made({ wrap: (h, o, p, s) => tag(18, array(bstr(h), o, bytes(head(2, p.length, 2), p), bstr(s))) }),
  ],
  [
    'long-signature-head',
    'the length of the signature in nine bytes',
    made({ wrap: (h, o, p, s) => tag(18, array(bstr(h), o, bstr(p), bytes(head(2, 64, 8), s))) }),
  ],
  ['long-alg', '-7 spelled in two bytes', withHeader([int(1), bytes(head(1, 6, 1))], kidEntry(key.kid))],
  ['huge-length', 'bytes that announce four gigabytes', hex('d2845affffffff')],
  ['huge-array', 'an array that announces 2^53 - 1 items', hex('d29b001fffffffffffff')],
];

const MALFORMED_HEADER: Row[] = [
  ['header-unsorted', 'kid before alg', withHeader(kidEntry(key.kid), ALG)],
  ['header-label-twice', 'alg twice', withHeader(ALG, ALG, kidEntry(key.kid))],
  ['header-unknown-label', 'a content type (3)', withHeader(ALG, [int(3), int(60)], kidEntry(key.kid))],
  [
    'header-crit',
    'critical headers (2): we know none',
    withHeader(ALG, [int(2), array(int(4))], kidEntry(key.kid)),
  ],
  [
    'header-text-label',
    'a label that is a text',
    withHeader(ALG, kidEntry(key.kid), [tstr('kid'), bstr(key.kid)]),
  ],
  ['kid-missing', 'no kid', withHeader(ALG)],
  [
    'kid-only-open',
    'the kid in the unprotected header',
    made({ header: map(ALG), open: map(kidEntry(key.kid)) }),
  ],
  ['kid-text', 'the kid as a text', withHeader(ALG, [int(4), tstr(base64url(key.kid))])],
  ['kid-empty', 'a kid of no bytes', withHeader(ALG, kidEntry(new Uint8Array(0)))],
  ['kid-33-bytes', 'a kid longer than any thumbprint', withHeader(ALG, kidEntry(filled(33)))],
  [
    'type-on-a-card',
    'a card with a typ header (16)',
    withHeader(ALG, kidEntry(key.kid), [int(16), tstr('application/cwt')]),
  ],
  ['status-list-as-card', 'a status list token shown as a card', tokenOfShard0()],
];

/** A key pair of another kind, made again each time: only its refusal is in the file, so its signature is a fixed one. */
const OTHER_SIGNATURE = filled(96);
const ALGORITHM: Row[] = [
  [
    'es384',
    'ES384 with a signature of P-384 size',
    made({ header: map([int(1), int(-35)], kidEntry(key.kid)), signature: () => OTHER_SIGNATURE }),
  ],
  ['es512', 'ES512', withAlg(int(-36))],
  ['es256k', 'ES256K (secp256k1)', withAlg(int(-47))],
  ['eddsa', 'EdDSA', withAlg(int(-8))],
  ['esp256', 'ESP256, another name of the same (RFC 9864): one spelling only', withAlg(int(-9))],
  ['ps256', 'PS256', withAlg(int(-37))],
  ['hs256', 'HS256 with the public key as secret', withAlg(int(5))],
  ['alg-none', 'alg 0', withAlg(int(0))],
  ['alg-text', 'alg as the text ES256', withAlg(tstr('ES256'))],
  ['alg-missing', 'no alg', withHeader(kidEntry(key.kid))],
  ['alg-bytes', 'alg as bytes', withAlg(bstr(hex('26')))],
];

const KEY_UNKNOWN: Row[] = [
  ['kid-unknown', 'signed with a key that is in no list', cardOf({}, KEYS.stranger)],
  ['kid-prefix', 'the first 7 bytes of a known kid', withHeader(ALG, kidEntry(key.kid.subarray(0, 7)))],
  ['kid-and-more', 'a known kid and a zero', withHeader(ALG, kidEntry(bytes(key.kid, 0)))],
  ['kid-flipped', 'one bit of the kid', flipped(GOOD, placeOf(key.kid), 3)],
];

/** An Ed25519 signature of fixed key over the right bytes: 64 bytes, and no ES256. */
function ed25519(message: Bytes): Bytes {
  const seed = createHash('sha256').update('rempart worthless test key: ed25519').digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return new Uint8Array(
    sign(null, Buffer.from(message), createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })),
  );
}

const halves = (s: Bytes) => [s.subarray(0, 32), s.subarray(32)] as const;
const backwards = (half: Bytes): Bytes => Uint8Array.from([...half].reverse());
const ZERO = new Uint8Array(32);
const SIGNATURE: Row[] = [
  ['flip-insurer', 'one bit of the insurer’s number', flipped(GOOD, placeOf(tstr(STANDARD.insurer)) + 10)],
  ['flip-birth-date', 'one bit of the birth date', flipped(GOOD, placeOf(int(19790614)) + 4)],
  ['flip-handle', 'one bit of the handle', flipped(GOOD, placeOf(HANDLE) + 7, 7)],
  ['flip-exp', 'one bit of the end', flipped(GOOD, placeOf(int(STANDARD.exp)) + 1, 2)],
  ['flip-rule', 'one bit of a rule', flipped(GOOD, placeOf(tstr('R2')) + 2)],
  ['flip-r', 'one bit of r', flipped(GOOD, GOOD.length - 64)],
  ['flip-s', 'the last bit of s', flipped(GOOD, GOOD.length - 1)],
  [
    'other-claims',
    'the signature of another card',
    made({ toBeSigned: sigStructure(HEADER, payloadOf({ birthRank: 2 })) }),
  ],
  [
    'other-insurers-key',
    'another insurer signs under this kid',
    message({ key: KEYS.other, payload: PAYLOAD, header: HEADER }),
  ],
  [
    'strangers-key',
    'a key of nobody under this kid',
    message({ key: KEYS.stranger, payload: PAYLOAD, header: HEADER }),
  ],
  [
    'old-key',
    'an older key of the same insurer under this kid',
    message({ key: KEYS.old, payload: PAYLOAD, header: HEADER }),
  ],
  [
    'ed25519-as-es256',
    'an Ed25519 signature that says it is ES256',
    made({ signature: () => ed25519(sigStructure(HEADER, PAYLOAD)) }),
  ],
  ['p384-cut', '64 bytes of a P-384 signature that says it is ES256', made({ signature: () => filled(64) })],
  ['r-zero', 'r = 0', made({ signature: (s) => bytes(ZERO, halves(s)[1]) })],
  ['s-zero', 's = 0', made({ signature: (s) => bytes(halves(s)[0], ZERO) })],
  ['all-zero', 'r = s = 0', made({ signature: () => new Uint8Array(64) })],
  ['r-order', 'r = n', made({ signature: (s) => bytes(thirtyTwo(ORDER), halves(s)[1]) })],
  ['s-order', 's = n', made({ signature: (s) => bytes(halves(s)[0], thirtyTwo(ORDER)) })],
  ['all-ones', 'r and s beyond the order', made({ signature: () => new Uint8Array(64).fill(0xff) })],
  ['r-and-s-swapped', 's, r instead of r, s', made({ signature: (s) => bytes(halves(s)[1], halves(s)[0]) })],
  [
    'little-endian',
    'r and s backwards',
    made({ signature: (s) => bytes(backwards(halves(s)[0]), backwards(halves(s)[1])) }),
  ],
  ['signed-payload-only', 'signed without the Sig_structure', made({ toBeSigned: PAYLOAD })],
  [
    'signed-as-many',
    'signed with the context “Signature” of COSE_Sign',
    made({ toBeSigned: sigStructure(HEADER, PAYLOAD, 'Signature') }),
  ],
  [
    'signed-with-aad',
    'signed with external data',
    made({ toBeSigned: sigStructure(HEADER, PAYLOAD, 'Signature1', hex('01')) }),
  ],
  [
    'signed-with-other-header',
    'signed with a header without kid',
    made({ toBeSigned: sigStructure(map(ALG), PAYLOAD) }),
  ],
];

const OUTER_LABELS = { insurer: 1, exp: 4, nbf: 5, handle: 7, 'private-claim': -65537 };
const CARD_LABELS = { 'conv-type': 1, 'birth-date': 3, 'birth-rank': 4, cover: 5, 'status-index': 6 };
const MISSING: Row[] = [
  ...Object.entries(OUTER_LABELS).map(
    ([name, label]): Row => [`${name}-missing`, `label ${label} is missing`, outer(label, null)],
  ),
  ...Object.entries(CARD_LABELS).map(
    ([name, label]): Row => [
      `${name}-missing`,
      `label ${label} of the private claim is missing`,
      card(label, null),
    ],
  ),
];

const innerMap = PAYLOAD.subarray(Buffer.from(PAYLOAD).indexOf(int(-65537)) + 5);
const beforeInner = PAYLOAD.subarray(1, Buffer.from(PAYLOAD).indexOf(int(-65537)));
const SPELLING: Row[] = [
  ['payload-empty', 'no claims', signedBy(new Uint8Array(0))],
  ['payload-empty-map', 'a map of nothing', signedBy(map())],
  ['payload-array', 'an array instead of a map', signedBy(array(PAYLOAD))],
  ['payload-tagged', 'tag 61 inside', signedBy(tag(61, PAYLOAD))],
  ['payload-trailing', 'a byte after the claims', signedBy(bytes(PAYLOAD, 0))],
  ['payload-truncated', 'the last byte of the claims is missing', signedBy(PAYLOAD.subarray(0, -1))],
  ['payload-indefinite', 'claims of indefinite length', signedBy(bytes(0xbf, PAYLOAD.subarray(1), 0xff))],
  [
    'payload-long-head',
    'the map of five spelled in two bytes',
    signedBy(bytes(0xb8, 5, PAYLOAD.subarray(1))),
  ],
  ['payload-unsorted', 'the private claim first', signedBy(bytes(0xa5, int(-65537), innerMap, beforeInner))],
  [
    'payload-label-twice',
    'the insurer twice',
    signedBy(bytes(0xa6, int(1), tstr(STANDARD.insurer), PAYLOAD.subarray(1))),
  ],
  ['payload-unknown-label', 'an issue time (6)', outer(6, int(STANDARD.nbf))],
  [
    'payload-text-label',
    'a label that is a text',
    signedBy(bytes(0xa6, PAYLOAD.subarray(1), tstr('iss'), tstr('x'))),
  ],
  ['card-unknown-label', 'label 7 of the private claim', card(7, int(1))],
  ['card-array', 'the private claim as an array', outer(-65537, array())],
  ['cover-domain-twice', 'PHAR twice', rules([int(1), tstr('R1')], [int(1), tstr('R2')])],
  ['cover-unsorted', 'MED before PHAR', rules([int(2), tstr('R1')], [int(1), tstr('R1')])],
  ['cover-indefinite', 'a cover of indefinite length', card(5, bytes(0xbf, int(1), tstr('R1'), 0xff))],
  ['text-indefinite', 'a text in chunks', outer(1, bytes(0x7f, tstr('09990'), tstr('00101'), 0xff))],
  ['text-not-utf-8', 'a text that is not UTF-8', card(1, bytes(0x62, 0xc3, 0x28))],
  ['nested-too-deep', 'arrays in arrays in arrays', outer(1, bytes(new Uint8Array(40).fill(0x81), int(0)))],
];

const VALUES: Row[] = [
  ['insurer-8-digits', 'the number is written with ten digits on cards', outer(1, tstr('99900101'))],
  ['insurer-number', 'a number instead of a text', outer(1, int(999000101))],
  ['insurer-letters', 'letters in the number', outer(1, tstr('099900010A'))],
  ['exp-text', 'a text instead of a number', outer(4, tstr(String(STANDARD.exp)))],
  ['exp-float', 'a floating-point number', outer(4, float64(STANDARD.exp))],
  ['exp-tagged', 'tag 1 (epoch) around the number', outer(4, tag(1, int(STANDARD.exp)))],
  ['exp-huge', '2^53: more than can be counted exactly', outer(4, int(2 ** 53))],
  ['exp-nan', 'not a number', outer(4, hex('f97e00'))],
  ['exp-null', 'null', outer(4, hex('f6'))],
  ['nbf-negative', 'before 1970', outer(5, int(-1))],
  ['nbf-is-exp', 'a card that is valid at no time', outer(5, int(STANDARD.exp))],
  ['nbf-after-exp', 'ends before it begins', outer(5, int(STANDARD.exp + 1))],
  ['handle-15-bytes', 'a byte too few', outer(7, bstr(HANDLE.subarray(1)))],
  ['handle-17-bytes', 'a byte too many', outer(7, bstr(bytes(HANDLE, 0)))],
  ['handle-empty', 'a handle of no bytes', outer(7, bstr(new Uint8Array(0)))],
  ['handle-text', 'a text instead of bytes', outer(7, tstr('8f1c3a5e7092b4d6'))],
  ['conv-type-one-character', 'two characters, always', card(1, tstr('R'))],
  ['conv-type-lower-case', 'capitals and digits only', card(1, tstr('rp'))],
  ['conv-type-bytes', 'bytes instead of a text', card(1, bstr(hex('5250')))],
  ['csr-empty', 'an empty CSR: no CSR is no label', card(2, tstr(''))],
  ['csr-10-characters', 'nine at most', card(2, tstr('7501002000'))],
  ['csr-pattern', 'a ? belongs to routing tables', card(2, tstr('75?'))],
  ['csr-null', 'null instead of no label', card(2, hex('f6'))],
  ['csr-number', 'a number instead of a text', card(2, int(750100200))],
  ['birth-date-nine-digits', 'nine digits', card(3, int(119790614))],
  ['birth-date-negative', 'a negative number', card(3, int(-19790614))],
  ['birth-date-text', 'a text instead of a number', card(3, tstr('19790614'))],
  ['birth-date-float', 'a floating-point number', card(3, float64(19790614))],
  ['birth-rank-0', '1 to 9', card(4, int(0))],
  ['birth-rank-10', '1 to 9', card(4, int(10))],
  ['birth-rank-text', 'a text instead of a number', card(4, tstr('1'))],
  ['birth-rank-true', 'true instead of a number', card(4, hex('f5'))],
  ['cover-empty', 'no domain at all', rules()],
  ['cover-array', 'an array instead of a map', card(5, array(int(1)))],
  ['domain-0', 'numbers begin with 1', rules([int(0), tstr('R1')])],
  ['domain-20', 'there are 19', rules([int(1), tstr('R1')], [int(20), tstr('R1')])],
  ['domain-negative', 'a negative number', rules([int(-1), tstr('R1')])],
  ['domain-text', 'the name instead of the number', rules([tstr('PHAR'), tstr('R1')])],
  [
    'domain-digit-as-text',
    'the text "1", which some languages take for the number',
    rules([tstr('1'), tstr('R1')]),
  ],
  [
    'domain-twice-by-text',
    'the number 1 and the text "1"',
    rules([int(1), tstr('R1')], [tstr('1'), tstr('R2')]),
  ],
  ['rule-empty', 'a rule without a name', rules([int(1), tstr('')])],
  ['rule-21-characters', 'twenty at most', rules([int(1), tstr('R'.repeat(21))])],
  ['rule-lower-case', 'capitals, digits, _ and -', rules([int(1), tstr('r1')])],
  ['rule-number', 'a number instead of a text', rules([int(1), int(1)])],
  ['status-index-negative', 'a negative number', card(6, int(-1))],
  ['status-index-too-large', '2^32: there is no such shard', card(6, int(2 ** 32))],
  ['status-index-float', 'a floating-point number', card(6, float64(123_456))],
  ['status-index-text', 'a text instead of a number', card(6, tstr('123456'))],
];

const cimes = { insurer: CIMES, convType: 'RC', csr: '7380' };
const expired = { exp: seconds('2026-11-20T00:00:00+01:00') };
const later = { nbf: seconds('2026-12-01T00:00:00+01:00') };
const revoked = { statusIndex: REVOKED.shard0 };
const oldDays = { nbf: seconds('2026-09-01T00:00:00+02:00'), exp: seconds('2027-09-01T00:00:00+02:00') };

const BY_REASON: Record<string, Row[]> = {
  'too-long': TOO_LONG,
  malformed: [...MALFORMED_ENVELOPE, ...MALFORMED_HEADER],
  algorithm: ALGORITHM,
  'key-unknown': KEY_UNKNOWN,
  signature: SIGNATURE,
  claims: [...MISSING, ...SPELLING, ...VALUES],
  insurer: [
    ['claims-another-insurer', 'a key of one insurer signs for another', spec({ insurer: VIEUX_PORT })],
    [
      'insurer-before-expiry',
      'another insurer and expired: the insurer is found first',
      spec({ insurer: VIEUX_PORT, ...expired }),
    ],
  ],
  'key-revoked': [
    ['key-revoked', 'its key was revoked on 2026-11-10', cardOf(cimes, KEYS.stolen)],
    [
      'key-revoked-today',
      'the first day on which the key no longer counts',
      cardOf(cimes, KEYS.stolen),
      { at: '2026-11-09T23:00:00Z' },
    ],
    [
      'key-revoked-before-expiry',
      'revoked key and expired: the key is found first',
      cardOf({ ...cimes, ...expired }, KEYS.stolen),
    ],
  ],
  'key-period': [
    [
      'key-too-old',
      'the last day of the key was 2026-09-30, the card says a year',
      cardOf(oldDays, KEYS.old),
    ],
    ['key-too-new', 'the key counts from 2027-01-01 on', cardOf({}, KEYS.next)],
    [
      'key-ended-in-paris',
      'at 23:00 UTC it is the next day in Paris',
      spec({ exp: seconds('2028-02-01T00:00:00+01:00') }),
      { at: '2027-12-31T23:00:00Z' },
    ],
    [
      'key-period-before-expiry',
      'old key and expired: the key is found first',
      cardOf({ ...oldDays, ...expired }, KEYS.old),
    ],
  ],
  'not-yet-valid': [
    ['not-yet-valid', 'valid from December on', spec(later)],
    ['second-before-nbf', 'one second early', GOOD, { at: '2026-10-31T22:59:59Z' }],
    [
      'not-yet-valid-before-revoked',
      'not yet valid and revoked: the time is found first',
      spec({ ...later, ...revoked }),
      { status: SHARD_0 },
    ],
  ],
  expired: [
    ['expired', 'ended two days ago', spec(expired)],
    ['at-exp', 'no longer valid from the very second of exp', GOOD, { at: '2027-10-31T23:00:00Z' }],
    [
      'expired-before-revoked',
      'expired and revoked: the time is found first',
      spec({ ...expired, ...revoked }),
      { status: SHARD_0 },
    ],
  ],
  revoked: [
    ['revoked', 'its bit is set', spec(revoked), { status: SHARD_0 }],
    [
      'revoked-second-shard',
      'its bit is set in the second shard',
      spec({ statusIndex: REVOKED.shard1 }),
      { status: SHARD_1 },
    ],
  ],
};

export function badVectors(): Vector[] {
  return Object.entries(BY_REASON).flatMap(([reason, rows]) =>
    rows.map(([name, why, bad, { at = NOON, ...more } = {}]) => ({
      name,
      why,
      card: base64url(bad),
      at,
      ...more,
      expected: { valid: false, reason },
    })),
  );
}
