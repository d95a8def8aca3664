// Port: what a site has asked today, as its own professionals may see it. Nobody's identity is in it.

/** One answered look-up; `code`: the public code of the answer; `receiptIndex`: its place in the ledger. */
export type Lookup = { at: string; domain: string; code: string; receiptIndex: number };

export interface LookupsStore {
  /** Those of this structure on that day (Paris, `YYYY-MM-DD`), newest first, at most 200. */
  of(structure: string, day: string): Promise<Lookup[]>;
}
