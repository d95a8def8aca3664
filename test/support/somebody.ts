// People who do not exist and whom no insurer knows: what a test types that only counts how many were asked for.

import { nirKey } from '../../src/core/nir.ts';

/** The `i`-th of 8,000: evidence of a typed member number. Commune codes 991 to 998 do not exist. */
export function somebody(i: number) {
  const commune = 991 + (Math.floor(i / 1_000) % 8);
  const first13 = `1900175${commune}${String(i % 1_000).padStart(3, '0')}`;
  const beneficiary = { nir: first13 + nirKey(first13), birthDate: '19900104', birthRank: 1 };
  return { kind: 'member-number', memberNo: `G${String(i).padStart(11, '0')}`, beneficiary };
}
