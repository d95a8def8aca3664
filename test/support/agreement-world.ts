// Prior agreements with everything real: members with a product of two mutuelles, engagements from scanned cards, what
// professionals and insurers call. The clock is the test's.

import { randomBytes, randomUUID } from 'node:crypto';
import { feedLine } from '../../src/demo/people.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import { person } from '../../src/vault/vault-fixture.ts';
import { type Answer, createTestWorld, type TestWorld } from './world.ts';

export const TILLEULS = '0999000101';
export const VIEUX_PORT = '0999000102';
/** A Tuesday, 10 o'clock in Paris. */
export const TODAY = '2026-12-01';
const START_MS = Date.parse(`${TODAY}T09:00:00Z`);
export const DAY_MS = 86_400_000;

/** Rules by domain: glasses up to 300 euros, an amount of a year for dental work, nothing at all for orthodontics. */
const RULES = {
  R10: { domain: 'OPTI', formula: { k: 'EUR_ADD', eur: 30_000, pec: true } },
  R11: { domain: 'AUDI', formula: { k: 'EUR_ADD', eur: 60_000, pec: true } },
  R13: { domain: 'DEPR', formula: { k: 'EUR_ADD', eur: 40_000, every: 'YEAR', pec: true } },
  R14: { domain: 'ODF', formula: { k: 'NONE', pec: true } },
  R2: { domain: 'MED', formula: { k: 'TM' } },
} as const;
type Domain = (typeof RULES)[keyof typeof RULES]['domain'];
/** Who asks in which domain. */
const ACCOUNT: Readonly<Record<Domain, string>> = {
  OPTI: 'marc',
  AUDI: 'amel',
  DEPR: 'paul',
  ODF: 'paul',
  MED: 'nadia',
};
const ACT: Readonly<Record<Domain, string>> = {
  OPTI: 'MON',
  AUDI: 'PA1',
  DEPR: 'HBLD',
  ODF: 'HBLD',
  MED: 'G',
};
/** One line of that domain, of 400 euros. */
const CODES: Readonly<Record<Domain, string>> = { ...ACT, DEPR: 'HBLD038', ODF: 'HBLD038' };

export type Member = { amcNo: string; ref: string; handle: string; nir: string; memberNo: string };
export type AgreementWorld = TestWorld & {
  clock: ManualClock;
  /** A member nobody has asked about yet. */
  newMember(amcNo?: string): Member;
  engagement(member: Member, domain: Domain): Promise<string>;
  /** POST /v1/prior-agreements by whoever asks in that domain. */
  request(engagementNo: string, domain: Domain, more?: Record<string, unknown>): Promise<Answer>;
  /** As an insurer's first person. */
  insurer(path: string, body?: unknown, amcNo?: string): Promise<Answer>;
};

export async function createAgreementWorld(members = 60): Promise<AgreementWorld> {
  const clock = new ManualClock(START_MS);
  const world = await createTestWorld({ clock });
  const all = Array.from({ length: members }, (_, i) => member(i));
  for (const amcNo of [TILLEULS, VIEUX_PORT]) {
    const own = all.filter((one) => one.amcNo === amcNo);
    await world.publish(
      amcNo,
      own.map((one, i) => lineOf(one, i)),
    );
    const body = { from: '2024-01-01', responsible: false, rules: RULES };
    const put = await world.send('/v1/products/PEC', { as: `${amcNo}-emetteur`, method: 'PUT', body });
    if (put.status !== 200) throw new Error(`the product was refused: ${JSON.stringify(put.body)}`);
  }
  return {
    ...world,
    clock,
    newMember(amcNo = TILLEULS) {
      const at = all.findIndex((one) => one.amcNo === amcNo);
      const [one] = all.splice(at, 1);
      if (!one) throw new Error('more members are needed');
      return one;
    },
    async engagement({ amcNo, handle }, domain) {
      const desk = world.cardDesks.find((one) => one.amcNo === amcNo);
      const data = desk?.issue({ handle: handle as never }).toString('base64url');
      const careDate = new Date(clock.nowMs()).toISOString().slice(0, 10);
      const asked = { amcNo, csr: undefined, careDate, domain, evidence: { kind: 'card', data } };
      const { body } = await world.ask(asked, { as: ACCOUNT[domain] });
      if (typeof body['engagementNo'] !== 'string') throw new Error(JSON.stringify(body));
      return body['engagementNo'];
    },
    request: (engagementNo, domain, more = {}) =>
      world.send('/v1/prior-agreements', {
        as: ACCOUNT[domain],
        body: {
          requestId: randomUUID(),
          engagementNo,
          lines: [lineFor(domain, clock)],
          ...equipmentFor(domain),
          ...more,
        },
      }),
    insurer: (path, body, amcNo = TILLEULS) => world.send(path, { as: `${amcNo}-emetteur`, body }),
  };
}

export function lineFor(domain: Domain, clock: ManualClock) {
  const careDate = new Date(clock.nowMs()).toISOString().slice(0, 10);
  return { lineNo: 1, actCode: CODES[domain], quantity: 1, price: 40_000, br: 0, amoRate: 60, careDate };
}

function equipmentFor(domain: Domain) {
  return domain === 'OPTI' ? { equipment: { age: '16-and-over', sightChanged: false } } : {};
}

function member(i: number): Member {
  const amcNo = i % 4 === 3 ? VIEUX_PORT : TILLEULS;
  const id = () => randomBytes(16).toString('base64url');
  return { amcNo, ref: id(), handle: id(), nir: person(i).nir, memberNo: `H${String(i).padStart(11, '0')}` };
}

function lineOf({ amcNo, ref, handle, memberNo }: Member, i: number): string {
  const periods = Object.entries(RULES).map(([rule, { domain }]) => ({
    domain,
    from: '2024-01-01',
    to: null,
    rule,
  }));
  return feedLine({
    op: 'UPSERT',
    ref,
    memberNo,
    beneficiary: { ...person(i), quality: 'INSURED', alsoUnder: [] },
    card: { handle, from: '2026-01-01', to: '2099-12-31' },
    identityDoor: false,
    convType: 'RP',
    csr: amcNo === TILLEULS ? '750100200' : null,
    responsible: false,
    product: 'PEC',
    periods,
  });
}
