// PURE. What an act usually comes with: rate of the AMO (DOMAIN.md 5.1), class, and whole equipments at one key.
// Must never be relied on: Alsace-Moselle, ALD or maternity have other rates, and what is typed counts.

import type { Act } from '../../../src/core/acts.ts';
import type { CareDomain } from '../../../src/core/care-domains.ts';
import type { Percent } from '../../../src/core/money.ts';
import type { Basket } from '../../../src/core/quote.ts';
import { tariffOf } from '../../../src/core/tariffs.ts';
import type { SettlementKey } from '../settlement/texts.ts';
import type { LineContext } from './draft.ts';

/** By service to patients; PHN is what nobody reimburses. */
const RATE_OF_ACT: Readonly<Record<string, Percent>> = {
  ...{ PH1: 100, PH7: 65, PMR: 65, PH4: 30, PH2: 15, PHN: 0 },
  ...{ HD1: 100, HD7: 65, HD4: 30, HD2: 15, HDE: 70, HDR: 70 },
};
const RATE_OF_DOMAIN: Readonly<Partial<Record<CareDomain, Percent>>> = {
  ...{ PHAR: 65, MED: 70, RADL: 70, SAGE: 70, CSTE: 70, EXTE: 80, HOSP: 80, URGE: 80 },
  ...{ LABO: 60, AUXM: 60, FOUR: 60, OPTI: 60, AUDI: 60 },
};
/** Rates that have changed: by care date. */
const TARIFF_OF_DOMAIN: Readonly<Partial<Record<CareDomain, string>>> = {
  ...{ DESO: 'RATE_DENTAL', DEPR: 'RATE_DENTAL', ODF: 'RATE_DENTAL', TRAN: 'RATE_TRANSPORT' },
};

export function usualRate({ code, charge }: Act, { domain, careDate, tables }: LineContext): Percent {
  if (charge !== undefined) return 0;
  const item = TARIFF_OF_DOMAIN[domain];
  const dated = item === undefined ? null : tariffOf(tables.tariffs, item, careDate);
  return RATE_OF_ACT[code] ?? dated ?? RATE_OF_DOMAIN[domain] ?? 70;
}

type Class = { value: Basket; label: SettlementKey };

/** The classes of a domain, the regulated one first. */
export const BASKETS_OF: Readonly<Partial<Record<CareDomain, readonly Class[]>>> = {
  OPTI: [
    { value: 'RAC0', label: 'basket.class-a' },
    { value: 'FREE', label: 'basket.class-b' },
  ],
  AUDI: [
    { value: 'RAC0', label: 'basket.class-i' },
    { value: 'FREE', label: 'basket.class-ii' },
  ],
  DEPR: [
    { value: 'RAC0', label: 'basket.rac0' },
    { value: 'MODERATED', label: 'basket.moderated' },
    { value: 'FREE', label: 'basket.free' },
  ],
};

/** An act with a legal maximum of its own is of the regulated class; otherwise nobody promises it unasked. */
export function usualBasket({ plv }: Act, domain: CareDomain): Basket | null {
  if (BASKETS_OF[domain] === undefined) return null;
  return plv === undefined ? 'FREE' : 'RAC0';
}

/** Articles whose classes have codes of their own. */
const TWINS: readonly Partial<Record<Basket, string>>[] = [
  { RAC0: 'MON_A', FREE: 'MON' },
  { RAC0: 'PA1', FREE: 'PA2' },
];

/** The same article in another class; null where its code says nothing of the class. */
export function twinOf(actCode: string, basket: Basket): string | null {
  return TWINS.find((twins) => Object.values(twins).includes(actCode))?.[basket] ?? null;
}

export type Template = { name: TemplateName; lines: readonly { actCode: string; basket?: Basket }[] };
export type TemplateName =
  | 'box-65'
  | 'box-30'
  | 'box-15'
  | 'box-100'
  | 'glasses-a'
  | 'glasses-b'
  | 'glasses-mixed'
  | 'hearing-i'
  | 'hearing-ii';

const CLASS_A_LENS = { actCode: 'VER', basket: 'RAC0' } as const;
const CLASS_B_LENS = { actCode: 'VER', basket: 'FREE' } as const;

export const TEMPLATES: Readonly<Partial<Record<CareDomain, readonly Template[]>>> = {
  PHAR: [
    { name: 'box-65', lines: [{ actCode: 'PH7' }] },
    { name: 'box-30', lines: [{ actCode: 'PH4' }] },
    { name: 'box-15', lines: [{ actCode: 'PH2' }] },
    { name: 'box-100', lines: [{ actCode: 'PH1' }] },
  ],
  OPTI: [
    { name: 'glasses-a', lines: [{ actCode: 'MON_A' }, CLASS_A_LENS, CLASS_A_LENS] },
    { name: 'glasses-mixed', lines: [{ actCode: 'MON' }, CLASS_A_LENS, CLASS_A_LENS] },
    { name: 'glasses-b', lines: [{ actCode: 'MON' }, CLASS_B_LENS, CLASS_B_LENS] },
  ],
  AUDI: [
    { name: 'hearing-i', lines: [{ actCode: 'PA1' }, { actCode: 'PA1' }] },
    { name: 'hearing-ii', lines: [{ actCode: 'PA2' }, { actCode: 'PA2' }] },
  ],
};
