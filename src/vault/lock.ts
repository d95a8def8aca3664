// The lock of a vault: shut at once by one person, opened again by two, who sign the name of this very lock. While it
// is shut the keyring is closed. A lock outlives a restart, and one that arrives while the vault is being opened wins.

import { approvers, type StaffKeys } from './approvals.ts';
import type { Approval } from './protocol.ts';
import { Refused } from './refused.ts';

export type LockFacts =
  | { do: 'lock'; lockId: string; by: string; reason: string }
  | { do: 'unlock'; lockId: string; by: readonly string[] };

export type LockParts = {
  keyring: { open(): Promise<void>; close(): void };
  enrolment: StaffKeys;
  /** Resolves when the line is on disk. */
  note(facts: LockFacts): Promise<void>;
  /** Names the present lock, or null when the vault starts open (demo). */
  lockId: string | null;
  newLockId(): string;
};

export class VaultLock {
  readonly #parts: LockParts;
  #id: string | null;
  /** How often `lock` was called. */
  #lockings = 0;

  constructor(parts: LockParts) {
    this.#parts = parts;
    this.#id = parts.lockId;
    if (this.#id !== null) parts.keyring.close();
  }

  /** Names the present lock; null when the vault is open. */
  get id(): string | null {
    return this.#id;
  }

  refuseWhenLocked(): void {
    if (this.#id !== null) throw new Refused('locked');
  }

  /** Work that needs keys a lock takes away. A lock that arrives meanwhile wins: the result does not leave. */
  async whileOpen<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhenLocked();
    try {
      return await work();
    } finally {
      this.refuseWhenLocked();
    }
  }

  /** Keys are forgotten before the line is even on disk. */
  async lock(by: string, reason: string): Promise<string> {
    const lockId = this.#id ?? this.#parts.newLockId();
    this.#id = lockId;
    this.#lockings += 1;
    this.#parts.keyring.close();
    // Too long a word is cut, not refused: nothing stands in the way of a lock.
    await this.#parts.note({ do: 'lock', lockId, by: by.slice(0, 100), reason: reason.slice(0, 500) });
    return lockId;
  }

  /** Two different staff members must have signed the present lock's name. */
  async unlock(approvals: readonly Approval[]): Promise<void> {
    const lockId = this.#id;
    const lockings = this.#lockings;
    if (lockId === null) return;
    const by = await approvers(this.#parts.enrolment, approvals, { verb: 'unlock', lockId });
    const refuseWhenLockedAgain = () => {
      if (this.#lockings !== lockings) throw new Refused('approval-refused');
    };
    refuseWhenLockedAgain();
    try {
      await this.#parts.keyring.open();
      refuseWhenLockedAgain();
      await this.#parts.note({ do: 'unlock', lockId, by });
      refuseWhenLockedAgain(); // its line comes after ours, so a restart finds the vault locked too
      this.#id = null;
    } catch (error) {
      this.#parts.keyring.close();
      refuseWhenLockedAgain();
      throw error;
    }
  }
}
