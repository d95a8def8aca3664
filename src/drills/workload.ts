// PURE synthetic load: which sites there are, who comes to them on a day and what they show. Everything follows from the
// seed. It knows people by their place in a list and must never hold anything about them.

import type { Profession } from '../core/care-domains.ts';
import { below, type Draw, generator, logNormal, poisson, seedOf } from '../lib/seeded-random.ts';
import {
  MISTYPED_SHARE,
  MOST_REGULARS_SHARE,
  PEOPLE_OF_THE_COUNTRY,
  REGULARS_DAYS,
  RETYPED_AFTER_MS,
  SITE_CLASSES,
  type SiteClass,
} from './site-classes.ts';

export type Site = {
  /** Unique: its structure's and accounts' ids begin with it. */
  name: string;
  class: SiteClass;
  profession: Profession;
  /** Look-ups on an average day of this site, over all its accounts. */
  perDay: number;
  accounts: readonly string[];
};

/** The people of a drill, by their place in its list. */
export type Crowd = {
  size: number /** Places of those whose card is valid. */;
  cardHolders: readonly number[];
};

/** One look-up somebody honest makes. */
export type Ask = {
  /** Since midnight in Paris. */
  atMs: number;
  site: Site;
  account: string;
  person: number;
  evidence: 'card' | 'number';
  /** The number as typed is nobody's. */
  mistyped: boolean;
};

/** Share of the patients new to a site who show their signed card; the others' numbers are typed. */
export type ProofShare = number;

const HOUR_MS = 3_600_000;

/**
 * The share of the country's sites that goes with so many people: at least one of each profession, and at least so many
 * of the one that a drill needs.
 */
export function sitesFor(
  people: number,
  seed: string,
  needed?: { profession: Profession; sites: number },
): Site[] {
  return SITE_CLASSES.flatMap((one) => {
    const draw = drawOf(seed, one.name);
    const share = Math.round((one.sites * people) / PEOPLE_OF_THE_COUNTRY);
    const least = needed && one.professions.includes(needed.profession) ? needed.sites : 1;
    const count = Math.max(one.professions.length * least, share);
    return Array.from({ length: count }, (_, i) => siteOf(one, i, logNormal(draw, one.perDay, one.sigma)));
  });
}

function siteOf(one: SiteClass, index: number, perDay: number): Site {
  const name = `${one.name}-${index + 1}`;
  const agents = Array.from({ length: one.accountsPerSite }, (_, i) => `${name}-${i + 1}`);
  return {
    name,
    class: one,
    profession: one.professions[index % one.professions.length] ?? one.professions[0],
    perDay,
    accounts: one.accountsPerSite === 1 ? [name] : agents,
  };
}

/** The patients a site knows, by their place in the crowd. */
export function regularsOf(site: Site, crowd: Crowd, seed: string): number[] {
  const draw = drawOf(seed, `${site.name} regulars`);
  const wanted = REGULARS_DAYS * site.perDay * site.class.known;
  const size = Math.ceil(Math.min(wanted, crowd.size * MOST_REGULARS_SHARE));
  return Array.from({ length: size }, () => below(draw, crowd.size));
}

/** Everything that is asked for on one day at one site, in no particular order. `day` makes days differ. */
export function asksOfDay(
  site: Site,
  how: { crowd: Crowd; regulars: readonly number[]; proofShare: ProofShare; seed: string; day: number },
): Ask[] {
  const draw = drawOf(how.seed, `${site.name} day ${how.day}`);
  const [opens, closes] = site.class.hours ?? [0, 24];
  return Array.from({ length: poisson(draw, site.perDay) }, () => {
    const atMs = Math.floor((opens + draw() * (closes - opens)) * HOUR_MS);
    const account = site.accounts[below(draw, site.accounts.length)] ?? site.name;
    const ask = { atMs, site, account, ...patient(draw, site, how) };
    return ask.mistyped ? [ask, { ...ask, atMs: atMs + RETYPED_AFTER_MS, mistyped: false }] : [ask];
  }).flat();
}

function patient(
  draw: Draw,
  site: Site,
  { crowd, regulars, proofShare }: { crowd: Crowd; regulars: readonly number[]; proofShare: ProofShare },
): Pick<Ask, 'person' | 'evidence' | 'mistyped'> {
  if (draw() < site.class.known) {
    // Typed once, years ago: the software of the site knows the number.
    return { person: regulars[below(draw, regulars.length)] ?? 0, evidence: 'number', mistyped: false };
  }
  if (draw() < proofShare) {
    const { cardHolders } = crowd;
    return { person: cardHolders[below(draw, cardHolders.length)] ?? 0, evidence: 'card', mistyped: false };
  }
  return { person: below(draw, crowd.size), evidence: 'number', mistyped: draw() < MISTYPED_SHARE };
}

/** What an account looked up by typing on one day of the past: people new to its site, and people it knows. */
export type DayCounts = { strangers: number; regulars: number };

/** Days of one account's past, oldest first, with the same shares as the days to come. */
export function pastOf(
  site: Site,
  account: string,
  how: { proofShare: ProofShare; seed: string; days: number },
): DayCounts[] {
  const draw = drawOf(how.seed, `${account} past`);
  const { known } = site.class;
  const perDay = site.perDay / site.accounts.length;
  return Array.from({ length: how.days }, () => ({
    strangers: poisson(draw, perDay * (1 - known) * (1 - how.proofShare)),
    regulars: poisson(draw, perDay * known),
  }));
}

function drawOf(seed: string, what: string): Draw {
  return generator(seedOf(`${seed}\n${what}`));
}
