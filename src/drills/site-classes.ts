// PURE data: who asks for rights in France and how often, as assumed for synthetic loads (TECHNOLOGY.md 7).

import type { Profession } from '../core/care-domains.ts';

/** All figures are for the whole country; a drill takes its share. */
export type SiteClass = {
  name: string;
  /** Dealt out to the sites in turn. */
  professions: readonly [Profession, ...Profession[]];
  sites: number;
  /** Look-ups of a site on a day, on average over the sites. */
  perDay: number;
  /** Of the logarithm: how far busy and quiet sites are apart. */
  sigma: number;
  /** Share of its patients that a site has seen before. */
  known: number;
  accountsPerSite: number;
  /** Paris time; null: round the clock. */
  hours: readonly [opens: number, closes: number] | null;
  source: string;
};

const SHOP_HOURS = [8, 19] as const;
const LOAD = 'synthetic load of TECHNOLOGY.md 7';
const ASSUMED = 'an assumption: too small to change the load, there so that every profession is drilled';

export const SITE_CLASSES: readonly SiteClass[] = [
  {
    name: 'pharmacy',
    professions: ['pharmacist'],
    sites: 20_242,
    perDay: 95,
    sigma: 0.5,
    known: 0.8,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: `${LOAD}; sites of 2025`,
  },
  {
    name: 'practice',
    professions: ['doctor'],
    sites: 56_000,
    perDay: 6,
    sigma: 0.9,
    known: 0.8,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: LOAD,
  },
  {
    name: 'optician',
    professions: ['optician'],
    sites: 13_000,
    perDay: 9,
    sigma: 0.6,
    known: 0.35,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: LOAD,
  },
  {
    name: 'dentist',
    professions: ['dentist'],
    sites: 37_000,
    perDay: 7,
    sigma: 0.6,
    known: 0.75,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: LOAD,
  },
  {
    name: 'auxiliary',
    professions: ['nurse', 'physiotherapist', 'speech-therapist', 'midwife'],
    sites: 130_000,
    perDay: 3,
    sigma: 0.8,
    known: 0.8,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: LOAD,
  },
  {
    name: 'hospital',
    professions: ['hospital'],
    sites: 3_000,
    perDay: 260,
    sigma: 0.8,
    known: 0.45,
    accountsPerSite: 8,
    hours: null,
    source: `${LOAD}; eight agents with an account each`,
  },
  {
    name: 'laboratory',
    professions: ['laboratory'],
    sites: 4_000,
    perDay: 60,
    sigma: 0.6,
    known: 0.5,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: ASSUMED,
  },
  {
    name: 'hearing',
    professions: ['audioprosthetist'],
    sites: 6_000,
    perDay: 4,
    sigma: 0.6,
    known: 0.35,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: ASSUMED,
  },
  {
    name: 'centre',
    professions: ['health-centre'],
    sites: 2_500,
    perDay: 40,
    sigma: 0.8,
    known: 0.7,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: ASSUMED,
  },
  {
    name: 'transport',
    professions: ['transporter'],
    sites: 12_000,
    perDay: 6,
    sigma: 0.7,
    known: 0.8,
    accountsPerSite: 1,
    hours: SHOP_HOURS,
    source: ASSUMED,
  },
];

/** People whose rights the country's operators held when they were stolen in 2024. */
export const PEOPLE_OF_THE_COUNTRY = 33_000_000;

/** Of the numbers that honest people type, this share is wrong at the first try. */
export const MISTYPED_SHARE = 0.07;
export const RETYPED_AFTER_MS = 20_000;

/** A site's regulars: so many days' worth of known patients, but never more than this share of all people. */
export const REGULARS_DAYS = 20;
export const MOST_REGULARS_SHARE = 1 / 30;
