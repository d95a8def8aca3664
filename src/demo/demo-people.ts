// PURE data: the people everybody meets in the demo, in its examples and in tests, with what a rights check must say.
// Constants, no generator: their numbers stand in printed examples. Names are in comments only, never in data,
// because a feed holds none. All NIRs have commune codes that do not exist.

import type { CareDomain } from '../core/care-domains.ts';
import type { CoverHistory } from './insurers.ts';
import { DEMO_INSURERS, DEMO_PRODUCTS, periodsOf } from './insurers.ts';
import type { FeedPerson } from './people.ts';
import { feedLine } from './people.ts';

/** Public code of a check by member number on any day from 2026-11-01 to 2027-06-30. */
export type ExpectedCode = '000' | '101' | '102' | '200';

export type DemoPerson = {
  amcNo: string;
  line: FeedPerson;
  expected: Readonly<Partial<Record<CareDomain, ExpectedCode>>>;
  /** A mark for the card desk: its card is to be revoked once issued. The feed knows nothing of it. */
  cardRevoked: boolean;
};

/** The shape of `people` in demo.json (CONTRACT.md 2). */
export type DemoJsonPerson = {
  memberNo: string;
  nir: string;
  birthDate: string;
  birthRank: number;
  amcNo: string;
  domains: CareDomain[];
  cardFile: string | null;
  memberLogin: string | null;
};

const [TILLEULS, VIEUX_PORT, CIMES] = DEMO_INSURERS;

/** Real cards live for a year; these must be valid whenever somebody starts the demo. */
const CARD_FROM = '2026-01-01';
const CARD_TO = '2099-12-31';

type Cover = Pick<CoverHistory, 'stretches'>;

const OPEN_END: Cover = { stretches: [['2026-01-01', null]] };
/** Ended for good, on every day a demo can be started. */
const ENDED: Cover = { stretches: [['2024-01-01', '2026-06-30']] };
/** After the last day for which `expected` holds, so that it is one code on all of them. */
const NOT_YET_STARTED: Cover = { stretches: [['2027-07-01', null]] };

type Facts = {
  insurer: (typeof DEMO_INSURERS)[number];
  ref: string;
  memberNo: string;
  nir: string;
  birthDate: string;
  birthRank?: number;
  quality: FeedPerson['beneficiary']['quality'];
  alsoUnder?: string[];
  /** null: this person has no card. */
  cardHandle: string | null;
  cardRevoked?: boolean;
  identityDoor: boolean;
  responsible?: boolean;
  product: string;
  cover?: Cover;
  expected: DemoPerson['expected'];
};

/** What most of them have in common is filled in here; the line has its properties in the order of CONTRACT.md 3.3. */
function demoPerson(facts: Facts): DemoPerson {
  const { insurer, cardHandle } = facts;
  const product = DEMO_PRODUCTS.find(({ code }) => code === facts.product);
  if (product === undefined) throw new Error(`no product ${facts.product}`);
  return {
    amcNo: insurer.amcNo,
    line: {
      op: 'UPSERT',
      ref: facts.ref,
      memberNo: facts.memberNo,
      beneficiary: {
        nir: facts.nir,
        birthDate: facts.birthDate,
        birthRank: facts.birthRank ?? 1,
        quality: facts.quality,
        alsoUnder: facts.alsoUnder ?? [],
      },
      card: cardHandle === null ? null : { handle: cardHandle, from: CARD_FROM, to: CARD_TO },
      identityDoor: facts.identityDoor,
      convType: insurer.convType,
      csr: insurer.csr,
      responsible: facts.responsible ?? true,
      product: facts.product,
      periods: periodsOf(product, facts.cover ?? OPEN_END),
    },
    expected: facts.expected,
    cardRevoked: facts.cardRevoked ?? false,
  };
}

const SOPHIE_NIR = '279067599421750';
const JULIEN_NIR = '177093899205809';
const MOREL = { insurer: TILLEULS, memberNo: 'T46034526195', product: 'CONFORT-2' } as const;
const COVERED_BY_CONFORT_2 = { PHAR: '000', FOUR: '000', MED: '000', OPTI: '101', AUDI: '101' } as const;

export const DEMO_PEOPLE: readonly DemoPerson[] = [
  // 1 Sophie Morel, whom the printed examples ask for.
  demoPerson({
    ...MOREL,
    ref: 'EJi-oolLYXF_rGMhHfI1_A',
    nir: SOPHIE_NIR,
    birthDate: '19790614',
    quality: 'INSURED',
    cardHandle: '6dWzQAK1Z0JVbH1oo67hZg',
    identityDoor: true,
    expected: COVERED_BY_CONFORT_2,
  }),
  // 2 Julien Morel, her husband.
  demoPerson({
    ...MOREL,
    ref: 'yeOhqKFxd156LUlyoxzNgA',
    nir: JULIEN_NIR,
    birthDate: '19770903',
    quality: 'SPOUSE',
    cardHandle: 'ro4hlq5LSzfna5hV8tKeQQ',
    identityDoor: true,
    expected: COVERED_BY_CONFORT_2,
  }),
  // 3 and 4 Emma and Hugo Morel, twins of ten: told apart by the birth rank alone, asked for under either parent.
  demoPerson({
    ...MOREL,
    ref: 'HrPi7OEStdg2qHVI3-ovOA',
    nir: SOPHIE_NIR,
    birthDate: '20160412',
    birthRank: 1,
    quality: 'CHILD',
    alsoUnder: [JULIEN_NIR],
    cardHandle: 'dVvjXlua0s8tDp1c0ks-aw',
    identityDoor: false,
    expected: COVERED_BY_CONFORT_2,
  }),
  demoPerson({
    ...MOREL,
    ref: 'WMTlyfgjKazWsdn_Ob9FAg',
    nir: SOPHIE_NIR,
    birthDate: '20160412',
    birthRank: 2,
    quality: 'CHILD',
    alsoUnder: [JULIEN_NIR],
    cardHandle: 'BinXAumm-TiwhpffvHYt_Q',
    identityDoor: false,
    expected: COVERED_BY_CONFORT_2,
  }),
  // 5 Lucas Morel, 17: a NIR and a Vitale card of his own, still asked for under his parents too.
  demoPerson({
    ...MOREL,
    ref: 'q9N4j8U9KN7dESQT4kPrPw',
    nir: '109037599611334',
    birthDate: '20090318',
    quality: 'CHILD',
    alsoUnder: [SOPHIE_NIR, JULIEN_NIR],
    cardHandle: 'YEDOasRTAWEPX7wLa_LKgg',
    identityDoor: true,
    expected: COVERED_BY_CONFORT_2,
  }),
  // 6 and 7 Bernard and Odile Lefort, a couple.
  demoPerson({
    insurer: TILLEULS,
    ref: 'n4_FVV0wnTPRLBf3Xljhxw',
    memberNo: 'O52259438853',
    nir: '165021399334072',
    birthDate: '19650227',
    quality: 'INSURED',
    cardHandle: 'cqwqNpTi_EEZo-6szrvWpg',
    identityDoor: true,
    product: 'PREMIUM-2',
    expected: { PHAR: '000', OPTI: '102', AUDI: '102', TRAN: '000', ODF: '101' },
  }),
  demoPerson({
    insurer: TILLEULS,
    ref: 'KrqpkuVqDn2hjupVrLb8aw',
    memberNo: 'O52259438853',
    nir: '267087599107232',
    birthDate: '19670809',
    quality: 'SPOUSE',
    cardHandle: 'sZabKLPZTPIjaCjC7LPsKg',
    identityDoor: true,
    product: 'PREMIUM-2',
    expected: { PHAR: '000', OPTI: '102', AUDI: '102', TRAN: '000', ODF: '101' },
  }),
  // 8 Mireille Castan, whose cover ended on 30 June 2026. Her card looks valid for long: it is void all the same.
  demoPerson({
    insurer: VIEUX_PORT,
    ref: '6mF2jvpSYOblkawAVSZlmA',
    memberNo: 'X81769549796',
    nir: '258046999512807',
    birthDate: '19580430',
    quality: 'INSURED',
    cardHandle: 'utTNHpeK_mgdeMmLxhaN7w',
    identityDoor: true,
    product: 'CONFORT-1',
    cover: ENDED,
    expected: { PHAR: '200', FOUR: '200', MED: '200', OPTI: '200' },
  }),
  // 9 Théo Garrigue, whose cover begins on 1 July 2027; no card yet.
  demoPerson({
    insurer: VIEUX_PORT,
    ref: 'pdwBb2yCiQPGrlb3xaDSvw',
    memberNo: 'O33484367207',
    nir: '199103399720150',
    birthDate: '19991022',
    quality: 'INSURED',
    cardHandle: null,
    identityDoor: true,
    product: 'ESSENTIEL',
    cover: NOT_YET_STARTED,
    expected: { PHAR: '200', MED: '200', OPTI: '200' },
  }),
  // 10 Nadia Ferrand, optics and dental care only: a pharmacist gets 101 for medicines, 000 for devices.
  demoPerson({
    insurer: VIEUX_PORT,
    ref: '2awnzao-z9tZHrukyQdmKg',
    memberNo: 'G79567453315',
    nir: '285074499608601',
    birthDate: '19850711',
    quality: 'INSURED',
    cardHandle: 'OLwpSvlco5qhngtbzNNaSw',
    identityDoor: true,
    responsible: false,
    product: 'OPTIQUE-1',
    expected: { PHAR: '101', FOUR: '000', OPTI: '102', DESO: '000' },
  }),
  // 11 Ange Santoni, born in Corsica (department 2A).
  demoPerson({
    insurer: VIEUX_PORT,
    ref: 'yUwPDl0VBarufY3VcQAqZg',
    memberNo: 'L69970238034',
    nir: '180052A99203444',
    birthDate: '19800516',
    quality: 'INSURED',
    cardHandle: 'Y6pqYCYK5pSYEpxD7Gs64w',
    identityDoor: true,
    product: 'CONFORT-3',
    expected: { PHAR: '000', FOUR: '000', OPTI: '000', DESO: '101' },
  }),
  // 12 Leila Haddad, born abroad (department 99).
  demoPerson({
    insurer: CIMES,
    ref: 'Bx2-WrN-WNaki5skDczp5A',
    memberNo: 'Q20541912656',
    nir: '288079999104515',
    birthDate: '19880702',
    quality: 'INSURED',
    cardHandle: '0X19DIQY5kJ5xjstjvYLCw',
    identityDoor: true,
    product: 'PREMIUM-1',
    expected: { PHAR: '000', FOUR: '000', DESO: '000', AUDI: '101' },
  }),
  // 13 Youssef Amrani, of whose birth only the year is known: month code 20, birth date 19570000.
  demoPerson({
    insurer: CIMES,
    ref: 'JrlcfQ3WS8JKZ9-3MY6ZMA',
    memberNo: 'T87913651280',
    nir: '157207599401948',
    birthDate: '19570000',
    quality: 'INSURED',
    cardHandle: 'aqAJvccgrPehftHuJJwvqg',
    identityDoor: true,
    product: 'ESSENTIEL',
    expected: { PHAR: '000', MED: '000', FOUR: '101', OPTI: '101' },
  }),
  // 14 Hélène Vasseur, who has closed the identity door: without card or member number nobody finds her.
  demoPerson({
    insurer: CIMES,
    ref: 'HvAn6KCXX_72Zj4dNmP4Ig',
    memberNo: 'Y77754257110',
    nir: '273013199815041',
    birthDate: '19730119',
    quality: 'INSURED',
    cardHandle: 'v3J40Ixkphzvrwd7A8Mq_A',
    identityDoor: false,
    product: 'CONFORT-2',
    expected: COVERED_BY_CONFORT_2,
  }),
  // 15 Paul Rivoire, who lost his card and had it revoked; he is covered, and asked for by member number.
  demoPerson({
    insurer: CIMES,
    ref: 'x7VPs3rE_p5_8OoBaVgdxg',
    memberNo: 'J40033814255',
    nir: '184066799226385',
    birthDate: '19840608',
    quality: 'INSURED',
    cardHandle: 'HL9J30iZ59jWbDHhejE7Rg',
    cardRevoked: true,
    identityDoor: true,
    product: 'CONFORT-1',
    expected: { PHAR: '000', FOUR: '000', MED: '000', AUXM: '101' },
  }),
  // 16 Jeanne Delmas, 92, the oldest.
  demoPerson({
    insurer: CIMES,
    ref: 'UH6crSp14cqkkQwXXL5q_Q',
    memberNo: 'I03985084300',
    nir: '234095199600794',
    birthDate: '19340921',
    quality: 'INSURED',
    cardHandle: '7_Q7S3F8ibg-gInAyDkobA',
    identityDoor: true,
    product: 'PREMIUM-2',
    expected: { PHAR: '000', AUDI: '102', HOSP: '102', DEPR: '101' },
  }),
];

/** Fake insured of the first insurer, whom nobody has a reason to look up. In its feed, and in no list of people. */
const DEMO_CANARIES: readonly FeedPerson[] = [
  demoPerson({
    insurer: TILLEULS,
    ref: 'OmrfyY7zpvlXhE-w5KMQyg',
    memberNo: 'V11739572174',
    nir: '171037599631889',
    birthDate: '19710317',
    quality: 'INSURED',
    cardHandle: null,
    identityDoor: true,
    product: 'CONFORT-1',
    expected: {},
  }),
  demoPerson({
    insurer: TILLEULS,
    ref: 'OmdHDk5cV4JoGC0V8-PWdA',
    memberNo: 'I35082594102',
    nir: '288097599124708',
    birthDate: '19880922',
    quality: 'INSURED',
    cardHandle: null,
    identityDoor: true,
    product: 'PREMIUM-1',
    expected: {},
  }),
].map(({ line }) => ({ ...line, canary: true }));

/** Handles of the cards that were issued, by ref. */
export type IssuedHandles = ReadonlyMap<string, string>;

/** The lines, without newlines, of the people of one insurer: the body of its demo feed. */
export function demoFeedLines(amcNo: string, issued: IssuedHandles = new Map()): string[] {
  const people = DEMO_PEOPLE.filter((person) => person.amcNo === amcNo).map(({ line }) => {
    const handle = issued.get(line.ref);
    const card = handle === undefined ? line.card : { handle, from: CARD_FROM, to: CARD_TO };
    return feedLine({ ...line, card });
  });
  return amcNo === TILLEULS.amcNo ? [...people, ...DEMO_CANARIES.map(feedLine)] : people;
}

/**
 * `people` of demo.json. `domains` are those of the contract; its first is PHAR or FOUR, which a pharmacist may ask.
 * `cardFiles` by ref.
 */
export function demoJsonPeople(cardFiles: ReadonlyMap<string, string> = new Map()): DemoJsonPerson[] {
  return DEMO_PEOPLE.map(({ amcNo, line }) => ({
    memberNo: line.memberNo,
    nir: line.beneficiary.nir,
    birthDate: line.beneficiary.birthDate,
    birthRank: line.beneficiary.birthRank,
    amcNo,
    domains: [...new Set(line.periods.map(({ domain }) => domain))],
    cardFile: cardFiles.get(line.ref) ?? null,
    memberLogin: null,
  }));
}
