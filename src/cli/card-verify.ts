// `rempart card verify`: is this card good? With files alone: no network, no server, no demo.
// Must never say “not revoked” of a card whose status list it has not seen.

import type { CardProblem, CardVerdict } from '../core/card.ts';
import { parisDayOf, shownClaims } from '../core/card-shown.ts';
import { parisMidnight } from '../core/paris-day.ts';
import { isCareDate } from '../core/period.ts';
import { type StatusList, shardName } from '../core/status-list.ts';
import type { TrustList } from '../core/trust-list.ts';
import { type Moment, verifyCard } from '../crypto/card-signature.ts';
import { readCardFile } from './card-file.ts';
import { FRESH_DAYS, readStatusLists, type ShownList, shownList } from './card-status.ts';
import { readTrust, type TrustProblem } from './card-trust.ts';
import type { CliIo } from './io.ts';
import { listOf, readOptions, UsageError } from './usage.ts';

const USAGE = `Usage: rempart card verify FILE --trust TRUST [--root ROOT] [--status STATUS …] [--at DATE]
  FILE             the card: its bytes, the text of its code (RMP1…), base64url, or a PNG or JPEG picture of it
  --trust TRUST    the trust list (trust.json) with the insurers' keys
  --root ROOT      the trust root's public key (JWK): trust.json.jws beside TRUST must be signed by it
  --status STATUS  a status list, or a folder of them; may be given several times
  --at DATE        the day (YYYY-MM-DD, noon in Paris) or the instant (RFC 3339); now unless told
Prints {valid, reason, claims, …}. Exit code 0: valid, 1: not, or the trust list is not; 2: wrong usage.
`;

const NOON_SECONDS = 43_200;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

const SENTENCES: Readonly<Record<CardProblem | TrustProblem | PictureProblem, string>> = {
  'too-long': 'more bytes than any card has',
  malformed: 'this is no card, or it was damaged',
  algorithm: 'it is signed by another method than ES256',
  'key-unknown': 'the trust list does not know its key',
  signature: 'it is forged or was changed',
  claims: 'it is signed, but what it says is incomplete or impossible',
  insurer: 'its key belongs to another insurer than the card names',
  'key-revoked': 'the insurer’s key was revoked',
  'key-period': 'the insurer’s key does not count on this day',
  'not-yet-valid': 'it is not valid yet',
  expired: 'it has expired',
  revoked: 'it was revoked',
  'trust-list-malformed': 'the trust list cannot be read',
  'trust-list-unsigned': 'there is no trust.json.jws beside the trust list',
  'trust-list-signature': 'the trust list is not signed by this root',
  nothing: 'there is no code in this picture',
  'other-code': 'the code in this picture is no card',
  'several-cards': 'there are several cards in this picture',
  'not-a-picture': 'the picture cannot be read',
  'too-large': 'the picture is too large',
};
type PictureProblem = 'nothing' | 'other-code' | 'several-cards' | 'not-a-picture' | 'too-large';

export const cardVerify = {
  usage: USAGE,
  async run(argv: string[], io: CliIo): Promise<number> {
    const { values, words } = readOptions(argv, {
      trust: { type: 'string' },
      root: { type: 'string' },
      status: { type: 'string', multiple: true },
      at: { type: 'string' },
    });
    const [file, ...more] = words;
    if (file === undefined || more.length > 0) throw new UsageError('name one file');
    if (typeof values['trust'] !== 'string') throw new UsageError('--trust is missing');
    const moment = momentOf(values['at'], io);
    const root = typeof values['root'] === 'string' ? values['root'] : null;
    const trust = await readTrust(values['trust'], root);
    if (typeof trust === 'string') return refused(trust, io);
    if (root === null) io.stderr('Without --root the signature of the trust list itself was not checked.\n');
    const found = await readCardFile(file);
    if (!found.ok) return refused(found.reason, io);
    const paths = listOf(values, 'status');
    return judge(found.card, { trust, moment, paths, rootChecked: root !== null }, io);
  },
};

function momentOf(at: unknown, io: CliIo): Moment {
  if (isCareDate(at)) return { at: parisMidnight(at) + NOON_SECONDS, day: at };
  const isInstant = typeof at === 'string' && INSTANT.test(at);
  const ms = at === undefined ? io.now() : isInstant ? Date.parse(at) : Number.NaN;
  if (!(ms >= 0)) throw new UsageError('--at is a day (2026-11-22) or an instant (2026-11-22T11:00:00Z)');
  const seconds = Math.floor(ms / 1000);
  return { at: seconds, day: parisDayOf(seconds) };
}

function refused(reason: string, io: CliIo): number {
  print({ valid: false, reason, claims: null, status: 'not-checked' }, io);
  io.stderr(`Not accepted: ${SENTENCES[reason as PictureProblem] ?? reason} (${reason}).\n`);
  return 1;
}

type Context = { trust: TrustList; moment: Moment; paths: readonly string[]; rootChecked: boolean };

async function judge(
  card: Uint8Array,
  { trust, moment, paths, rootChecked }: Context,
  io: CliIo,
): Promise<number> {
  const { lists, complaints } = await readStatusLists(paths, trust, moment);
  for (const complaint of complaints) io.stderr(`${complaint}\n`);
  const verdict = verifyCard(card, trust, moment, (shard) => lists.get(shard) ?? null);
  const list = listAsked(verdict, lists);
  const shown = list ? shownList(list, moment.at) : null;
  print(
    {
      valid: verdict.valid,
      reason: verdict.valid ? null : verdict.reason,
      claims: verdict.claims && shownClaims(verdict.claims),
      status: statusOf(verdict),
      statusList: shown,
      at: new Date(moment.at * 1000).toISOString(),
      trust: { issuedAt: trust.issuedAt, rootChecked },
    },
    io,
  );
  for (const sentence of sentencesOf(verdict, shown)) io.stderr(`${sentence}\n`);
  return verdict.valid ? 0 : 1;
}

function statusOf(verdict: CardVerdict): 'not-revoked' | 'revoked' | 'not-checked' {
  if (verdict.valid) return verdict.status ?? 'not-checked';
  return verdict.reason === 'revoked' ? 'revoked' : 'not-checked';
}

/** The list that was asked, or would have been. */
function listAsked({ claims }: CardVerdict, lists: ReadonlyMap<string, StatusList>): StatusList | null {
  return claims ? (lists.get(shardName(claims.insurer, claims.statusIndex)) ?? null) : null;
}

function sentencesOf(verdict: CardVerdict, list: ShownList | null): string[] {
  if (!verdict.valid) return [`Not accepted: ${SENTENCES[verdict.reason]} (${verdict.reason}).`];
  const { insurer, statusIndex } = verdict.claims;
  if (!list) {
    const shard = shardName(insurer, statusIndex);
    return [`Valid. Whether it was revoked is not known: status list ${shard} was not at hand.`];
  }
  const said = `Valid, and not revoked as of ${list.issuedAt}.`;
  if (list.fresh) return [said];
  if (list.ageDays < 0) return [said, 'That list was made after the moment asked about: is the clock right?'];
  const old = `That list is ${list.ageDays} days old: after ${FRESH_DAYS} days a revocation may be missing from it.`;
  return [said, old];
}

function print(result: object, io: CliIo): void {
  io.stdout(`${JSON.stringify(result, null, io.json ? 0 : 2)}\n`);
}
