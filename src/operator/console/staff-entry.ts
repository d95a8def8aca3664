// PURE. How an act of the operator's staff stands in the ledger: by their id, at the console; about no insured person.

import type { RestView } from '../events.ts';
import type { NewEntry } from '../ledger/ledger-port.ts';

export function staffEntry(staff: string, facts: RestView): NewEntry {
  const { event, ...more } = facts;
  return {
    about: null,
    member: { by: 'operator', structure: null, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event, account: staff, client: 'console', ...more },
  };
}
