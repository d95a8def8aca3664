// quote-http: quotes per second (mTLS, the vault's door, one transaction, durable ledger entry) against an empty
// authenticated reply of the same server over the same connections, alternating; every amount is compared with one
// computed here by hand. Then open-loop arrivals at 100 quotes/s for the latency.

import { randomUUID } from 'node:crypto';
import { parisDate, systemClock } from '../src/lib/clock.ts';
import { generator } from '../src/lib/seeded-random.ts';
import { checkOf, type Person, periodsOn, somePeople } from './bench-people.ts';
import { type Connection, postRequest } from './http-load.ts';
import { onPlatform } from './http-rounds.ts';
import type { BenchPlatform } from './platform.ts';
import type { Benchmark } from './report.ts';

const PEOPLE = 20_000;
/** Open engagements of each structure; each is quoted again and again, which replaces what it had reserved. */
const ENGAGEMENTS_EACH = 20;

export const quoteHttp: Benchmark = {
  name: 'quote-http',
  summary: 'quotes over HTTP against an empty authenticated reply',
  run: (say) =>
    onPlatform(
      say,
      (platform) => somePeople(platform, PEOPLE, say),
      async (platform, connections, people) => {
        say(`${connections.length * ENGAGEMENTS_EACH} engagements`);
        const today = parisDate(systemClock.nowMs());
        const desks = await obtainAll(platform, connections, { people, today });
        return {
          unit: 'quotes',
          ask: quoter(platform.url, desks, today),
          openLoopPerSecond: 100,
          entries: () => entries(platform),
          more: { people: people.length, engagements: connections.length * ENGAGEMENTS_EACH },
        };
      },
    ),
};

/** An engagement and what its insurer owes of the line that is quoted under it, in cents. */
type Engagement = { no: string; domain: 'PHAR' | 'FOUR'; amc: number };
type Desks = ReadonlyMap<Connection, readonly Engagement[]>;

/** Of a device of 250.00 euros, base 50.00 at 60 %: the rest is 220.00, the patient's share 20.00 (demo-products.ts). */
const DEVICE_AMC: Readonly<Record<string, number>> = {
  'CONFORT-1': 3_250,
  'CONFORT-2': 4_500,
  'CONFORT-3': 4_500,
  'PREMIUM-1': 2_000,
  'PREMIUM-2': 22_000,
  'OPTIQUE-1': 17_000,
};
/** Of a box of 20.00 euros at 65 %, under every product. */
const MEDICINE_AMC = 700;

async function obtainAll(
  { url }: BenchPlatform,
  connections: readonly Connection[],
  { people, today }: { people: readonly Person[]; today: string },
): Promise<Desks> {
  // Nobody twice: what one engagement has of a yearly amount would be missing for another.
  const wanted = people.flatMap((person, i) => {
    const domain = i % 2 === 0 ? 'PHAR' : 'FOUR';
    const isCovered = periodsOn(person, today).some((period) => period.domain === domain);
    const amc = domain === 'PHAR' ? MEDICINE_AMC : DEVICE_AMC[person.product];
    return isCovered && amc !== undefined ? [{ person, domain, amc } as const] : [];
  });
  const obtained = connections.map(async (connection, desk) => {
    const engagements: Engagement[] = [];
    for (const { person, domain, amc } of wanted.slice(
      desk * ENGAGEMENTS_EACH,
      (desk + 1) * ENGAGEMENTS_EACH,
    )) {
      const body = checkOf(person, domain, today);
      const answer = await connection.send(postRequest(url, '/v1/eligibility', body));
      const { engagementNo } = JSON.parse(answer.body.toString('utf8')) as { engagementNo?: string };
      if (!engagementNo) throw new Error(`no engagement: ${answer.body.toString('utf8')}`);
      engagements.push({ no: engagementNo, domain, amc });
    }
    return [connection, engagements] as const;
  });
  return new Map(await Promise.all(obtained));
}

/** Quotes one of the desk's engagements; throws when the amount is not the one that the contract says. */
function quoter(url: URL, desks: Desks, careDate: string) {
  const next = generator(7);
  const lines = {
    PHAR: { lineNo: 1, actCode: 'PH7', quantity: 1, price: 2_000, br: 2_000, amoRate: 65, careDate },
    FOUR: { lineNo: 1, actCode: 'MAD', quantity: 1, price: 25_000, br: 5_000, amoRate: 60, careDate },
  };
  return async (connection: Connection) => {
    const engagements = desks.get(connection) ?? [];
    const { no, domain, amc } = engagements[Math.floor(next() * engagements.length)] as Engagement;
    const body = { requestId: randomUUID(), engagementNo: no, lines: [lines[domain]] };
    const answer = await connection.send(postRequest(url, '/v1/quotes', JSON.stringify(body)));
    const quoted = JSON.parse(answer.body.toString('utf8')) as { total?: { amc: number } };
    if (answer.status !== 200 || quoted.total?.amc !== amc)
      throw new Error(`status ${answer.status}, ${quoted.total?.amc} cents, expected ${amc}`);
  };
}

async function entries({ sql }: BenchPlatform): Promise<number> {
  const [row] =
    await sql`select count(*)::int as n from ledger_entries where rest like '{"event":"quote.made"%'`;
  return Number(row?.['n']);
}
