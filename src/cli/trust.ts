// `rempart trust sign`: the trust root signs the list of keys (CONTRACT.md 3.4). Meant for a computer without a network,
// where the holders of the root meet. It reads the list it signs, so that nobody signs what no verifier would accept.

import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { parseTrustList, type TrustList } from '../core/trust-list.ts';
import { openTrustList } from '../crypto/trust-file.ts';
import { writePrivate } from '../demo/files.ts';
import { readGiven, rootPrivateKey } from './card-trust.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart trust sign LIST --root KEY [--before OLDER]
  LIST      trust.json: {ledger, cards: [{kid, insurer, jwk, from, to, revokedOn?}], insurers: {AMC: name}, packs, issuedAt}
  --root    private key of the trust root (JWK, P-256); needed for the signing alone
  --before  the list in force: what is added, revoked and left out is shown, and an issuedAt that is not later refused
Writes LIST.jws beside LIST. To revoke a card key set its revokedOn (YYYY-MM-DD) and a later issuedAt, and sign again.
`;

const MALFORMED =
  'no trust list: a key or a day is missing or malformed, or issuedAt is not of the form 2026-11-23T09:00:00Z';

const OPTIONS = { root: { type: 'string' }, before: { type: 'string' } } as const;

/** Exit code: 0 signed, 1 refused, 2 wrong usage. */
export function trustCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const [verb, path, ...more] = words;
    const { root, before } = values;
    if (verb !== 'sign' || path === undefined || more.length > 0)
      throw new UsageError('say: trust sign LIST');
    if (typeof root !== 'string') throw new UsageError('--root is missing');
    const older = typeof before === 'string' ? await readList(before) : null;
    const text = await readGiven(path);
    const list = parseTrustList(jsonOf(text));
    const problem = list ? problemOf(list, older, io.now()) : MALFORMED;
    if (!list || problem) {
      io.stderr(`Not signed: ${problem}.\n`);
      io.stdout(`${JSON.stringify({ signed: false, problem })}\n`);
      return 1;
    }
    await writePrivate(`${path}.jws`, detachedJws(text, await rootPrivateKey(root)));
    io.stdout(`${JSON.stringify({ signed: true, ...changes(list, older) }, null, io.json ? 0 : 2)}\n`);
    return 0;
  });
}

/** A signature that its own verifier does not accept is not written. */
function detachedJws(text: Buffer, privateKey: KeyObject): string {
  const header = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url');
  const signed = Buffer.from(`${header}.${text.toString('base64url')}`);
  const signature = sign('sha256', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const jws = `${header}..${signature.toString('base64url')}`;
  if (!openTrustList(text, jws, createPublicKey(privateKey)))
    throw new Error('this key signs nothing that verifies');
  return jws;
}

/** Signed for later than this, a list would be refused now and could not be overtaken then. */
const MOST_AHEAD_MS = 300_000;

function problemOf(list: TrustList, older: TrustList | null, nowMs: number): string | null {
  const issuedAtMs = Date.parse(list.issuedAt);
  if (issuedAtMs > nowMs + MOST_AHEAD_MS) return 'issuedAt is in the future';
  const isLater = !older || issuedAtMs > Date.parse(older.issuedAt);
  return isLater ? null : 'issuedAt is not later than that of the list in force';
}

/** What the holders of the root agree to, by key. */
function changes(list: TrustList, older: TrustList | null) {
  const known = older?.cards ?? new Map();
  const keys = [...list.cards.values()];
  return {
    issuedAt: list.issuedAt,
    keys: keys.length,
    added: keys.filter(({ kid }) => !known.has(kid)).map(({ kid, insurer }) => ({ kid, insurer })),
    revoked: keys
      .filter(({ revokedOn }) => revokedOn !== null)
      .map(({ kid, revokedOn }) => ({ kid, revokedOn })),
    leftOut: [...known.keys()].filter((kid) => !list.cards.has(kid)),
  };
}

async function readList(path: string): Promise<TrustList> {
  const list = parseTrustList(jsonOf(await readGiven(path)));
  if (!list) throw new UsageError(`${path} is no trust list`);
  return list;
}

function jsonOf(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return null;
  }
}
