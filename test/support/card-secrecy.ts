// What must not stand on a card, searched for by somebody else's reader: NIR, member number, names, in every form they
// could hide in. For the test of the format and for that of whoever issues cards.

import { decodeCBOR } from '@ldclabs/cose-ts/utils';

export type KnownPerson = { nir: string; memberNo: string; names: readonly string[] };

/** Lengths of kid, handle and signature: random bytes, which now and then look like a text. */
const OPAQUE = [8, 16, 64];

/** Every value in the card, however deep, opened with a foreign CBOR reader; bytes that are CBOR are opened too. */
export function foreignValues(card: Uint8Array): unknown[] {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    found.push(value);
    if (value instanceof Map) for (const pair of value) pair.forEach(visit);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (value instanceof Uint8Array && !OPAQUE.includes(value.length)) opened(value).forEach(visit);
  };
  visit(decodeCBOR(card.subarray(1)));
  return found;
}

function opened(bytes: Uint8Array): unknown[] {
  try {
    return [decodeCBOR(bytes)];
  } catch {
    return []; // bytes that are only bytes
  }
}

/** What of this person the card betrays; nothing, when it is as it should be. */
export function betrayed(card: Uint8Array, person: KnownPerson): string[] {
  const raw = Buffer.from(card);
  const values = foreignValues(card);
  const texts = values.map((value) => (value instanceof Uint8Array ? '' : String(value)));
  const bytes = [
    raw,
    ...values.filter((value) => value instanceof Uint8Array).map((value) => Buffer.from(value)),
  ];
  const everywhere = (secret: string): boolean =>
    texts.some((text) => text.includes(secret)) || bytes.some((one) => hides(one, secret));
  const secrets = [
    person.nir,
    person.nir.slice(0, 13),
    person.nir.slice(1, 13),
    person.memberNo,
    ...person.names,
  ];
  return secrets.filter(everywhere);
}

/** As text in either case, as digits packed two a byte, as a number of either byte order, in base64 or hexadecimal. */
function hides(bytes: Buffer, secret: string): boolean {
  const forms = [Buffer.from(secret), Buffer.from(secret.toLowerCase()), Buffer.from(secret.toUpperCase())];
  forms.push(
    Buffer.from(Buffer.from(secret).toString('hex')),
    Buffer.from(Buffer.from(secret).toString('base64url')),
  );
  if (/^\d+$/.test(secret)) {
    const number = BigInt(secret).toString(16);
    const big = Buffer.from(number.padStart(number.length + (number.length % 2), '0'), 'hex');
    forms.push(big, Buffer.from([...big].reverse()));
    forms.push(Buffer.from(secret.padStart(secret.length + (secret.length % 2), '0'), 'hex'));
  }
  return forms.some((form) => bytes.includes(form));
}
