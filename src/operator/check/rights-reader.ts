// Port: reads sealed doors and records, never a person. Both reads need an Access, which exists only after the vault
// has journalled the opening: an unaccounted read does not compile.

import type { CareDate } from '../../core/period.ts';

/** Proof that this read is accounted for: the journal line of the opened door and what it was for. */
export type Access = { readonly journalNo: number; readonly client: string; readonly purpose: string };

export type SealedRecord = { readonly sealed: Buffer; readonly closedOn: CareDate | null };

export interface RightsReader {
  /** The sealed link behind a locator (32 hexadecimal digits), or null. */
  link(access: Access, locator: string): Promise<Buffer | null>;
  /** The sealed record of that id (32 hexadecimal digits), or null. */
  record(access: Access, recordId: string): Promise<SealedRecord | null>;
}

/** A repeat is recognised before anything is opened; what is found is a tag and a sealed answer. */
export interface ReplayReader {
  find(asker: string, requestId: string): Promise<{ tag: string; sealedAnswer: Buffer } | null>;
}
