// The demo's insurers and people: fictitious, reachable, and answered as the examples say on any day of the demo's life.

import { describe, expect, it } from 'vitest';
import { mayAsk } from '../core/care-domains.ts';
import { parseAmcNo } from '../core/ids.ts';
import { isFictitiousNir, parseNir } from '../core/nir.ts';
import { findRoute, loadRoutes } from '../core/routing.ts';
import { DEMO_PEOPLE, demoFeedLines, demoJsonPeople } from './demo-people.ts';
import { PUBLISHED_PRODUCTS } from './demo-products.ts';
import { ALL_DEMO_INSURERS, DEMO_INSURERS, DEMO_PRODUCTS, EMPTY_DEMO_INSURER } from './insurers.ts';
import type { FeedPerson } from './people.ts';

const lines = DEMO_PEOPLE.map(({ line }) => line);

/** As the product that the insurers publish says. */
function wantsToBeAsked(product: string, domain: string): boolean {
  const rules = PUBLISHED_PRODUCTS.find(({ code }) => code === product)?.rules ?? {};
  return Object.values(rules).some((rule) => rule.domain === domain && rule.formula.pec === true);
}

describe('demo insurers', () => {
  const table = loadRoutes(ALL_DEMO_INSURERS.flatMap(({ routes }) => routes));

  it.each(ALL_DEMO_INSURERS)(
    '$name is reached by what its cards show, and without a criterion',
    (insurer) => {
      const amcNo = parseAmcNo(insurer.amcNo);
      if (amcNo === null) return expect.fail('malformed AMC number');
      expect(amcNo).toBe(insurer.amcNo);
      expect(amcNo).toMatch(/^0999/);
      const { convType, csr } = insurer;
      expect(findRoute(table, { amcNo, convType, csr })?.target).toBe(amcNo);
      expect(findRoute(table, { amcNo, convType, csr: null })?.target).toBe(amcNo);
    },
  );

  it('have numbers and names of their own, and one of them has nobody', () => {
    expect(new Set(ALL_DEMO_INSURERS.map(({ amcNo }) => amcNo)).size).toBe(ALL_DEMO_INSURERS.length);
    expect(new Set(ALL_DEMO_INSURERS.map(({ name }) => name)).size).toBe(ALL_DEMO_INSURERS.length);
    for (const { amcNo } of DEMO_INSURERS) expect(demoFeedLines(amcNo).length).toBeGreaterThan(3);
    expect(demoFeedLines(EMPTY_DEMO_INSURER.amcNo)).toEqual([]);
  });
});

describe('demo people', () => {
  it('have NIRs with a right key that nobody can have', () => {
    for (const nir of lines.flatMap(({ beneficiary }) => [beneficiary.nir, ...beneficiary.alsoUnder])) {
      const parsed = parseNir(nir);
      expect(parsed.ok && isFictitiousNir(parsed.nir), nir).toBe(true);
    }
  });

  it('are found by one door each', () => {
    const doors = lines.flatMap(({ beneficiary: { nir, alsoUnder, birthDate, birthRank } }) =>
      [nir, ...alsoUnder].map((under) => `${under} ${birthDate} ${birthRank}`),
    );
    expect(new Set(doors).size).toBe(doors.length);
    const tokens = lines.flatMap(({ ref, card }) => (card === null ? [ref] : [ref, card.handle]));
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it.each(DEMO_PEOPLE.map((person, index) => [index + 1, person] as const))(
    'number %i gets the expected codes on any day from November 2026 to June 2027, and later when covered',
    (_, { line, expected }) => {
      const covers = (date: string, domain: string | null): boolean =>
        line.periods.some(
          (period) =>
            (domain === null || period.domain === domain) &&
            period.from <= date &&
            (period.to === null || date <= period.to),
        );
      const code = (date: string, domain: string): string => {
        if (covers(date, domain)) return wantsToBeAsked(line.product, domain) ? '102' : '000';
        return covers(date, null) ? '101' : '200';
      };
      const anyCover = Object.values(expected).includes('000');
      const days = ['2026-11-01', '2026-12-31', '2027-01-01', '2027-02-28', '2027-06-30'];
      for (const day of anyCover ? [...days, '2028-02-29', '2035-07-14'] : days) {
        for (const [domain, wanted] of Object.entries(expected)) expect(code(day, domain), day).toBe(wanted);
      }
    },
  );

  it('begin in demo.json with a domain of their contract that the default pharmacist may ask', () => {
    for (const [index, { domains, ...person }] of demoJsonPeople().entries()) {
      const [first] = domains;
      expect(first !== undefined && mayAsk('pharmacist', first)).toBe(true);
      const demo = DEMO_PEOPLE[index];
      expect(new Set(domains)).toEqual(new Set(demo?.line.periods.map(({ domain }) => domain)));
      expect(first !== undefined && demo?.expected[first]).toMatch(/^(000|200)$/);
      expect(Object.keys(person)).toEqual([
        'memberNo',
        'nir',
        'birthDate',
        'birthRank',
        'amcNo',
        'cardFile',
        'memberLogin',
      ]);
    }
  });

  it('show each case once: twins, 17 years old, ended, not begun, 101, abroad, Corsica, incomplete date, revoked', () => {
    const count = (test: (person: (typeof DEMO_PEOPLE)[number]) => boolean): number =>
      DEMO_PEOPLE.filter(test).length;
    expect(DEMO_PEOPLE.length).toBeGreaterThanOrEqual(14);
    expect(new Set(DEMO_PEOPLE.map(({ amcNo }) => amcNo)).size).toBe(3);
    expect(count(({ line }) => line.beneficiary.birthRank === 2)).toBe(1);
    expect(
      count(({ line }) => line.beneficiary.quality === 'CHILD' && line.beneficiary.alsoUnder.length === 2),
    ).toBe(1);
    expect(count(({ line }) => line.periods.every(({ to }) => to === '2026-06-30'))).toBe(1);
    expect(count(({ line }) => line.periods.every(({ from }) => from > '2027-06-30'))).toBe(1);
    expect(count(({ expected }) => expected.PHAR === '101')).toBe(1);
    expect(count(({ line }) => line.beneficiary.nir.slice(5, 7) === '99')).toBe(1);
    expect(count(({ line }) => line.beneficiary.nir.slice(5, 7) === '2A')).toBe(1);
    expect(count(({ line }) => line.beneficiary.birthDate === '19570000')).toBe(1);
    expect(count(({ line }) => !line.identityDoor && line.beneficiary.quality === 'INSURED')).toBe(1);
    expect(count(({ cardRevoked }) => cardRevoked)).toBe(1);
  });

  it('share their first insurer’s feed with two canaries, who are in no list of people', () => {
    const [first, ...others] = DEMO_INSURERS.map(({ amcNo }) =>
      demoFeedLines(amcNo).map((text) => JSON.parse(text) as FeedPerson),
    );
    const canaries = first?.filter(({ canary }) => canary) ?? [];
    expect(canaries).toHaveLength(2);
    expect(first?.slice(-2)).toEqual(canaries);
    expect(others.flat().some(({ canary }) => canary)).toBe(false);
    const nirs = new Set(lines.flatMap(({ beneficiary }) => [beneficiary.nir, ...beneficiary.alsoUnder]));
    for (const { beneficiary } of canaries) {
      const parsed = parseNir(beneficiary.nir);
      expect(parsed.ok && isFictitiousNir(parsed.nir)).toBe(true);
      expect(nirs.has(beneficiary.nir)).toBe(false);
    }
    expect(JSON.stringify(demoJsonPeople())).not.toContain(canaries[0]?.beneficiary.nir);
  });

  it('have products that exist', () => {
    const codes = DEMO_PRODUCTS.map(({ code }) => code);
    for (const { product } of lines) expect(codes).toContain(product);
  });
});
