// PURE. What the guard did by itself, as entries of the ledger. About accounts, structures and professions; about no
// insured person.

import type { RestView } from '../events.ts';
import type { NewEntry } from '../ledger/ledger-port.ts';
import type { Alarm, EndedBecause } from './alarm.ts';

export function alarmEntry({ id, scope, account, detector, response, value, threshold }: Alarm): NewEntry {
  return entryOf({
    event: 'guard.alarmed',
    alarm: id,
    scope,
    account,
    detector,
    response,
    value: tenths(value),
    threshold: tenths(threshold),
  });
}

export function endEntry(alarm: string, because: EndedBecause): NewEntry {
  return entryOf({ event: 'guard.ended', alarm, because });
}

function entryOf(rest: RestView): NewEntry {
  const member = {
    by: 'operator',
    structure: null,
    purpose: null,
    evidence: null,
    fields: [],
    outcome: null,
  };
  return { about: null, member, rest };
}

const tenths = (value: number) => Math.round(value * 10) / 10;
