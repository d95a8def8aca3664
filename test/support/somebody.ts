// People who do not exist and whom no insurer knows: what a test types that only counts how many were asked for.

import { person } from '../../src/vault/vault-fixture.ts';

/** The `i`-th of 8,000: evidence of a typed member number. */
export function somebody(i: number) {
  return { kind: 'member-number', memberNo: `G${String(i).padStart(11, '0')}`, beneficiary: person(i) };
}
