// The people generator: numbers that belong to nobody, the same file for the same seed, and lines of the contract's shape.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFictitiousNir, parseNir } from '../core/nir.ts';
import { DEMO_PEOPLE } from './demo-people.ts';
import { COVER_HISTORIES, DEMO_PRODUCTS, EMPTY_DEMO_INSURER, periodsOf } from './insurers.ts';
import type { FeedPerson, PeopleOptions } from './people.ts';
import { feedLine, MAX_LINE_BYTES, MAX_PEOPLE, peopleBlocks, personLines, shuffled } from './people.ts';

const insurer = EMPTY_DEMO_INSURER;
const options: PeopleOptions = { seed: 'rempart', insurer, count: 30_000 };
const lines = [...personLines(options)];
const people = lines.map((line) => JSON.parse(line) as FeedPerson);
const nirsOf = ({ beneficiary }: FeedPerson): string[] => [beneficiary.nir, ...beneficiary.alsoUnder];
const share = (some: unknown[], all: unknown[] = people): number => some.length / all.length;

const byMemberNo = new Map<string, FeedPerson[]>();
for (const person of people) {
  const household = byMemberNo.get(person.memberNo);
  if (household === undefined) byMemberNo.set(person.memberNo, [person]);
  else household.push(person);
}
const households = [...byMemberNo.values()];

describe('NIRs', () => {
  it('all have a right key, computed here once more with big integers', () => {
    const wrong = people.flatMap(nirsOf).filter((nir) => {
      const digits = nir.slice(0, 13).replace('2A', '19').replace('2B', '18');
      return BigInt(nir.slice(13)) !== 97n - (BigInt(digits) % 97n);
    });
    expect(wrong).toEqual([]);
  });

  it('all stand for a commune or country that does not exist, and never for an overseas department', () => {
    const real = people.flatMap(nirsOf).filter((nir) => {
      const parsed = parseNir(nir);
      return !(parsed.ok && isFictitiousNir(parsed.nir) && /^.{5}(?!97|98)..99[1-8]/.test(nir));
    });
    expect(real).toEqual([]);
  });

  it('agree with the birth date of whoever has one of their own', () => {
    const odd = people.filter(({ beneficiary: { nir, birthDate } }) => {
      const ofParent = birthDate > '20101101';
      const sameMonth = nir.slice(3, 5) === birthDate.slice(4, 6) && birthDate.slice(6) <= '28';
      return (
        !ofParent && (nir.slice(1, 3) !== birthDate.slice(2, 4) || (nir.slice(3, 5) <= '12' && !sameMonth))
      );
    });
    expect(odd).toEqual([]);
  });

  it('are of every kind there is', () => {
    const nirs = people.map(({ beneficiary }) => beneficiary.nir);
    const kinds = {
      corsica2A: /^.{5}2A/,
      corsica2B: /^.{5}2B/,
      corsicaBefore1976: /^.{5}20/,
      abroad: /^.{5}99/,
      incomplete: /^...[2-9]/,
      waitingMan: /^3/,
      waitingWoman: /^4/,
      temporaryMan: /^7/,
      temporaryWoman: /^8/,
    };
    for (const [kind, shape] of Object.entries(kinds)) {
      const some = nirs.filter((nir) => shape.test(nir));
      expect(some.length, kind).toBeGreaterThan(0);
      expect(share(some), kind).toBeLessThan(0.02);
    }
    const birthDates = people.map(({ beneficiary }) => beneficiary.birthDate);
    expect(birthDates.some((date) => date.endsWith('0000'))).toBe(true);
    expect(birthDates.some((date) => /^....[2-5]\d[3-7]\d$/.test(date))).toBe(true);
    expect(birthDates.some((date) => date < '1930')).toBe(true);
  });

  it('tell Corsica by its number of the time', () => {
    const places = people
      .filter(({ beneficiary }) => beneficiary.quality === 'INSURED')
      .map(({ beneficiary: { nir, birthDate } }) => [nir.slice(5, 7), birthDate.slice(0, 4)] as const);
    const years = (wanted: string): string[] =>
      places.flatMap(([place, year]) => (place === wanted ? [year] : [])).sort();
    expect(years('20').at(-1)).toBe('1975');
    expect(years('2A').at(0)).toBe('1976');
    expect(years('2B').at(0)).toBe('1976');
  });
});

describe('numbering', () => {
  it('deals out every number once, whatever the key: that is why no two people share one', () => {
    const sizes = fc.integer({ min: 1, max: 40 });
    const law = fc.property(sizes, sizes, fc.integer(), (low, high, key) => {
      const all = Array.from({ length: low * high }, (_, n) => n);
      const dealt = all.map((n) => shuffled(n, low, high, key));
      expect(dealt.toSorted((a, b) => a - b)).toEqual(all);
    });
    fc.assert(law);
  });
});

describe('doors', () => {
  const doorUnder = (nir: string, { birthDate, birthRank }: FeedPerson['beneficiary']): string =>
    `${nir} ${birthDate} ${birthRank}`;

  it('lead to one person each: no two share a NIR they are asked for under, birth date and rank', () => {
    const doors = people.flatMap((person) => nirsOf(person).map((nir) => doorUnder(nir, person.beneficiary)));
    expect(new Set(doors).size).toBe(doors.length);
  });

  it('lead to one household by member number, a letter G to Z and 11 digits', () => {
    expect(people.filter(({ memberNo }) => !/^[G-Z]\d{11}$/.test(memberNo))).toEqual([]);
    const odd = households.filter((household) => {
      const insured = household.filter(({ beneficiary }) => beneficiary.quality === 'INSURED');
      return household.length > 6 || insured.length !== 1 || insured[0] !== household[0];
    });
    expect(odd).toEqual([]);
  });

  it('have refs and card handles that nobody else has', () => {
    const tokens = people.flatMap(({ ref, card }) => (card === null ? [ref] : [ref, card.handle]));
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('are opened for a child under 16 by its parents alone, from 16 on by itself and both parents', () => {
    const odd = households.flatMap((household) => {
      const parents = household
        .filter(({ beneficiary }) => /^(INSURED|SPOUSE)$/.test(beneficiary.quality))
        .map(({ beneficiary }) => beneficiary.nir);
      return household.filter((person) => {
        const { quality, birthDate, nir, alsoUnder } = person.beneficiary;
        if (quality !== 'CHILD') return alsoUnder.length > 0;
        if (birthDate > '20101101') return person.identityDoor || String(nirsOf(person)) !== String(parents);
        return parents.includes(nir) || String(alsoUnder) !== String(parents);
      });
    });
    expect(odd).toEqual([]);
  });

  it('tell twins apart by their rank', () => {
    const second = people.filter(({ beneficiary }) => beneficiary.birthRank === 2);
    expect(second.length).toBeGreaterThan(20);
    const doors = new Set(people.map(({ beneficiary }) => doorUnder(beneficiary.nir, beneficiary)));
    const alone = second.filter(
      ({ beneficiary }) => !doors.has(doorUnder(beneficiary.nir, { ...beneficiary, birthRank: 1 })),
    );
    expect(alone).toEqual([]);
  });
});

describe('the same seed', () => {
  const hash = (of: PeopleOptions): string => {
    const all = createHash('sha256');
    for (const { bytes } of peopleBlocks(of)) all.update(bytes);
    return all.digest('hex');
  };

  it('gives the same bytes, today and in every release to come', () => {
    const small = { ...options, count: 5_000 };
    expect(hash(small)).toBe(hash({ ...small }));
    // Other people's files depend on it: a change here is a change of what `--seed` means, to be told in the changelog.
    expect(hash(small)).toBe('3d5b4cb600d3e26c1a0e866b3693594000e9a67fec625914e2b08743f02fee68');
  });

  it('gives the same people with canaries among them: so many of each 10,000 lines, marked at the end of theirs', () => {
    const count = 20_000;
    const without = [...personLines({ ...options, count })];
    const some = [...personLines({ ...options, count, canaries: 20 })];
    const isMarked = (line: string) => line.endsWith('],"canary":true}');
    for (const block of [some.slice(0, 10_000), some.slice(10_000)]) {
      expect(block.filter(isMarked)).toHaveLength(20);
    }
    expect(some.map((line) => (isMarked(line) ? line.replace(',"canary":true', '') : line))).toEqual(without);
  });

  it('gives other people for another seed or another insurer', () => {
    const count = 5_000;
    const others = [
      ...personLines({ ...options, seed: 'rempart2', count }),
      ...personLines({ ...options, insurer: { ...insurer, amcNo: '0999000101' }, count }),
    ].map((line) => JSON.parse(line) as FeedPerson);
    const known = new Set(people.flatMap(({ ref, memberNo }) => [ref, memberNo]));
    expect(others.some(({ ref, memberNo }) => known.has(ref) || known.has(memberNo))).toBe(false);
  });

  it.each([0, 1, 999, 1000, 12_345, 29_999, 30_000])('can be entered at line %i', (from) => {
    expect([...personLines(options, from)].join('\n')).toBe(lines.slice(from).join('\n'));
  });

  it('gives blocks that are the lines, and any of them alone', () => {
    const [second] = peopleBlocks({ ...options, count: 15_000 }, 1);
    expect(second?.lines).toBe(5_000);
    expect(second?.bytes.toString()).toBe(`${lines.slice(10_000, 15_000).join('\n')}\n`);
    const memberNos = new Set(people.slice(10_000, 15_000).map(({ memberNo }) => memberNo));
    expect(second?.households).toBe(memberNos.size);
  });

  it('begins a longer file with the lines of a shorter one', () => {
    expect([...personLines({ ...options, count: 4_321 })]).toEqual(lines.slice(0, 4_321));
  });

  it('still gives new people at the very end of what can be numbered, and refuses to go on', () => {
    const last = [...personLines({ ...options, count: MAX_PEOPLE }, MAX_PEOPLE - 2_500)];
    expect(last.length).toBe(2_500);
    const known = new Set(people.map(({ beneficiary }) => beneficiary.nir));
    expect(last.filter((line) => known.has((JSON.parse(line) as FeedPerson).beneficiary.nir))).toEqual([]);
    expect(() => [...personLines({ ...options, count: MAX_PEOPLE + 1 })]).toThrow(RangeError);
    expect(() => [...personLines({ ...options, count: 0 })]).toThrow(RangeError);
  });
});

describe('covers', () => {
  const holds = (date: string, { from, to }: FeedPerson['periods'][number]): boolean =>
    from <= date && (to === null || date <= to);
  const covered = (date: string): FeedPerson[] =>
    people.filter(({ periods }) => periods.some((period) => holds(date, period)));
  const ended = (date: string): FeedPerson[] =>
    people.filter(({ periods }) => periods.every(({ to }) => to !== null && to < date));
  const future = (date: string): FeedPerson[] =>
    people.filter(({ periods }) => periods.every(({ from }) => from > date));

  it('have ended for about 8 % and not begun for about 3 % on 1 November 2026', () => {
    expect(share(ended('2026-11-01'))).toBeCloseTo(0.08, 2);
    expect(share(future('2026-11-01'))).toBeCloseTo(0.03, 2);
    expect(share(people.filter(({ periods }) => periods.some(({ to }) => to === null)))).toBeCloseTo(0.83, 1);
  });

  it.each(['2026-11-01', '2026-12-31', '2027-01-01', '2027-03-15', '2027-06-30'])(
    'are running, over and still to come on %s',
    (date) => {
      expect(share(covered(date))).toBeGreaterThan(0.85);
      expect(share(ended(date))).toBeGreaterThan(0.06);
      expect(share(future(date))).toBeGreaterThan(0.005);
    },
  );

  it('hold only some domains for about 15 %, so that a pharmacist meets code 101', () => {
    const on = covered('2026-11-01');
    const excluded = on.filter(
      ({ periods }) => !periods.some((period) => period.domain === 'PHAR' && holds('2026-11-01', period)),
    );
    expect(share(excluded, on)).toBeGreaterThan(0.11);
    expect(share(excluded, on)).toBeLessThan(0.16);
    const partial = people.filter(({ product }) => /^(HOSPI|OPTIQUE|DENTAIRE|PHARMA)-/.test(product));
    expect(share(partial)).toBeCloseTo(0.15, 2);
  });

  it('sometimes have a gap, sometimes end in the middle of a month, and never overlap', () => {
    const histories = people.map(({ periods }) =>
      periods.filter(({ domain }) => domain === periods[0]?.domain),
    );
    expect(share(histories.filter(({ length }) => length === 2))).toBeCloseTo(0.03, 2);
    expect(histories.filter(([first, second]) => second && !(String(first?.to) < second.from))).toEqual([]);
    expect(people.some(({ periods }) => periods.some(({ to }) => to?.endsWith('-15')))).toBe(true);
  });

  it('come with a card for about 85 %, a responsible contract for 90 % and the identity door for 70 % of adults', () => {
    expect(share(people.filter(({ card }) => card !== null))).toBeCloseTo(0.85, 1);
    expect(share(people.filter(({ responsible }) => responsible))).toBeCloseTo(0.9, 1);
    const adults = people.filter(({ beneficiary }) => beneficiary.quality !== 'CHILD');
    expect(
      share(
        adults.filter(({ identityDoor }) => identityDoor),
        adults,
      ),
    ).toBeCloseTo(0.7, 1);
  });
});

// Written from CONTRACT.md 3.3 alone: it shares nothing with the generator.
describe('lines', () => {
  const DOMAINS =
    'PHAR MED LABO RADL AUXM SAGE EXTE CSTE HOSP OPTI AUDI DESO DEPR ODF TRAN FOUR URGE SVIL DIV'.split(' ');
  const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
  const TOKEN = /^[A-Za-z0-9_-]{21}[AQgw]$/;
  const keys = (value: object): string => Object.keys(value).join();

  function expectContractShape(line: string): void {
    const person = JSON.parse(line) as FeedPerson;
    const { beneficiary, card, periods } = person;
    expect(keys(person)).toBe(
      'op,ref,memberNo,beneficiary,card,identityDoor,convType,csr,responsible,product,periods',
    );
    expect(keys(beneficiary)).toBe('nir,birthDate,birthRank,quality,alsoUnder');
    expect(person.op).toBe('UPSERT');
    expect(person.ref).toMatch(TOKEN);
    expect(person.memberNo).toMatch(/^[G-Z]\d{11}$/);
    expect(beneficiary.nir).toMatch(/^[1-478]\d{4}(\d\d|2A|2B)\d{8}$/);
    expect(beneficiary.birthDate).toMatch(/^(19|20)\d{6}$/);
    expect([1, 2]).toContain(beneficiary.birthRank);
    expect(['INSURED', 'SPOUSE', 'CHILD', 'OTHER']).toContain(beneficiary.quality);
    expect(beneficiary.alsoUnder.every((nir) => /^[1-478][\dAB]{14}$/.test(nir))).toBe(true);
    if (card !== null) {
      expect(keys(card)).toBe('handle,from,to');
      expect(card.handle).toMatch(TOKEN);
      expect(`${card.from} ${card.to}`).toMatch(/^20\d\d-01-01 20\d\d-12-31$/);
    }
    expect(typeof person.identityDoor).toBe('boolean');
    expect(person.convType).toMatch(/^[A-Z0-9]{2}$/);
    expect(person.csr ?? '0').toMatch(/^[A-Z0-9]{1,9}$/);
    expect(typeof person.responsible).toBe('boolean');
    expect(person.product).toMatch(/^(ESSENTIEL|(CONFORT|PREMIUM|HOSPI|OPTIQUE|DENTAIRE|PHARMA)-[123])$/);
    expect(periods.length).toBeGreaterThan(0);
    for (const period of periods) {
      expect(keys(period)).toBe('domain,from,to,rule');
      expect(DOMAINS).toContain(period.domain);
      expect(period.from).toMatch(DAY);
      expect(period.to ?? '2026-01-01').toMatch(DAY);
      expect(period.rule).toMatch(/^R\d{1,2}$/);
    }
  }

  it('hold what the contract lists and nothing else, so no name either', () => {
    for (const line of lines.slice(0, 1_000)) expectContractShape(line);
    for (const { line } of DEMO_PEOPLE) expectContractShape(feedLine(line));
  });

  it('are written as JSON.stringify would write them', () => {
    for (const [index, line] of lines.entries()) {
      if (feedLine(people[index] as FeedPerson) !== line) expect.fail(line);
    }
  });

  it('fit the room a block keeps for each, the longest possible one too', () => {
    const nir = '1'.repeat(15);
    const longest = DEMO_PRODUCTS.flatMap((product) =>
      COVER_HISTORIES.map((history) =>
        feedLine({
          op: 'UPSERT',
          ref: 'r'.repeat(22),
          memberNo: 'G'.repeat(12),
          beneficiary: {
            nir,
            birthDate: '20000101',
            birthRank: 1,
            quality: 'INSURED',
            alsoUnder: [nir, nir],
          },
          card: { handle: 'h'.repeat(22), from: '2026-01-01', to: '2026-12-31' },
          identityDoor: false,
          convType: 'RP',
          csr: '123456789',
          responsible: false,
          product: product.code,
          periods: periodsOf(product, history),
        }),
      ),
    );
    expect(Math.max(...longest.map(({ length }) => length))).toBeLessThan(MAX_LINE_BYTES);
  });
});
