// A block goes in, sealed rows come out: what they hold, what opens them, and what never shows.

import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rights } from '../core/entitlement.ts';
import { FEED_LINE_REASONS } from '../core/feed-line.ts';
import type { AmcNo } from '../core/ids.ts';
import { nirKey } from '../core/nir.ts';
import { secretKey, unseal } from '../crypto/seal.ts';
import {
  DOOR_KINDS,
  deriveDoor,
  epochKeys,
  identityFields,
  linkAad,
  memberFields,
  purposeKey,
  type RecordDoorKind,
  recordAad,
} from './derive.ts';
import { withIdentity } from './identity-halves.ts';
import type { InsurerKeys } from './keyring.ts';
import { BLOCK_LINES, fingerprintBlock, LINE_OPS, type SealedBlock, sealBlock } from './seal-block.ts';

const AMC = '0999000101' as AmcNo;
const master = (n: number) => createSecretKey(Buffer.alloc(32, n));
const keysOf = (...epochs: number[]): InsurerKeys => ({
  amcNo: AMC,
  recordId: purposeKey(master(0), 'recordId'),
  notice: purposeKey(master(0), 'notice'),
  engagement: purposeKey(master(0), 'engagementTerms'),
  counter: purposeKey(master(0), 'counter'),
  epochs: epochs.map((epoch) => withIdentity(epochKeys(epoch, master(epoch)), Buffer.alloc(32, epoch))),
});
const keys = keysOf(1);

const nir = (n: number) => {
  const first13 = `180017599${1}${String(n).padStart(3, '0')}`;
  return first13 + nirKey(first13);
};
const token = (n: number) => Buffer.alloc(16, n).toString('base64url');

function upsert(n: number, changes: Record<string, unknown> = {}) {
  return {
    op: 'UPSERT',
    ref: token(n),
    memberNo: `G7654321${String(n).padStart(4, '0')}`,
    beneficiary: {
      nir: nir(n),
      birthDate: '19800117',
      birthRank: 1,
      quality: 'INSURED',
      alsoUnder: [] as string[],
    },
    card: { handle: token(n + 100), from: '2026-01-01', to: '2026-12-31' } as object | null,
    identityDoor: true,
    convType: 'RP',
    csr: null,
    responsible: true,
    product: 'CONFORT-2',
    periods: [{ domain: 'PHAR', from: '2026-01-01', to: null as string | null, rule: 'R1' }],
    ...changes,
  };
}

function closing(n: number) {
  const { ref, memberNo, beneficiary } = upsert(n);
  return { op: 'CLOSE', ref, memberNo, beneficiary, on: '2026-01-01' };
}

const blockOf = (lines: readonly unknown[]) =>
  Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));

function seal(lines: readonly unknown[], job: Partial<Parameters<typeof sealBlock>[0]> = {}): SealedBlock {
  const unchanged = new Uint8Array();
  return sealBlock({ keys, block: blockOf(lines), index: 0, unchanged, onlyFictitious: false, ...job });
}

/** The fields of each row, read as PostgreSQL reads them. */
function rowsOf(rows: Buffer): (Buffer | null)[][] {
  const read: (Buffer | null)[][] = [];
  for (let at = 0; at < rows.length; ) {
    const fields: (Buffer | null)[] = [];
    const count = rows.readInt16BE(at);
    at += 2;
    for (let field = 0; field < count; field += 1) {
      const length = rows.readInt32BE(at);
      at += 4;
      fields.push(length === -1 ? null : rows.subarray(at, at + length));
      if (length > 0) at += length;
    }
    read.push(fields);
  }
  return read;
}

function linesOf({ lines }: SealedBlock) {
  return rowsOf(lines).map(([lineNo, op, recordId, ref, fingerprint, expires, closed, sealed]) => ({
    lineNo: lineNo?.readInt32BE(),
    op: op?.readInt16BE(),
    recordId,
    ref: ref?.toString('base64url') ?? null,
    fingerprint: fingerprint?.toString('hex') ?? null,
    expires: expires ? day(expires.readInt32BE()) : null,
    closed: closed ? day(closed.readInt32BE()) : null,
    sealed,
  }));
}

function doorsOf({ doors }: SealedBlock) {
  return rowsOf(doors).map(([lineNo, locator, kind, epoch, tag, link]) => ({
    lineNo: lineNo?.readInt32BE(),
    locator: locator?.toString('hex') ?? '',
    kind: kind?.readInt16BE(),
    epoch: epoch?.readInt16BE(),
    tag: tag?.readBigInt64BE(),
    link: link ?? null,
  }));
}

/** Days since 2000-01-01, as the database counts them. */
const day = (number: number) => new Date(Date.UTC(2000, 0, 1 + number)).toISOString().slice(0, 10);

/** What is behind a door: record id and record key. */
function openLink(sealed: SealedBlock, kind: RecordDoorKind, fields: string[], epoch = 1) {
  const keysThen = withIdentity(epochKeys(epoch, master(epoch)), Buffer.alloc(32, epoch));
  const door = deriveDoor(keysThen, kind, fields);
  const row = doorsOf(sealed).find(({ locator }) => locator === door.locator.toString('hex'));
  const aad = linkAad(AMC, kind, epoch, door.locator);
  const link = row?.link ? unseal(secretKey(door.doorKey), row.link, aad) : null;
  return link ? { recordId: link.subarray(0, 16), recordKey: link.subarray(16, 48) } : null;
}

/** Goes through a door as the check does: locator, link, record. */
function open(
  sealed: SealedBlock,
  kind: RecordDoorKind,
  fields: string[],
  epoch = 1,
  owner = keys,
): Rights | null {
  const link = openLink(sealed, kind, fields, epoch);
  if (!link) return null;
  const line = linesOf(sealed).find((one) => one.recordId?.equals(link.recordId));
  const aad = recordAad(owner.amcNo, link.recordId);
  const plain = unseal(secretKey(link.recordKey), line?.sealed as Buffer, aad);
  return plain && plain[0] === 1 ? (JSON.parse(plain.toString('utf8', 1)) as Rights) : null;
}
const member = (line: ReturnType<typeof upsert>, under = line.beneficiary.nir) =>
  memberFields(line.memberNo, { ...line.beneficiary, nir: under });

describe('an UPSERT line', () => {
  it('becomes a record and the doors it asks for', () => {
    const line = upsert(1);
    const sealed = seal([line]);
    expect(sealed.reply).toEqual({
      rejected: [],
      upserts: 1,
      closes: 0,
      erases: 0,
      unchanged: 0,
      canaries: 0,
    });
    expect(linesOf(sealed)).toMatchObject([
      { lineNo: 1, op: LINE_OPS.upsert, ref: line.ref, expires: null, closed: null },
    ]);
    expect(doorsOf(sealed).map(({ kind, epoch }) => [kind, epoch])).toEqual([
      [DOOR_KINDS.member, 1],
      [DOOR_KINDS.identity, 1],
      [DOOR_KINDS.card, 1],
    ]);
    const rights = {
      product: 'CONFORT-2',
      responsible: true,
      convType: 'RP',
      csr: null,
      card: { from: '2026-01-01', to: '2026-12-31' },
      periods: line.periods,
    };
    expect(open(sealed, 'member', member(line))).toEqual(rights);
    expect(open(sealed, 'identity', identityFields(line.beneficiary))).toEqual(rights);
    expect(open(sealed, 'card', [token(101)])).toEqual(rights);
  });

  it('has a member door per NIR it is known under, an identity door under its own only', () => {
    const line = upsert(1);
    line.beneficiary.alsoUnder = [nir(3), nir(2)];
    const sealed = seal([line]);
    expect(doorsOf(sealed).length).toBe(5);
    for (const under of [nir(1), nir(2), nir(3)])
      expect(open(sealed, 'member', member(line, under))).not.toBeNull();
    expect(open(sealed, 'identity', identityFields({ ...line.beneficiary, nir: nir(2) }))).toBeNull();
  });

  it('has no identity door and no card door unless asked for', () => {
    expect(doorsOf(seal([upsert(1, { identityDoor: false, card: null })])).length).toBe(1);
    expect(doorsOf(seal([upsert(1, { identityDoor: undefined, card: undefined })])).length).toBe(1);
  });

  it('is sealed under a fresh record key and fresh nonces every time', () => {
    const [first, second] = [seal([upsert(1)]), seal([upsert(1)])];
    expect(linesOf(first)[0]?.sealed?.equals(linesOf(second)[0]?.sealed as Buffer)).toBe(false);
    const links = [first, second].flatMap(doorsOf).map(({ link }) => link?.toString('hex'));
    expect(new Set(links).size).toBe(6);
    const stable = (sealed: SealedBlock) => [
      linesOf(sealed).map(({ recordId, fingerprint }) => [recordId, fingerprint]),
      doorsOf(sealed).map(({ locator, tag }) => [locator, tag]),
    ];
    expect(stable(first)).toEqual(stable(second));
  });

  it('shares its record key with nobody and with no earlier writing, so that a key once seen opens nothing later', () => {
    const key = (sealed: SealedBlock, n: number) =>
      openLink(sealed, 'member', member(upsert(n)))?.recordKey.toString('hex');
    const [first, second] = [seal([upsert(1), upsert(2)]), seal([upsert(1), upsert(2)])];
    expect(new Set([key(first, 1), key(first, 2), key(second, 1), key(second, 2)]).size).toBe(4);
    const throughCard = openLink(first, 'card', [token(101)])?.recordKey.toString('hex');
    expect(throughCard).toBe(key(first, 1)); // all doors of one person lead to one record
  });

  it('is sealed under the newest epoch', () => {
    const sealed = seal([upsert(1)], { keys: keysOf(2, 1) });
    expect(new Set(doorsOf(sealed).map(({ epoch }) => epoch))).toEqual(new Set([2]));
    expect(open(sealed, 'member', member(upsert(1)), 2)).not.toBeNull();
  });

  it('does not open when a link or a record was moved, or at another insurer', () => {
    const sealed = seal([upsert(1), upsert(2)]);
    const other = { ...keys, amcNo: '0999000102' as AmcNo };
    expect(open(sealed, 'member', member(upsert(1)), 1, other)).toBeNull();
    const [first, second] = doorsOf(sealed).filter(({ kind }) => kind === DOOR_KINDS.member);
    first?.link?.set(second?.link as Buffer);
    expect(open(sealed, 'member', member(upsert(1)))).toBeNull();
  });

  it('tells by its owner tag whose door it is, and by nothing that two doors have in common', () => {
    const tags = (line: object) => doorsOf(seal([line])).map(({ tag }) => tag);
    expect(tags(upsert(1, { product: 'OTHER' }))).toEqual(tags(upsert(1)));
    expect(tags(upsert(1, { ref: token(9) }))).not.toEqual(tags(upsert(1)));
    expect(new Set(tags(upsert(1))).size).toBe(3);
  });

  it('has a length that tells little: rights are padded to 64 bytes', () => {
    const sizes = new Set(
      ['A', 'AB', 'ABCDEFGH', 'ABCDEFGHIJKLMNOPQRST'].map(
        (product) => linesOf(seal([upsert(1, { product })]))[0]?.sealed?.length,
      ),
    );
    for (const size of sizes) expect((Number(size) - 29) % 64).toBe(0);
    expect(sizes.size).toBeLessThan(3);
  });

  it('may have very many periods', () => {
    const periods = Array.from({ length: 200 }, (_, i) => ({
      domain: 'PHAR',
      from: `${1800 + i}-01-01`,
      to: `${1800 + i}-12-31`,
      rule: 'ABCDEFGHIJKLMNOPQRST',
    }));
    const line = upsert(1, { periods });
    expect(open(seal([line, upsert(2)]), 'member', member(line))?.periods.length).toBe(200);
    expect(open(seal([line, upsert(2)]), 'member', member(upsert(2)))?.periods.length).toBe(1);
  });

  it('expires on the first of the month after its last day, or never', () => {
    const until = (...ends: (string | null)[]) => {
      const periods = ends.map((to, i) => ({
        domain: ['PHAR', 'OPTI'][i],
        from: '2024-01-01',
        to,
        rule: 'R1',
      }));
      return linesOf(seal([upsert(1, { periods })]))[0]?.expires;
    };
    expect(until('2027-03-17')).toBe('2027-04-01');
    expect(until('2027-12-31', '2026-01-01')).toBe('2028-01-01');
    expect(until('2028-02-29')).toBe('2028-03-01');
    expect(until('2027-03-17', null)).toBeNull();
    expect(until('9999-12-31')).toBeNull();
  });
});

describe('other lines', () => {
  const person = (n: number) => {
    const { ref, memberNo, beneficiary } = upsert(n);
    return { ref, memberNo, beneficiary };
  };

  it('CLOSE names the record and the day', () => {
    const sealed = seal([{ op: 'CLOSE', ...person(1), on: '2026-11-30' }]);
    expect(linesOf(sealed)).toMatchObject([
      { op: LINE_OPS.close, ref: token(1), closed: '2026-11-30', sealed: null },
    ]);
    expect(linesOf(sealed)[0]?.recordId).toEqual(linesOf(seal([upsert(1)]))[0]?.recordId);
    expect(doorsOf(sealed)).toEqual([]);
  });

  it('ERASE names its doors in every living epoch, without a link', () => {
    const erase = { op: 'ERASE', ...person(1), card: upsert(1).card };
    const sealed = seal([erase], { keys: keysOf(2, 1) });
    expect(linesOf(sealed)).toMatchObject([{ op: LINE_OPS.erase, sealed: null }]);
    const named = doorsOf(sealed);
    expect(named.map(({ kind, epoch }) => `${kind}/${epoch}`).sort()).toEqual([
      '1/1',
      '1/2',
      '2/1',
      '2/2',
      '3/1',
      '3/2',
    ]);
    expect(named.every(({ link }) => link === null)).toBe(true);
    for (const epoch of [1, 2]) {
      const written = doorsOf(seal([upsert(1)], { keys: keysOf(epoch) }));
      for (const { locator, tag } of written)
        expect(named).toContainEqual(expect.objectContaining({ locator, tag, epoch }));
    }
  });

  it('a rejected line says why, and whose it is when that could be read', () => {
    const sealed = seal([
      '{"op":',
      upsert(1, { product: 'lower case' }),
      upsert(2),
      '',
      upsert(3, { ref: 'short' }),
    ]);
    expect(sealed.reply.rejected).toEqual([
      { line: 1, reason: 'line-not-json', ref: null },
      { line: 2, reason: 'product-malformed', ref: token(1) },
      { line: 4, reason: 'line-not-json', ref: null },
      { line: 5, reason: 'ref-malformed', ref: null },
    ]);
    expect(linesOf(sealed).map(({ lineNo, op }) => [lineNo, op])).toEqual([
      [2, LINE_OPS.named],
      [3, LINE_OPS.upsert],
    ]);
    expect(linesOf(sealed)[0]?.recordId).toEqual(linesOf(seal([upsert(1)]))[0]?.recordId);
  });

  it('the demo takes fictitious NIRs only', () => {
    const real = upsert(1);
    real.beneficiary.nir = '185057512345673';
    const parent = upsert(2);
    parent.beneficiary.alsoUnder = ['185057512345673'];
    const sealed = seal([real, parent, upsert(3)], { onlyFictitious: true });
    expect(sealed.reply.rejected).toEqual([
      { line: 1, reason: 'nir-not-fictitious', ref: token(1) },
      { line: 2, reason: 'nir-not-fictitious', ref: token(2) },
    ]);
    expect(seal([real]).reply.upserts).toBe(1);
  });
});

describe('a canary', () => {
  it('is sealed as such and counted, unchanged or not; nothing outside the seal tells which line it was', () => {
    const lines = [upsert(1), { ...upsert(2), canary: true }, { ...upsert(3), canary: true }, upsert(4)];
    const sealed = seal(lines, { unchanged: Uint8Array.of(0b0100) });
    expect(sealed.reply).toMatchObject({ upserts: 3, unchanged: 1, canaries: 2 });
    expect(open(sealed, 'member', member(upsert(2)))).toMatchObject({ canary: true });
    expect(open(sealed, 'member', member(upsert(1)))).not.toHaveProperty('canary');
    const sizes = linesOf(sealed).flatMap(({ sealed: bytes }) => (bytes ? [bytes.length] : []));
    expect(new Set(sizes).size).toBe(1);
  });
});

describe('a block', () => {
  it('is numbered by its place in the feed, and its last line may lack its newline', () => {
    const block = blockOf([upsert(1), 'x', upsert(2)]).subarray(0, -1);
    const sealed = seal([], { block, index: 3 });
    expect(linesOf(sealed).map(({ lineNo }) => lineNo)).toEqual([3 * BLOCK_LINES + 1, 3 * BLOCK_LINES + 3]);
    expect(sealed.reply.rejected[0]?.line).toBe(3 * BLOCK_LINES + 2);
  });

  it('does not seal again what the bitmap names, and ignores the bit on any other line', () => {
    const lines = [upsert(1), 'x', upsert(3), closing(4)];
    const sealed = seal(lines, { unchanged: Uint8Array.of(0b1111) });
    expect(sealed.reply).toMatchObject({ unchanged: 2, upserts: 0, closes: 1 });
    expect(linesOf(sealed).map(({ lineNo, op, sealed: bytes }) => [lineNo, op, bytes])).toEqual([
      [1, LINE_OPS.keep, null],
      [3, LINE_OPS.keep, null],
      [4, LINE_OPS.close, null],
    ]);
    expect(doorsOf(sealed)).toEqual([]);
  });

  it('of many lines keeps every row whole, whatever the buffers were guessed to hold', () => {
    const periods = Array.from({ length: 60 }, (_, i) => ({
      domain: 'PHAR',
      from: `${1900 + i}-01-01`,
      to: `${1900 + i}-12-31`,
      rule: 'R1',
    }));
    const lines = Array.from({ length: 300 }, (_, i) => upsert(i % 200, { periods }));
    const sealed = seal(lines);
    expect(linesOf(sealed).length).toBe(300);
    expect(doorsOf(sealed).length).toBe(900);
    expect(open(sealed, 'card', [token(150)])).not.toBeNull();
  });

  it('shows nothing of anybody in what is written down, in any encoding', () => {
    const lines = [1, 2, 3].map((n) => upsert(n));
    const sealed = seal([...lines, closing(4), upsert(5, { product: 'x' })]);
    const written = Buffer.concat([sealed.lines, sealed.doors, Buffer.from(JSON.stringify(sealed.reply))]);
    const secrets = [1, 2, 3, 4, 5].flatMap((n) => [
      nir(n),
      nir(n).slice(0, 13),
      upsert(n).memberNo,
      token(n + 100),
    ]);
    for (const secret of [...secrets, '19800117', '1980-01-17', 'CONFORT']) {
      for (const bytes of [
        Buffer.from(secret),
        Buffer.from(secret, 'utf16le'),
        Buffer.from(Buffer.from(secret).toString('base64')),
      ]) {
        expect(written.includes(bytes)).toBe(false);
      }
    }
    expect(written.includes(Buffer.alloc(16, 101))).toBe(false); // a card handle in bytes
  });

  it('has one fingerprint per meaning, and none for a line that is no UPSERT', () => {
    const { ref, op, ...rest } = upsert(1);
    const reordered = { ...rest, ref, op };
    const prints = fingerprintBlock({
      keys,
      block: blockOf([upsert(1), reordered, upsert(1, { product: 'OTHER' }), 'x', closing(4)]),
    });
    const print = (i: number) => prints.toString('hex', i * 32, (i + 1) * 32);
    expect(prints.length).toBe(5 * 32);
    expect(print(0)).toBe(print(1));
    expect(print(2).slice(0, 32)).toBe(print(0).slice(0, 32));
    expect(print(2)).not.toBe(print(0));
    expect([print(3), print(4)]).toEqual(['0'.repeat(64), '0'.repeat(64)]);
    const [line] = linesOf(seal([upsert(1)]));
    expect(print(0)).toBe((line?.recordId?.toString('hex') ?? '') + line?.fingerprint);
  });
});

describe('any bytes', () => {
  const noise = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constant(JSON.stringify(upsert(1))),
    fc
      .record({ op: fc.constantFrom('UPSERT', 'CLOSE', 'ERASE', 'DROP'), ref: fc.string() })
      .map((line) => JSON.stringify(line)),
    fc.constant('[').map((bracket) => bracket.repeat(60_000)),
    fc.constant('{"__proto__":{"op":"UPSERT"}}'),
  );

  it('give each line one row, one rejection, or both when it is rejected by name', () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 20 }), fc.uint8Array({ maxLength: 4 }), (texts, unchanged) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' '));
        const sealed = seal(lines, { unchanged });
        const rows = linesOf(sealed).filter(({ op }) => op !== LINE_OPS.named);
        expect(rows.length + sealed.reply.rejected.length).toBe(lines.length);
        for (const { reason } of sealed.reply.rejected)
          expect(Object.keys(FEED_LINE_REASONS)).toContain(reason);
      }),
      { numRuns: 200 },
    );
  });
});
