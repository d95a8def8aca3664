// The decision against a naive second one that colours in every single day, and laws that hold for any record.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CareDomain } from './care-domains.ts';
import type { CoverPeriod, Entitlement, EntitlementQuestion } from './entitlement.ts';
import { decideEntitlement, GUARANTEE_DAYS } from './entitlement.ts';
import type { CareDate } from './period.ts';
import { addDays } from './period.ts';

const START = '2026-01-01' as CareDate;
// Periods end, and questions are asked, within the first 40 days; so a rule still in force on the last day of the
// calendar below is in force for ever.
const ASKED_DAYS = 40;
const CALENDAR_DAYS = 60;

const dayAt = (offset: number) => addDays(START, offset);
const DAYS = Array.from({ length: CALENDAR_DAYS }, (_, offset) => dayAt(offset));
const someDay = fc.nat(ASKED_DAYS).map(dayAt);
const domain = fc.constantFrom<CareDomain>('PHAR', 'OPTI', 'LABO');

const anyPeriod: fc.Arbitrary<CoverPeriod> = fc.record({
  domain,
  from: someDay,
  to: fc.option(someDay),
  rule: fc.constantFrom('R1', 'R2'),
});

const question: fc.Arbitrary<EntitlementQuestion> = fc
  .record({
    periods: fc.uniqueArray(anyPeriod, { maxLength: 8, selector: (p) => `${p.domain} ${p.from}` }),
    responsible: fc.boolean(),
    closedOn: fc.option(someDay),
    domain,
    careDate: someDay,
  })
  .map(({ periods, responsible, ...rest }) => ({
    ...rest,
    rights: { product: 'P', responsible, convType: 'VM', csr: null, card: null, periods },
  }));

/** Colours the calendar: for each day, the period of the domain that decides, or undefined. */
function colour({ rights, closedOn }: EntitlementQuestion, of: CareDomain): (CoverPeriod | undefined)[] {
  return DAYS.map((day) => {
    if (closedOn !== null && day > closedOn) return undefined;
    const here = rights.periods.filter(
      (p) => p.domain === of && p.from <= day && (p.to ?? '9999-12-31') >= day,
    );
    return here.toSorted((a, b) => (a.from < b.from ? 1 : -1))[0];
  });
}

function naive(q: EntitlementQuestion): Entitlement {
  const today = DAYS.indexOf(q.careDate);
  const calendar = colour(q, q.domain);
  const deciding = calendar[today];
  if (deciding === undefined) {
    const others = (['PHAR', 'OPTI', 'LABO'] as const).filter((d) => d !== q.domain);
    return others.some((d) => colour(q, d)[today])
      ? { kind: 'domain-excluded' }
      : { kind: 'not-covered', why: naiveWhy(q, calendar) };
  }
  let last = today;
  while (calendar[last + 1]?.rule === deciding.rule) last += 1;
  const coverTo = last === CALENDAR_DAYS - 1 ? null : dayAt(last);
  const days = Math.min(GUARANTEE_DAYS[q.domain], coverTo === null ? 1_000 : last - today);
  const { from: coverFrom, rule } = deciding;
  return {
    kind: 'covered',
    coverFrom,
    coverTo,
    guaranteeUntil: dayAt(today + days),
    rule,
    responsible: q.rights.responsible,
  };
}

function naiveWhy(q: EntitlementQuestion, calendar: readonly (CoverPeriod | undefined)[]) {
  if (q.closedOn !== null && q.careDate > q.closedOn) return 'closed';
  const today = DAYS.indexOf(q.careDate);
  if (calendar.slice(0, today).some((p) => p !== undefined)) return 'ended';
  return calendar.slice(today).some((p) => p !== undefined) ? 'not-started' : 'never';
}

test('the decision is that of a calendar coloured in day by day', () => {
  fc.assert(
    fc.property(question, (q) => {
      expect(decideEntitlement(q)).toEqual(naive(q));
    }),
    { numRuns: 3_000 },
  );
});

test('the order of the periods never matters, even in records with twins that no feed may send', () => {
  const damaged = fc
    .array(anyPeriod, { maxLength: 6 })
    .chain((periods) =>
      fc.tuple(fc.constant(periods), fc.shuffledSubarray(periods, { minLength: periods.length })),
    );
  fc.assert(
    fc.property(question, damaged, (q, [periods, shuffled]) => {
      const answer = decideEntitlement({ ...q, rights: { ...q.rights, periods } });
      expect(decideEntitlement({ ...q, rights: { ...q.rights, periods: shuffled } })).toEqual(answer);
    }),
  );
});

test('closing a record can only take cover away', () => {
  fc.assert(
    fc.property(question, someDay, (q, closedOn) => {
      const open = decideEntitlement({ ...q, closedOn: null });
      const closed = decideEntitlement({ ...q, closedOn });
      if (closed.kind !== 'covered') return;
      if (open.kind !== 'covered') throw new Error('closing gave cover');
      expect(closed.rule).toBe(open.rule);
      expect(closed.coverTo !== null && closed.coverTo <= closedOn).toBe(true);
      expect(open.coverTo === null || (closed.coverTo ?? '') <= open.coverTo).toBe(true);
      expect(closed.guaranteeUntil <= open.guaranteeUntil).toBe(true);
    }),
  );
});

test('a guarantee never begins before the care date, outlives its days or outlives the cover', () => {
  fc.assert(
    fc.property(question, (q) => {
      const answer = decideEntitlement(q);
      if (answer.kind !== 'covered') return;
      expect(answer.coverFrom <= q.careDate && q.careDate <= answer.guaranteeUntil).toBe(true);
      expect(answer.guaranteeUntil <= addDays(q.careDate, GUARANTEE_DAYS[q.domain])).toBe(true);
      expect(answer.coverTo === null || answer.guaranteeUntil <= answer.coverTo).toBe(true);
    }),
  );
});
