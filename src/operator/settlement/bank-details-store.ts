// Where each structure is paid, sealed. A change is in force after 72 hours; until then what was in force stays so.

export type BankDetailsRow = { masked: string; inForceFromMs: number };

export interface BankDetailsStore {
  /** What is in force at that moment, and what waits to be. */
  of(
    structure: string,
    atMs: number,
  ): Promise<{ inForce: BankDetailsRow | null; waiting: BankDetailsRow | null }>;

  /** In force from then on; a change that was waiting never will be. */
  put(change: {
    structure: string;
    /** As the vault gave it, base64url. */
    sealed: string;
    masked: string;
    atMs: number;
    inForceFromMs: number;
  }): Promise<void>;
}
