// Signs the ledger: flushes, and checkpoints of a tree that only grows, which the vault keeps itself. Goes on while
// locked. It must never sign a tree that does not extend the last one it signed.

import { sign as signBytes } from 'node:crypto';
import { Frontier, HASH_BYTES } from '../operator/ledger/merkle.ts';
import { signCheckpoint } from '../operator/ledger/note.ts';
import { flushMessage } from '../operator/ledger/receipt.ts';
import type { Journal } from './journal.ts';
import type { Keyring } from './keyring.ts';
import type { LogIdentity } from './log-identity.ts';
import type { VaultState } from './protocol.ts';
import { Refusal } from './refusal.ts';

export type LogSignerParts = {
  keyring: Pick<Keyring, 'signing'>;
  journal: Journal;
  log: LogIdentity;
  frontier: Frontier;
};

export class LogSigner {
  readonly #parts: LogSignerParts;
  #frontier: Frontier;
  constructor(parts: LogSignerParts) {
    this.#parts = parts;
    this.#frontier = parts.frontier;
  }

  /** The tree last signed. */
  state(): VaultState['ledger'] {
    const { origin, vkey } = this.#parts.log;
    const { size } = this.#frontier;
    return { origin, vkey, size, root: this.#frontier.root().toString('base64') };
  }

  /** Signs that these leaves are in the log; the asker's receipt. */
  signFlush(flush: { first: number; count: number; root: string }): string {
    const { log, keyring } = this.#parts;
    const message = flushMessage({ ...flush, origin: log.origin, root: Buffer.from(flush.root, 'base64') });
    return signBytes(null, message, keyring.signing.ledger).toString('base64');
  }

  /**
   * Signs the tree that `leaves` extend. The vault keeps its own compact tree, so a shorter or other ledger gets
   * no signature. Nothing is awaited between the check and the tree's growth: of two calls that extend the same tree
   * one is refused. If we crash after the journal line and before the answer, the operator asks `state` and goes on
   * from the size the vault has.
   */
  async signCheckpoint(from: number, leaves: Buffer): Promise<{ note: string; size: number; root: string }> {
    if (from < this.#frontier.size) throw new Refusal('ledger-shorter');
    if (from !== this.#frontier.size || leaves.length % HASH_BYTES !== 0) throw new Refusal('ledger-forked');
    const { log, keyring, journal } = this.#parts;
    const frontier = Frontier.restore(this.#frontier.serialise());
    for (let at = 0; at < leaves.length; at += HASH_BYTES)
      frontier.append(leaves.subarray(at, at + HASH_BYTES));
    const { size } = frontier;
    const root = frontier.root();
    const edge = frontier.serialise().toString('hex');
    journal.append({ do: 'checkpoint', size, root: root.toString('hex'), frontier: edge });
    this.#frontier = frontier;
    await journal.flushed();
    const sign = (message: Uint8Array) => signBytes(null, message, keyring.signing.ledger);
    const note = await signCheckpoint(
      { origin: log.origin, size, root },
      { name: log.origin, id: log.id },
      sign,
    );
    return { note, size, root: root.toString('base64') };
  }
}
