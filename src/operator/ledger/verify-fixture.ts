// Test support: a small honest ledger with checkpoints and journal, made without the writer's code but for notes,
// and sources that hand it to the verifier. It must never be imported by anything that runs in production.

import { createPrivateKey, createPublicKey, hash, type KeyObject, sign } from 'node:crypto';
import { Frontier } from './merkle.ts';
import { encodeVkey, parseVkey, rawPublicKey, signCheckpoint } from './note.ts';
import type { LedgerSource, VerifyInput } from './verify.ts';
import type { StoredCheckpoint } from './verify-checkpoint.ts';
import type { JournalSource } from './verify-journal.ts';
import type { LedgerRow } from './verify-row.ts';

export const ORIGIN = 'rempart.example/test/log-1';
export const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
/** Between two entries. */
export const STEP_MS = 5_000;

export type MutableRow = { -readonly [K in keyof LedgerRow]: LedgerRow[K] };
export type MutableCheckpoint = { -readonly [K in keyof StoredCheckpoint]: StoredCheckpoint[K] };
export type JournalFacts = Record<string, unknown>;

/** Everything an attacker may lay hands on, and the key that he does not have. */
export type LedgerWorld = {
  rows: MutableRow[];
  checkpoints: MutableCheckpoint[];
  /** Facts of the journal's lines, numbered and chained by `chain`. */
  facts: JournalFacts[];
  journal: string[];
  key: KeyObject;
  nowMs: number;
};

const PKCS8_ED25519 = '302e020100300506032b657004220420';

/** A deterministic Ed25519 key: tests do not need chance. */
export function testKey(seed: string): KeyObject {
  const der = Buffer.concat([Buffer.from(PKCS8_ED25519, 'hex'), hash('sha256', seed, 'buffer')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export function vkeyOf(key: KeyObject, name = ORIGIN): string {
  return encodeVkey(name, rawPublicKey(createPublicKey(key)));
}

/** The hash of an entry, written down once more: 0x00 || version || commitments. */
export function leafOf(row: Pick<LedgerRow, 'memberSalt' | 'memberView' | 'restSalt' | 'rest'>): Buffer {
  const commit = (salt: Uint8Array | null, text: string | null) =>
    hash('sha256', Buffer.concat([salt ?? Buffer.alloc(0), Buffer.from(text ?? '')]), 'buffer');
  const entry = [Buffer.from([0, 1]), commit(row.memberSalt, row.memberView), commit(row.restSalt, row.rest)];
  return hash('sha256', Buffer.concat(entry), 'buffer');
}

/** A row that is right in itself; `rest` is its second text. */
export function makeRow(
  seq: number,
  rest: Record<string, unknown>,
  atMs = START_MS + seq * STEP_MS,
): MutableRow {
  const journalNo = typeof rest['journalNo'] === 'number' ? rest['journalNo'] : null;
  const body = {
    memberSalt: hash('sha256', `member ${seq}`, 'buffer'),
    memberView: JSON.stringify({
      at: new Date(atMs).toISOString(),
      by: 'pharmacist',
      structure: 'Pharmacie du Château',
      purpose: 'PHAR',
      evidence: 'member-number',
      fields: ['covered', 'coverTo'],
      outcome: '000',
    }),
    restSalt: hash('sha256', `rest ${seq}`, 'buffer'),
    rest: JSON.stringify(rest),
  };
  return { seq, atMs, ...body, leaf: leafOf(body), journalNo };
}

/** Puts numbers and chain into journal lines, as the vault does. */
export function chain(facts: readonly JournalFacts[]): string[] {
  let prev = '0'.repeat(64);
  return facts.map((fact, i) => {
    const line = JSON.stringify({ n: i + 1, ...fact, prev });
    prev = hash('sha256', line, 'hex');
    return line;
  });
}

export async function note(
  key: KeyObject,
  checkpoint: { size: number; root: Uint8Array; origin?: string },
): Promise<string> {
  const { origin = ORIGIN } = checkpoint;
  const { name, id } = parseVkey(vkeyOf(key));
  return signCheckpoint({ ...checkpoint, origin }, { name, id }, (message) => sign(null, message, key));
}

/** An honest ledger: every third entry opened no door; a checkpoint at each size of `signedAt`. */
export async function honestLedger(options: {
  entries: number;
  signedAt: readonly number[];
  /** Time of an entry; steadily forward if not given. */
  atMs?: (seq: number) => number;
}): Promise<LedgerWorld> {
  const key = testKey('log key');
  const world: LedgerWorld = { rows: [], checkpoints: [], facts: [], journal: [], key, nowMs: 0 };
  const tree = new Frontier();
  const at = (seq: number) => new Date(START_MS + seq * STEP_MS - 20).toISOString();
  world.facts.push({ at: at(0), do: 'start' });
  for (let seq = 0; seq < options.entries; seq += 1) {
    const opens = seq % 3 !== 0;
    if (opens)
      world.facts.push({ at: at(seq), do: 'open', client: 'c1', evidence: 'member-number', door: 'ab12' });
    const rest = opens
      ? { event: 'rights.checked', journalNo: world.facts.length }
      : { event: 'rights.refused' };
    const row = makeRow(seq, rest, options.atMs?.(seq));
    world.rows.push(row);
    tree.append(row.leaf);
    if (!options.signedAt.includes(seq + 1)) continue;
    const frontier = tree.serialise().toString('hex');
    world.facts.push({
      at: at(seq + 1),
      do: 'checkpoint',
      size: tree.size,
      root: tree.root().toString('hex'),
      frontier,
    });
    const stored = { size: tree.size, root: tree.root() };
    world.checkpoints.push({ ...stored, note: await note(key, stored), frontier });
  }
  world.journal = chain(world.facts);
  world.nowMs = START_MS + options.entries * STEP_MS + 60_000;
  return world;
}

/** What a verifier is given: sources over the world as it is at that moment, in small batches. */
export function inputOf(world: LedgerWorld, extras: Partial<VerifyInput> = {}): VerifyInput {
  return {
    ledger: memoryLedger(world),
    journal: memoryJournal(world),
    trusted: { origin: ORIGIN, vkey: vkeyOf(testKey('log key')) },
    clock: { nowMs: () => world.nowMs },
    sleep: async (ms) => {
      world.nowMs += ms;
    },
    ...extras,
  };
}

const BATCH = 7;

function memoryLedger(world: LedgerWorld): LedgerSource {
  return {
    async *entries(from) {
      const rows = from === 0 ? world.rows : world.rows.filter((row) => row.seq >= from);
      const sorted = [...rows].sort((a, b) => a.seq - b.seq);
      for (let at = 0; at < sorted.length; at += BATCH) yield sorted.slice(at, at + BATCH);
    },
    async *checkpoints() {
      yield [...world.checkpoints].sort((a, b) => a.size - b.size);
    },
  };
}

function memoryJournal(world: LedgerWorld): JournalSource {
  return {
    follow() {
      let at = 0;
      return {
        next: async () => {
          const lines = world.journal.slice(at, at + BATCH).map((line) => Buffer.from(line));
          at += lines.length;
          return lines.length > 0 ? lines : null;
        },
      };
    },
  };
}
