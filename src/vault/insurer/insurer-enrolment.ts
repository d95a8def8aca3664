// Whom an insurer's vault believes: its own staff, two of whom unlock it, and the operator whose ledger key vouches for
// the vault that borrows the identity half. A file that the insurer's process cannot write.

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseVkey } from '../../operator/ledger/note.ts';

export type InsurerEnrolmentFile = {
  /** Public key of the operator's ledger, as in its trust list. */
  operator: { vkey: string };
  staff: { id: string; key: JsonWebKey }[];
};

export class InsurerEnrolment {
  readonly #path: string;
  #staff: ReadonlyMap<string, KeyObject> = new Map();
  #ledgerKey: KeyObject | null = null;

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(path: string): Promise<InsurerEnrolment> {
    const enrolment = new InsurerEnrolment(path);
    await enrolment.refresh();
    return enrolment;
  }

  /** Reads the file again. One that cannot be read leaves the last good state and throws. */
  async refresh(): Promise<void> {
    const file = JSON.parse(await readFile(this.#path, 'utf8')) as InsurerEnrolmentFile;
    const staff = file.staff.map(({ id, key }) => [id, createPublicKey({ key, format: 'jwk' })] as const);
    const ledgerKey = parseVkey(file.operator.vkey).publicKey;
    this.#staff = new Map(staff);
    this.#ledgerKey = ledgerKey;
  }

  staffKey(id: string): KeyObject | null {
    return this.#staff.get(id) ?? null;
  }

  get operatorLedgerKey(): KeyObject {
    if (!this.#ledgerKey) throw new Error('the enrolment file was never read');
    return this.#ledgerKey;
  }
}
