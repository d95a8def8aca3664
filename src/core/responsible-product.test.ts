// Products that call themselves responsible: which are refused, where, and with which article.

import { describe, expect, it } from 'vitest';
import type { CareDomain } from './care-domains.ts';
import type { Formula } from './formulas.ts';
import type { CareDate } from './period.ts';
import { checkProduct, type ProductRule } from './responsible-product.ts';
import { TABLES } from './tables-fixture.ts';

const from = '2026-01-01' as CareDate;
const breaches = (rule: ProductRule, day = from) =>
  checkProduct({ R1: rule }, day, TABLES).map((one) => one.rule);
const rule = (domain: CareDomain, formula: Formula, more: Partial<ProductRule> = {}) => ({
  domain,
  formula,
  ...more,
});

describe('a product keeps the contrat responsable', () => {
  it.each<[string, ProductRule]>([
    ['100 % BR', rule('MED', { k: 'TM' })],
    ['100 % BR, the AMO part included', rule('MED', { k: 'PCT_INCL', pct: 100 })],
    ['what the AMO leaves of 70 %', rule('MED', { k: 'PCT_ADD', pct: 30 })],
    [
      'medicines of weak benefit left out',
      rule('PHAR', { k: 'TM' }, { acts: { PH2: { k: 'NONE' }, PH4: { k: 'NONE' } } }),
    ],
    ['no private room', rule('HOSP', { k: 'TM' }, { acts: { CHP: { k: 'NONE' } } })],
    [
      'FJH in full',
      rule('HOSP', { k: 'TM' }, { acts: { FJH: { k: 'FULL' }, FJH_PSY: { k: 'DAY', eur: 2000 } } }),
    ],
    ['nothing where the AMO pays nothing', rule('DIV', { k: 'NONE' })],
    ['glasses for 800 euros', rule('OPTI', { k: 'EUR_CAP_INCL', eur: 80_000 })],
    [
      'frames for 100 euros',
      rule('OPTI', { k: 'TM' }, { acts: { MON: { k: 'EUR_CAP_INCL', eur: 10_000 } } }),
    ],
    [
      'simple lenses for 420 euros',
      rule('OPTI', { k: 'TM' }, { acts: { VER: { k: 'EUR_CAP_INCL', eur: 42_000 } } }),
    ],
    ['contact lenses for any amount', rule('OPTI', { k: 'TM' }, { acts: { OPT: { k: 'FULL' } } })],
    ['100 % Santé in full', rule('OPTI', { k: 'TM' }, { baskets: { RAC0: { k: 'FULL' } } })],
    [
      'hearing aids for 1,700 euros',
      rule('AUDI', { k: 'EUR_CAP_INCL', eur: 170_000 }, { baskets: { RAC0: { k: 'RAC0', plv: 95_000 } } }),
    ],
  ])('%s', (_what, one) => expect(breaches(one)).toEqual([]));
});

describe('a product breaks it', () => {
  it.each<[string, ProductRule, string]>([
    ['nothing of what the AMO covers', rule('PHAR', { k: 'NONE' }), 'R1'],
    ['90 % BR', rule('MED', { k: 'PCT_INCL', pct: 90 }), 'R1'],
    ['less than the AMO leaves', rule('AUXM', { k: 'PCT_ADD', pct: 39.99 }), 'R1'],
    [
      'an act left out that may not be',
      rule('PHAR', { k: 'TM' }, { acts: { PH7: { k: 'NONE' } } }),
      'R1/act/PH7',
    ],
    [
      'a basket left out',
      rule('DEPR', { k: 'TM' }, { baskets: { MODERATED: { k: 'NONE' } } }),
      'R1/basket/MODERATED',
    ],
    [
      '100 % Santé at 300 % BR',
      rule('DEPR', { k: 'TM' }, { baskets: { RAC0: { k: 'PCT_INCL', pct: 300 } } }),
      'R1/basket/RAC0',
    ],
    [
      'FJH for 30 days',
      rule('HOSP', { k: 'TM' }, { acts: { FJH: { k: 'DAY', eur: 2300, n: 30 } } }),
      'R1/act/FJH',
    ],
    ['FJH in part', rule('HOSP', { k: 'TM' }, { acts: { FJH: { k: 'DAY', eur: 1999 } } }), 'R1/act/FJH'],
    ['no FPU', rule('URGE', { k: 'TM' }, { acts: { FPU: { k: 'NONE' } } }), 'R1/act/FPU'],
    ['glasses without ceiling', rule('OPTI', { k: 'FULL' }), 'R1'],
    ['glasses for 800.01 euros', rule('OPTI', { k: 'EUR_CAP_INCL', eur: 80_001 }), 'R1'],
    ['glasses for 21 % PMSS', rule('OPTI', { k: 'PMSS', q: 21, every: 'TWO_YEARS' }), 'R1'],
    [
      'frames for 100.01 euros',
      rule('OPTI', { k: 'TM' }, { acts: { MON: { k: 'EUR_ADD', eur: 10_001 } } }),
      'R1/act/MON',
    ],
    [
      'simple lenses for 420.01 euros',
      rule('OPTI', { k: 'TM' }, { acts: { VER: { k: 'EUR_CAP_INCL', eur: 42_001 } } }),
      'R1/act/VER',
    ],
    [
      'class B without ceiling',
      rule('OPTI', { k: 'TM' }, { baskets: { FREE: { k: 'FULL' } } }),
      'R1/basket/FREE',
    ],
    ['hearing aids for 1,700.01 euros', rule('AUDI', { k: 'EUR_CAP_INCL', eur: 170_001 }), 'R1'],
    ['hearing aids without ceiling', rule('AUDI', { k: 'FULL' }), 'R1'],
  ])('%s', (_what, one, where) => expect(breaches(one)).toEqual([where]));

  it('by the ceilings of the day from which it is to hold', () => {
    const before = '2019-12-31' as CareDate;
    expect(breaches(rule('OPTI', { k: 'EUR_CAP_INCL', eur: 85_000 }), before)).toEqual([]);
    expect(breaches(rule('OPTI', { k: 'EUR_CAP_INCL', eur: 85_001 }), before)).toEqual(['R1']);
  });

  it('in words of both languages, with the article', () => {
    expect(checkProduct({ R7: rule('OPTI', { k: 'FULL' }) }, from, TABLES)).toEqual([
      {
        rule: 'R7',
        article: 'CSS R871-2',
        fr: 'OPTI : un contrat responsable paie au plus 800,00\u00a0€ avec la part de l’assurance maladie.',
        en: 'OPTI: a responsible contract pays €800.00 at most, the AMO part included.',
      },
    ]);
  });
});
