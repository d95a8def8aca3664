// Which fields an answer discloses, as names and as the bits of the ledger's mask (DESIGN.md 6). Bits are never reused.

export const FIELD_BITS = {
  membership: 1,
  cover: 2,
  coverDates: 4,
  rule: 8,
  responsible: 16,
  engagement: 32,
  amount: 64,
} as const;
export type DisclosedField = keyof typeof FIELD_BITS;

/** The mask of these fields. */
export function fieldMask(fields: readonly DisclosedField[]): number {
  return fields.reduce((mask, field) => mask | FIELD_BITS[field], 0);
}
