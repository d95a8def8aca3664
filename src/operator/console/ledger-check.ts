// "Verify now": runs `rempart ledger verify`, the very command, in a process of its own and at low priority, so that
// hashing a large ledger delays no check. One at a time; what it found is kept until the next one.

import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { type Clock, timestamp } from '../../lib/clock.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { VerifyResult } from '../ledger/verify.ts';
import { staffEntry } from './staff-entry.ts';

export type LedgerCheckParts = {
  /** Login that may read the ledger. */
  databaseUrl: string;
  trustFile: string;
  /** The vault's journal, or a copy of it, readable by this process; null: the check cannot be run from here. */
  journalDirectory: string | null;
  ledger: Ledger & { readonly size: number };
  clock: Clock;
};

export type LedgerCheckState =
  | { kind: 'unavailable' | 'none' }
  | { kind: 'running'; by: string; startedAt: string; entries: number; of: number }
  | ({ kind: 'done'; by: string; endedAt: string; seconds: number } & Pick<
      VerifyResult,
      'ok' | 'entries' | 'proved' | 'doors' | 'firstBad' | 'reason' | 'code'
    >)
  /** It could not be carried through; says nothing about the ledger. */
  | { kind: 'failed'; by: string; endedAt: string };

/** Longer than the largest ledger takes; a process that hangs must not block the next one for ever. */
const MOST_MS = 6 * 3_600_000;
const LOW_PRIORITY = 10;
const MOST_OUTPUT = 64 * 1024;

export class LedgerCheck {
  readonly #parts: LedgerCheckParts;
  #state: LedgerCheckState;
  #child: ChildProcess | null = null;

  constructor(parts: LedgerCheckParts) {
    this.#parts = parts;
    this.#state = { kind: parts.journalDirectory === null ? 'unavailable' : 'none' };
  }

  state(): LedgerCheckState {
    return this.#state;
  }

  /** Throws `verification-unavailable` or `verification-running`. */
  start(by: string): void {
    const { journalDirectory, ledger, clock } = this.#parts;
    if (journalDirectory === null) throw refusal('verification-unavailable');
    if (this.#child) throw refusal('verification-running');
    const startedAtMs = clock.nowMs();
    this.#state = { kind: 'running', by, startedAt: timestamp(startedAtMs), entries: 0, of: ledger.size };
    const child = this.#launch(journalDirectory);
    this.#child = child;
    this.#follow(child).then(
      (result) => this.#finish(by, startedAtMs, result),
      () => this.#finish(by, startedAtMs, null),
    );
  }

  stop(): void {
    this.#child?.kill('SIGKILL'); // it only reads
  }

  #launch(journalDirectory: string): ChildProcess {
    const { databaseUrl, trustFile } = this.#parts;
    const words = ['ledger', 'verify', '--json', '--journal', journalDirectory, '--trust', trustFile];
    const child = fork(join(packageRoot(), 'bin', 'rempart.js'), words, {
      env: { OPERATOR_DATABASE_LOG_URL: databaseUrl },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    try {
      if (child.pid !== undefined) setPriority(child.pid, LOW_PRIORITY);
    } catch {
      // it has ended already: its exit says how
    }
    return child;
  }

  #follow(child: ChildProcess): Promise<VerifyResult> {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, MOST_OUTPUT);
    });
    child.on('message', ({ entries }: { entries?: number }) => {
      if (this.#state.kind === 'running' && entries !== undefined) {
        this.#state = { ...this.#state, entries, of: Math.max(entries, this.#parts.ledger.size) };
      }
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), MOST_MS);
    timer.unref();
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        clearTimeout(timer);
        const result = resultOf(output);
        if (result) resolve(result);
        else reject(new Error('the verification did not end'));
      });
    });
  }

  #finish(by: string, startedAtMs: number, result: VerifyResult | null): void {
    const { clock, ledger } = this.#parts;
    const endedAt = timestamp(clock.nowMs());
    this.#child = null;
    if (result === null) {
      this.#state = { kind: 'failed', by, endedAt };
      return;
    }
    const { ok, entries, proved, doors, firstBad, reason, code } = result;
    const seconds = Math.round((clock.nowMs() - startedAtMs) / 100) / 10;
    this.#state = { kind: 'done', by, endedAt, seconds, ok, entries, proved, doors, firstBad, reason, code };
    const entry = staffEntry(by, { event: 'ledger.verified', ok, entries, firstBad, code });
    ledger.append(entry).catch(() => ledger.owe(entry));
  }
}

/** Exit code 1 is an answer too (the ledger is not good), so the document decides. */
function resultOf(output: string): VerifyResult | null {
  try {
    const result = JSON.parse(output) as Partial<VerifyResult>;
    return typeof result.ok === 'boolean' && typeof result.entries === 'number'
      ? (result as VerifyResult)
      : null;
  } catch {
    return null; // it was killed, or could not read: no result
  }
}
