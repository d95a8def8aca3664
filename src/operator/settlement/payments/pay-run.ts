// A payment run, read top to bottom: freeze, two approvals, the bank details of exactly this run, files, done. It needs the
// database and the vault's process, nothing else: neither the operator nor an unlocked vault. Every step is made again by
// the next start, with the same bytes; it must never take anything from elsewhere than the frozen rows.

import { sha256Hex } from '../../../crypto/digest.ts';
import { type Clock, timestamp } from '../../../lib/clock.ts';
import type { Approval, BankAccount, VaultVerbs } from '../../../vault/protocol.ts';
import { digestOf, type FrozenFile, type FrozenRun, totalsOf } from './frozen-run.ts';
import { type TransferOrder, writeTransferOrder } from './pain-001.ts';
import { problemsOfTransferOrder } from './pain-001-definition.ts';
import type { PaymentRunStore } from './run-store.ts';

const DETAILS_AT_ONCE = 1_000;
/** Staff of the operator, two different ones, as the vault counts them. */
const APPROVALS_NEEDED = 2;

export type PayParts = {
  store: PaymentRunStore;
  /** The vault's: opens them for an approved run only. Throws VaultRefused (`approval-refused`). */
  openBankDetails(asked: VaultVerbs['openBankDetails']['in']): Promise<readonly BankAccount[]>;
  /** Resolves when the whole file will survive a power cut; the same name again replaces it. */
  writeFile(name: string, text: string): Promise<void>;
  clock: Clock;
};

export type PayAsked = {
  /** YYYY-MM-DD. */
  day: string;
  /** A run that was begun before, whatever its state; null: the unfinished one, or a new one. */
  run: string | null;
  /** Signs for whoever is here. */
  sign(run: string, digest: string): Promise<Approval[]>;
};

export type PayOutcome =
  | { kind: 'nothing-to-pay' }
  | { kind: 'run-unknown' }
  /** Rows were changed after the freeze: nothing of it is paid before somebody has looked. */
  | { kind: 'run-changed'; run: FrozenRun }
  | { kind: 'approval-needed'; run: FrozenRun; approvedBy: string[] }
  | { kind: 'file-refused'; run: FrozenRun; file: string; problems: string[] }
  | { kind: 'written'; run: FrozenRun; files: WrittenFile[] };

export type WrittenFile = { name: string; amcNo: string; transfers: number; cents: number; sha256: string };

export function payRun(parts: PayParts, asked: PayAsked): Promise<PayOutcome> {
  return parts.store.alone(() => pay(parts, asked));
}

async function pay(parts: PayParts, asked: PayAsked): Promise<PayOutcome> {
  const { store, clock } = parts;
  // If we crash in here, nothing is frozen or everything: the next start finds the run that is not finished.
  const run =
    asked.run === null
      ? await store.begin({ day: asked.day, atMs: clock.nowMs() })
      : await store.find(asked.run);
  if (!run) return { kind: asked.run === null ? 'nothing-to-pay' : 'run-unknown' };
  if (digestOf(run) !== run.digest || !(await store.holds(run.id))) return { kind: 'run-changed', run };

  // If we crash after this, the approvals are kept: they are for this digest only, and serve again.
  await store.approve(run.id, await asked.sign(run.id, run.digest));
  const approvals = await store.approvals(run.id);
  if (approvals.length < APPROVALS_NEEDED) {
    return { kind: 'approval-needed', run, approvedBy: approvals.map(({ staff }) => staff) };
  }

  // Each opening is a line of the vault's journal; if we crash after it, the next start opens them again.
  const accounts = await accountsOf(parts, run, approvals);
  const files: WrittenFile[] = [];
  for (const file of run.files) {
    const text = writeTransferOrder(orderOf(run, file, accounts));
    const name = `${nameOf(run, file)}.xml`;
    const problems = problemsOfTransferOrder(text);
    if (problems.length > 0) return { kind: 'file-refused', run, file: name, problems };
    const sha256 = sha256Hex(text);
    // Noted first: if we crash in between, the same bytes are written by the next start, or none are.
    if (!(await store.fileWritten(run.id, file.insurerId, sha256))) return { kind: 'run-changed', run };
    await parts.writeFile(name, text);
    const { transfers, cents } = totalsOf({ ...run, files: [file] });
    files.push({ name, amcNo: file.amcNo, transfers, cents, sha256 });
  }

  // If we crash before this, every file is written once more, and nothing else has happened to its claims.
  await store.finish(run.id, clock.nowMs());
  return { kind: 'written', run, files };
}

/** Message and payment are named by run and insurer. */
function nameOf({ id }: FrozenRun, { insurerId }: FrozenFile): string {
  return `${id}-I${insurerId}`;
}

/** Of each structure once, however many insurers pay it. */
async function accountsOf(
  { openBankDetails }: PayParts,
  { id: run, digest, files }: FrozenRun,
  approvals: readonly Approval[],
): Promise<Map<string, BankAccount>> {
  const transfers = files.flatMap((file) => file.transfers);
  const sealed = [...new Map(transfers.map((one) => [one.structure, one.sealed]))];
  const accounts = new Map<string, BankAccount>();
  for (let from = 0; from < sealed.length; from += DETAILS_AT_ONCE) {
    const items = sealed
      .slice(from, from + DETAILS_AT_ONCE)
      .map(([structure, details]) => ({ structure, sealed: details.toString('base64url') }));
    const opened = await openBankDetails({ run, digest, approvals: [...approvals], items });
    items.forEach(({ structure }, i) => {
      const account = opened[i];
      if (account) accounts.set(structure, account);
    });
  }
  return accounts;
}

function orderOf(
  run: FrozenRun,
  file: FrozenFile,
  accounts: ReadonlyMap<string, BankAccount>,
): TransferOrder {
  return {
    id: nameOf(run, file),
    createdAt: timestamp(run.frozenAtMs),
    executeOn: run.executeOn,
    debtor: file.debtor,
    transfers: file.transfers.map(({ advice, cents, structure }) => {
      const account = accounts.get(structure);
      if (!account) throw new Error('the vault gives an account for each structure');
      const { holder: name, iban, bic } = account;
      return { advice, cents, creditor: { name, iban, bic } };
    }),
  };
}
