// The blast radius against a thief who knows every table: it must never be below what the enforcing code really lets
// through. The vault's budgets and the guard are the real ones; time moves by hand.

import { describe, expect, it } from 'vitest';
import { PROFESSIONS, type Profession } from '../../core/care-domains.ts';
import { spendOne } from '../../vault/gcra.ts';
import { EMERGENCY_UNITS } from '../../vault/hard-budgets.ts';
import { budgetsOf } from '../../vault/profession-budgets.ts';
import { afterFreshSignIn, afterLookUp, isNearLimit, type UsualDay } from './account-watch.ts';
import { blastRadiusOf } from './blast-radius.ts';
import { limitsOf } from './budgets.ts';
import type { LookUp } from './look-up.ts';
import { orderedFor } from './responses.ts';
import { Watched } from './watched.ts';

const START_MS = Date.parse('2026-11-30T08:00:00.000Z');
const MINUTE_MS = 60_000;
const professions = Object.keys(PROFESSIONS) as Profession[];

const member = (profession: Profession, i = 0) => ({
  account: `A-${i}`,
  structure: 'S-1',
  profession,
  professional: `P-${i}`,
  usual: null,
  metToday: 0,
});
const boundOf = (profession: Profession) =>
  blastRadiusOf({ kind: 'account', id: 'A-0' }, [member(profession)]);

/** New accounts, and those whose own past is that of their profession. */
const pastsOf = (profession: Profession) => [null, limitsOf(profession).usual];

/**
 * A thief on somebody's workstation: asks as soon as the vault and the guard let a stranger through, stays below the
 * charts until `restraint` is over if that is wanted, takes the emergency units every day, and has the holder confirm
 * every alarm at once.
 */
function strangersIn(
  profession: Profession,
  hours: number,
  restraint: number,
  usual: UsualDay | null,
): number {
  const watched = new Watched('A-0', profession);
  if (usual) watched.remember(usual);
  const budget = budgetsOf(profession).typedPerProfessionalPerDay;
  const endMs = START_MS + hours * 60 * MINUTE_MS;
  const stepMs = hours > 24 ? 15 * MINUTE_MS : MINUTE_MS;
  let fullAtMs = 0;
  let closedUntilMs = 0;
  let emergencies = { day: '', left: 0 };
  let people = 0;
  for (let nowMs = START_MS; nowMs < endMs; nowMs += stepMs) {
    const day = new Date(nowMs).toISOString().slice(0, 10);
    if (emergencies.day !== day) emergencies = { day, left: EMERGENCY_UNITS };
    const isRestrained = nowMs < START_MS + (endMs - START_MS) * restraint;
    for (;;) {
      if (nowMs < closedUntilMs) break;
      watched.closeDay(day);
      const { charts } = watched;
      if (isRestrained && isNearLimit(watched.counts, 1, charts, nowMs)) break;
      const spent = spendOne(budget, fullAtMs, nowMs);
      if (spent === null && emergencies.left === 0) break;
      if (spent === null) emergencies.left -= 1;
      else fullAtMs = spent;
      people += 1;
      const after = afterLookUp(watched.counts, lookUpAt(profession, nowMs), { charts, day });
      watched.counts = after.counts;
      const [noticed] = after.noticed;
      if (!noticed) continue;
      const { alarmsAtMs } = watched.counts;
      const { endsAtMs, response } = orderedFor(noticed.detector, alarmsAtMs.length, nowMs);
      watched.counts = { ...afterFreshSignIn(watched.counts), alarmsAtMs: [...alarmsAtMs, nowMs] };
      if (response === 'typed-closed') closedUntilMs = endsAtMs ?? Number.POSITIVE_INFINITY;
    }
  }
  return people;
}

const lookUpAt = (profession: Profession, atMs: number): LookUp => ({
  account: 'A-0',
  structure: 'S-1',
  profession,
  atMs,
  kind: 'stranger',
  isDisclosed: true,
  isCanary: false,
  insurer: '0999000101',
});

describe('the blast radius of an account', () => {
  describe.each(professions)('of a %s', (profession) => {
    it.each([
      { span: 'hour', hours: 1 },
      { span: 'day', hours: 24 },
      { span: 'month', hours: 30 * 24 },
    ] as const)('for a $span is never below what a thief who knows every table gets', ({ span, hours }) => {
      for (const usual of pastsOf(profession)) {
        const one = { ...member(profession), usual };
        const { strangers } = blastRadiusOf({ kind: 'account', id: 'A-0' }, [one])[span];
        for (const restraint of [0, 0.5, 0.9, 0.99, 1])
          expect(strangersIn(profession, hours, restraint, usual)).toBeLessThanOrEqual(strangers);
      }
    });
  });

  it('of a pharmacist is a few dozen strangers a day, with the holder confirming everything', () => {
    const { hour, day, vaultAlone } = boundOf('pharmacist');
    expect(hour.strangers).toBeLessThanOrEqual(50);
    expect(day.strangers).toBeLessThanOrEqual(80);
    expect(vaultAlone.day.strangers).toBeGreaterThanOrEqual(day.strangers);
  });

  it('grows with an own past, and only so far', () => {
    const of = (strangers: number) => {
      const usual = { strangers, regulars: 0 };
      return blastRadiusOf({ kind: 'account', id: 'A-0' }, [{ ...member('pharmacist'), usual }]).month
        .strangers;
    };
    expect(of(12)).toBeGreaterThan(of(6));
    expect(of(24)).toBe(of(1_000));
  });
});

describe('the blast radius of what many share', () => {
  it('of a structure is bounded by the structure’s own budget, not only by its accounts', () => {
    const desk = Array.from({ length: 40 }, (_, i) => member('hospital', i));
    const one = boundOf('hospital').day.strangers;
    const all = blastRadiusOf({ kind: 'structure', id: 'S-1' }, desk);
    expect(all.accounts).toBe(40);
    expect(all.day.strangers).toBeLessThan(40 * one);
    expect(all.day.strangers).toBe(400 + 400 + 2 * EMERGENCY_UNITS);
  });

  it('of a client that serves many structures is theirs together, however many accounts each has', () => {
    const sites = Array.from({ length: 100 }, (_, i) => ({
      ...member('hospital', i),
      structure: `S-${i % 2}`,
    }));
    const { day } = blastRadiusOf({ kind: 'client', id: 'software' }, sites);
    expect(day.strangers).toBe(2 * (400 + 400 + 2 * EMERGENCY_UNITS));
  });
});
