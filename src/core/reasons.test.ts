// Every sentence about an amount, French and English, with the numbers as people write them.

import { describe, expect, it } from 'vitest';
import type { CounterState } from './counters.ts';
import type { Formula } from './formulas.ts';
import type { CareDate } from './period.ts';
import { type QuoteLine, quote, type Terms } from './quote.ts';
import { reasonsOf } from './reasons.ts';
import { TABLES } from './tables-fixture.ts';

type Case = {
  line?: Partial<QuoteLine>;
  terms?: Partial<Terms>;
  counter?: CounterState;
};

/** Of a consultation of 26.50 euros, with plain spaces for reading. */
function said({ line = {}, terms = {}, counter = [] }: Case) {
  const plain = { lineNo: 1, actCode: 'G', quantity: 1, price: 2650, br: 2650, amoRate: 70 };
  const careDate = '2026-11-20' as CareDate;
  const contract = {
    product: 'P',
    rule: 'R',
    domain: 'MED',
    responsible: true,
    formula: { k: 'TM' },
  } as const;
  const result = quote({
    lines: [{ ...plain, careDate, exempt: true, ...line }],
    terms: { ...contract, ...terms },
    tables: TABLES,
    counters: new Map([['P/R', counter]]),
  });
  if ('code' in result) throw new Error(result.code);
  const reasons = reasonsOf(result.lines[0]?.steps ?? []);
  const text = (language: 'fr' | 'en') =>
    reasons.map((reason) => reason[language].replaceAll(/[\u00a0\u202f]/g, ' '));
  return { fr: text('fr'), en: text('en') };
}

it('a consultation, told from the AMO to the mutuelle', () => {
  expect(said({ line: { exempt: false } })).toEqual({
    fr: [
      'Assurance maladie : 70 % de 26,50 € = 18,55 €',
      'Contrat : la part restante du tarif, 26,50 € − 18,55 € = 7,95 €',
      'La mutuelle paie tout le reste : 7,95 €',
      'Plus tard, l’assurance maladie retiendra 2,00 € de participation forfaitaire sur un autre remboursement',
    ],
    en: [
      'Health insurance (AMO): 70% of €26.50 = €18.55',
      'Contract: the patient’s share of the tariff, €26.50 − €18.55 = €7.95',
      'The mutuelle pays all the rest: €7.95',
      'Later the AMO will keep €2.00 of flat contribution from another payment',
    ],
  });
});

describe('each kind of formula', () => {
  it.each<[Formula, string, string]>([
    [{ k: 'NONE' }, 'Contrat : ce soin n’est pas couvert', 'Contract: this care is not covered'],
    [
      { k: 'PCT_INCL', pct: 190 },
      'Contrat : 190 % de 26,50 € = 50,35 €, dont 18,55 € de l’assurance maladie : au plus 31,80 €',
      'Contract: 190% of €26.50 = €50.35, of which the AMO bears €18.55: €31.80 at most',
    ],
    [
      { k: 'PCT_ADD', pct: 92.5 },
      'Contrat : 92,5 % de 26,50 € = 24,51 €, en plus de l’assurance maladie',
      'Contract: 92.5% of €26.50 = €24.51, on top of the AMO part',
    ],
    [
      { k: 'EUR_CAP_INCL', eur: 120_000 },
      'Contrat : 1 200,00 €, dont 18,55 € de l’assurance maladie : au plus 1 181,45 €',
      'Contract: €1,200.00, of which the AMO bears €18.55: €1,181.45 at most',
    ],
    [{ k: 'EUR_ADD', eur: 500 }, 'Contrat : jusqu’à 5,00 €', 'Contract: up to €5.00'],
    [
      { k: 'EUR_ADD', eur: 500, tm: true, every: 'TWO_YEARS' },
      'Contrat : la part restante du tarif, 7,95 €, et jusqu’à 5,00 € par période de deux ans',
      'Contract: the patient’s share of the tariff, €7.95, and up to €5.00 in two years',
    ],
    [
      { k: 'PMSS', q: 10, every: 'YEAR' },
      'Contrat : jusqu’à 400,50 € (10 % du plafond mensuel de la sécurité sociale) par an',
      'Contract: up to €400.50 (10% of the monthly social security ceiling) a year',
    ],
    [{ k: 'FULL' }, 'Contrat : tout ce que l’assurance maladie laisse', 'Contract: all that the AMO leaves'],
    [
      { k: 'RAC0', plv: 2650 },
      '100 % Santé : tout le reste jusqu’au prix limite de 26,50 € par pièce',
      '100% Santé: all the rest up to the maximum price of €26.50 a piece',
    ],
    [
      { k: 'DAY', eur: 500, n: 30 },
      'Contrat : 5,00 € par jour, 30 jours au plus : 5,00 €',
      'Contract: €5.00 a day, 30 days at most: €5.00',
    ],
    [{ k: 'DAY', eur: 500 }, 'Contrat : 5,00 € par jour : 5,00 €', 'Contract: €5.00 a day: €5.00'],
    [
      { k: 'TM_PATHWAY', pathwayRate: 70 },
      'Contrat : la part restante du tarif, 26,50 € − 18,55 € = 7,95 €',
      'Contract: the patient’s share of the tariff, €26.50 − €18.55 = €7.95',
    ],
  ])('%j', (formula, fr, en) => {
    const { fr: french, en: english } = said({ terms: { formula } });
    expect([french[1], english[1]]).toEqual([fr, en]);
  });
});

describe('everything else that may happen to an amount', () => {
  const optics = { domain: 'OPTI', formula: { k: 'FULL' } } as const;
  const lenses = { actCode: 'VER', br: 0, amoRate: 0 } as const;
  it.each<[string, Case, string, string]>([
    [
      'PAT',
      { line: { heavyAct: true, price: 27_170, br: 27_170, amoRate: 100 } },
      'Assurance maladie : 100 % de 271,70 €, moins 32,00 € de participation forfaitaire = 239,70 €',
      'Health insurance (AMO): 100% of €271.70, less €32.00 of flat contribution = €239.70',
    ],
    [
      'the AMO’s own amount',
      { line: { amoAmount: 1854 } },
      'Assurance maladie : 18,54 €, comme elle l’annonce',
      'Health insurance (AMO): €18.54, as it says itself',
    ],
    [
      'when it differs from ours by more than a cent',
      { line: { amoAmount: 1853 } },
      'Assurance maladie : 18,53 €, comme elle l’annonce (notre calcul donne 18,55 €)',
      'Health insurance (AMO): €18.53, as it says itself (our arithmetic gives €18.55)',
    ],
    [
      'outside the pathway',
      { line: { amoRate: 30, pathwayRate: 70 } },
      'Hors parcours de soins : dans le parcours, 70 %, soit 18,55 € ; la différence de 10,60 € reste au patient',
      'Outside the care pathway: inside it 70%, that is €18.55; the difference of €10.60 stays with the patient',
    ],
    [
      'the patient’s share',
      { terms: { formula: { k: 'NONE' } } },
      'Contrat responsable : au moins la part restante du tarif, 7,95 €',
      'Responsible contract: at least the patient’s share of the tariff, €7.95',
    ],
    [
      'a daily charge',
      { line: { actCode: 'FJH', br: 0, price: 6900, quantity: 3 }, terms: { domain: 'HOSP' } },
      'Contrat responsable : le forfait est payé en entier, 69,00 €',
      'Responsible contract: the charge is paid in full, €69.00',
    ],
    [
      'a maximum price',
      {
        line: { actCode: 'MON_A', br: 900, amoRate: 60, price: 3000, basket: 'RAC0' },
        terms: { domain: 'OPTI' },
      },
      '100 % Santé : tout le reste jusqu’au prix limite, au plus 24,60 €',
      '100% Santé: all the rest up to the maximum price, €24.60 at most',
    ],
    [
      'outside OPTAM',
      { line: { price: 9000, optam: false }, terms: { formula: { k: 'FULL' } } },
      'Médecin hors OPTAM : un contrat responsable paie au plus 34,45 €',
      'Doctor outside OPTAM: a responsible contract pays €34.45 at most',
    ],
    [
      'a pair of glasses',
      { line: { ...lenses, price: 50_000, quantity: 2 }, terms: optics },
      'Plafond légal de la paire de lunettes : il reste pour la mutuelle au plus 420,00 €',
      'Legal ceiling of the pair of glasses: left for the mutuelle €420.00 at most',
    ],
    [
      'a frame',
      { line: { ...lenses, actCode: 'MON', price: 50_000 }, terms: optics },
      'Plafond légal des montures de classe B : il reste pour la mutuelle au plus 100,00 €',
      'Legal ceiling of class B frames: left for the mutuelle €100.00 at most',
    ],
    [
      'a hearing aid',
      {
        line: { actCode: 'PA2', br: 40_000, amoRate: 60, price: 200_000 },
        terms: { ...optics, domain: 'AUDI' },
      },
      'Plafond légal des aides auditives de classe II : il reste pour la mutuelle au plus 1 460,00 €',
      'Legal ceiling of class II hearing aids: left for the mutuelle €1,460.00 at most',
    ],
    [
      'another insurer',
      { line: { otherAmc: 500 } },
      'Une autre mutuelle paie 5,00 €',
      'Another mutuelle pays €5.00',
    ],
    [
      'a counter',
      {
        terms: { responsible: false, formula: { k: 'EUR_ADD', eur: 1000, every: 'YEAR' } },
        counter: [{ from: '2026-01-01' as CareDate, to: '2026-12-31' as CareDate, used: 600 }],
      },
      'Du 01/01/2026 au 31/12/2026 il reste 4,00 € de ce montant ; ce soin en prend 4,00 €',
      'From 2026-01-01 to 2026-12-31 €4.00 of this amount are left; this care takes €4.00',
    ],
    [
      'less than the rest',
      { terms: { responsible: false, formula: { k: 'EUR_ADD', eur: 100 } } },
      'La mutuelle paie 1,00 € sur 7,95 €',
      'The mutuelle pays €1.00 of €7.95',
    ],
    [
      'a box',
      { line: { actCode: 'PH7', exempt: false }, terms: { domain: 'PHAR' } },
      'Plus tard, l’assurance maladie retiendra 1,00 € de franchise sur les boîtes sur un autre remboursement',
      'Later the AMO will keep €1.00 of franchise on boxes from another payment',
    ],
  ])('%s', (_what, given, fr, en) => {
    const { fr: french, en: english } = said(given);
    expect(french).toContain(fr);
    expect(english).toContain(en);
  });

  it('a guard that changes nothing is not told', () => {
    const { fr } = said({ line: { optam: false }, terms: { formula: { k: 'FULL' } } });
    expect(fr.filter((text) => text.includes('OPTAM'))).toEqual([]);
  });
});
