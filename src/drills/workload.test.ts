// The synthetic load has the means and shares it says, and the same seed gives the same day.

import { describe, expect, it } from 'vitest';
import { PROFESSIONS } from '../core/care-domains.ts';
import { SITE_CLASSES } from './site-classes.ts';
import { type Ask, asksOfDay, type Crowd, pastOf, regularsOf, type Site, sitesFor } from './workload.ts';

const SEED = '7';
const CROWD: Crowd = { size: 100_000, cardHolders: Array.from({ length: 1_000 }, (_, i) => i * 7) };
const dayOf = (site: Site, proofShare: number, day = 1): Ask[] =>
  asksOfDay(site, { crowd: CROWD, regulars: regularsOf(site, CROWD, SEED), proofShare, seed: SEED, day });
const classOf = (name: string, sites: readonly Site[]) => sites.filter((site) => site.class.name === name);
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

describe('the sites', () => {
  const country = sitesFor(3_300_000, SEED); // a tenth

  it('are the country’s in the share of the people, and at least one of each profession', () => {
    expect(classOf('pharmacy', country)).toHaveLength(2_024);
    expect(classOf('hospital', country)).toHaveLength(300);
    const professions = new Set(sitesFor(10, SEED).map(({ profession }) => profession));
    expect([...professions].sort()).toEqual(Object.keys(PROFESSIONS).sort());
  });

  it('have rates with the mean of their class, and as far apart as it says', () => {
    for (const { name, perDay, sigma } of SITE_CLASSES) {
      const rates = classOf(name, country).map((site) => site.perDay);
      const logs = rates.map(Math.log);
      const spread = Math.sqrt(mean(logs.map((one) => (one - mean(logs)) ** 2)));
      const tolerance = 4 / Math.sqrt(rates.length); // four standard errors, of a spread below one
      expect(Math.abs(mean(rates) / perDay - 1), name).toBeLessThan(tolerance);
      expect(Math.abs(spread - sigma), name).toBeLessThan(tolerance);
    }
  });

  it('have one account each, hospitals eight; no id stands twice', () => {
    const accounts = country.flatMap((site) => site.accounts);
    expect(new Set(accounts).size).toBe(accounts.length);
    expect(new Set(country.map(({ accounts: { length } }) => length))).toEqual(new Set([1, 8]));
  });
});

describe('a day', () => {
  const pharmacies = classOf('pharmacy', sitesFor(1_000_000, SEED));
  const asks = pharmacies.flatMap((site) => dayOf(site, 0.7));

  it('brings as many people as the sites’ rates say, at opening hours', () => {
    const expected = pharmacies.reduce((sum, { perDay }) => sum + perDay, 0);
    const people = asks.filter(({ mistyped }) => !mistyped).length;
    expect(Math.abs(people - expected)).toBeLessThan(4 * Math.sqrt(expected));
    const hours = asks.map(({ atMs }) => atMs / 3_600_000);
    expect(Math.min(...hours)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...hours)).toBeLessThan(19.01); // a number retyped at the last moment
    const [hospital] = classOf('hospital', sitesFor(1_000_000, SEED));
    const nights = hospital ? dayOf(hospital, 0.7).filter(({ atMs }) => atMs < 6 * 3_600_000) : [];
    expect(nights.length).toBeGreaterThan(0);
  });

  it('is four fifths regulars; of the others 70 % show a card, and 7 % of the rest are typed twice', () => {
    const regulars = new Map(pharmacies.map((site) => [site, new Set(regularsOf(site, CROWD, SEED))]));
    const typed = asks.filter(({ evidence }) => evidence === 'number');
    const known = typed.filter(({ site, person }) => regulars.get(site)?.has(person));
    const cards = asks.filter(({ evidence }) => evidence === 'card');
    const strangers = typed.length - known.length;
    const mistyped = typed.filter((ask) => ask.mistyped).length;
    expect(known.length / (asks.length - mistyped)).toBeCloseTo(0.8, 1);
    expect(cards.length / (cards.length + strangers - mistyped)).toBeCloseTo(0.7, 1);
    expect(mistyped / (strangers - mistyped)).toBeCloseTo(0.07, 1);
    expect(cards.every(({ person }) => CROWD.cardHolders.includes(person))).toBe(true);
  });

  it('retypes a wrong number correctly 20 seconds later', () => {
    const wrong = asks.filter(({ mistyped }) => mistyped);
    expect(wrong.length).toBeGreaterThan(10);
    for (const { atMs, account, person } of wrong) {
      expect(asks).toContainEqual(
        expect.objectContaining({ atMs: atMs + 20_000, account, person, mistyped: false }),
      );
    }
  });

  it('is the same for the same seed, and another one on another day', () => {
    const [site] = pharmacies;
    if (!site) throw new Error('there are pharmacies');
    expect(dayOf(site, 0.7)).toEqual(dayOf(site, 0.7));
    expect(dayOf(site, 0.7, 2)).not.toEqual(dayOf(site, 0.7));
    expect(sitesFor(100_000, SEED)).toEqual(sitesFor(100_000, SEED));
    expect(sitesFor(100_000, '8')).not.toEqual(sitesFor(100_000, SEED));
  });

  it('looks like the days before it', () => {
    const past = pharmacies.map((site) => pastOf(site, site.name, { proofShare: 0.7, seed: SEED, days: 56 }));
    const perDay = mean(pharmacies.map((site) => site.perDay));
    expect(past[0]).toHaveLength(56);
    expect(mean(past.flat().map(({ strangers }) => strangers)) / (perDay * 0.2 * 0.3)).toBeCloseTo(1, 1);
    expect(mean(past.flat().map(({ regulars }) => regulars)) / (perDay * 0.8)).toBeCloseTo(1, 1);
  });
});
