// Whose data was shown: two accounts ask for a dozen people over real HTTP, and the list of one of them in a window equals
// exactly what that one was shown there (I10), whatever happened to the people, the rows and the journal since.

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { exposureCommand } from '../../src/cli/exposure.ts';
import type { DisclosedField } from '../../src/core/disclosed-fields.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { DEMO_PEOPLE, type DemoPerson, demoFeedLines } from '../../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import { ManualClock } from '../../src/lib/clock.ts';
import type { Exposure } from '../../src/operator/breach/exposure.ts';
import { sqlExposureEntries, sqlPersonRefs } from '../../src/operator/breach/exposure-store-sql.ts';
import type { Asker } from '../../src/operator/breach/journal-doors.ts';
import { type ExposureListing, listExposure } from '../../src/operator/breach/list-exposure.ts';
import { ListingNotEntered, postListing } from '../../src/operator/breach/listing-store-sql.ts';
import { journalDirectory } from '../../src/operator/ledger/verify-journal-dir.ts';
import { createTestWorld, eligibility, memberEvidence, type TestWorld } from '../support/world.ts';

const MINUTE_MS = 60_000;
/** Two hours before a month ends, in UTC: the tags of its people change in the middle of the story. */
const clock = new ManualClock(Date.parse('2026-11-30T22:00:00.000Z'));

let world: TestWorld;
let reader: Database;
/** The window of the theft. */
let fromMs = 0;
let toMs = 0;
/** What Claire was shown in it, as she wrote it down: by insurer and ref. */
const shown = new Map<string, { fields: Set<DisclosedField>; times: number[] }>();

const keyOf = ({ amcNo, line }: DemoPerson) => `${amcNo} ${line.ref}`;

function about(person: DemoPerson, more: Record<string, unknown> = {}) {
  const insurer = DEMO_INSURERS.find(({ amcNo }) => amcNo === person.amcNo);
  const { csr: _default, ...base } = eligibility();
  const route = { amcNo: person.amcNo, convType: insurer?.convType, csr: insurer?.csr ?? undefined };
  return { ...base, ...route, evidence: memberEvidence(person.line), ...more };
}

const FIELDS_SHOWN: Readonly<Record<string, DisclosedField>> = {
  covered: 'cover',
  coverFrom: 'coverDates',
  rule: 'rule',
  responsible: 'responsible',
  engagementNo: 'engagement',
};

/** Asks, and writes down what a thief would: every field that came with a value, under any code but 200. */
async function askAs(as: string, person: DemoPerson, more: Record<string, unknown> = {}): Promise<string> {
  clock.advance(1_000);
  const { status, body } = await world.send('/v1/eligibility', { as, body: about(person, more) });
  expect(status).toBe(200);
  const nowMs = clock.nowMs();
  if (as === 'claire' && body['code'] !== '200' && nowMs >= fromMs && toMs === 0 && fromMs > 0) {
    const note = shown.get(keyOf(person)) ?? { fields: new Set(['membership' as const]), times: [] };
    for (const [name, field] of Object.entries(FIELDS_SHOWN)) {
      if (name === 'covered' ? body[name] : body[name] !== null) note.fields.add(field);
    }
    note.times.push(nowMs);
    shown.set(keyOf(person), note);
  }
  return String(body['code']);
}

const person = (number: number) => DEMO_PEOPLE[number - 1] as DemoPerson;

beforeAll(async () => {
  world = await createTestWorld({ clock });
  reader = openDatabase(world.ownerUrl, { max: 1, applicationName: 'test-breach' });
  await reader.unsafe('set role rempart_breach'); // all that the list may read
  for (const { amcNo } of DEMO_INSURERS) await world.publish(amcNo, demoFeedLines(amcNo));

  await askAs('claire', person(16)); // honest work of before
  clock.advance(MINUTE_MS);
  fromMs = clock.nowMs();
  for (const number of [1, 2, 3, 8, 9, 10, 11, 12]) await askAs('claire', person(number));
  for (const number of [4, 5, 6, 11]) await askAs('hugo', person(number));
  await askAs('claire', person(1)); // once more, a new request
  const requestId = randomUUID();
  await askAs('claire', person(2), { requestId });
  clock.advance(1_000); // the same request again: the same answer, no second look-up
  expect((await world.send('/v1/eligibility', { body: about(person(2), { requestId }) })).status).toBe(200);
  await askAs('claire', person(10), { domain: 'FOUR' }); // 101 before, covered for this
  clock.advance(4 * 60 * MINUTE_MS); // December
  await askAs('claire', person(1));
  await askAs('claire', person(13));
  const wrong = { evidence: { ...memberEvidence(person(14).line), memberNo: 'Z00000000000' } };
  expect(await askAs('claire', person(14), wrong)).toBe('200');
  toMs = clock.nowMs() + 1_000;
  await askAs('claire', person(15)); // at this very moment: not in the window
}, 60_000);
afterAll(async () => {
  await reader?.end({ timeout: 1 });
  await world?.close();
});

async function listed(asker: Asker, window = { fromMs, toMs }, journal = world.paths.journal) {
  const listings: ExposureListing[] = [];
  const parts = {
    entries: sqlExposureEntries(reader),
    persons: sqlPersonRefs(reader),
    journal: journalDirectory(journal),
    vault: world.vault,
    enter: async (listing: ExposureListing) => void listings.push(listing),
  };
  const exposure = await listExposure(parts, { asker, window, incident: 'I-1', approvals: [] });
  return { ...exposure, listings };
}

const claire: Asker = { kind: 'account', id: 'claire' };

/** What the list must be, from what Claire wrote down. */
function truth() {
  return [...shown.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { fields, times }]) => ({
      insurer: key.split(' ')[0],
      subjectRef: key.split(' ')[1],
      fields: [...fields],
      first: new Date(Math.min(...times)).toISOString(),
      last: new Date(Math.max(...times)).toISOString(),
      certainty: 'certain',
      mayBeMore: false,
    }));
}

const sorted = ({ persons }: Pick<Exposure, 'persons'>) =>
  persons.map((one) => ({ ...one, fields: [...one.fields].sort() }));
const expected = () => truth().map((one) => ({ ...one, fields: [...one.fields].sort() }));

describe('the list of one account', () => {
  it('is exactly what that account was shown: each person once, over two months, nobody of another account', async () => {
    const list = await listed(claire);
    expect(expected()).toHaveLength(7);
    expect(sorted(list)).toEqual(expected());
    // Eight, Sophie, Julien and Nadia once more, two in December and a wrong number.
    expect(list.counts).toEqual({
      persons: 7,
      certain: 7,
      possible: 0,
      unknownPersons: 0,
      doors: 14,
      entries: 14,
      missing: { entries: 0, journalLines: 0 },
      notListed: 'no',
    });
    const scope = { scope: 'account:claire', incident: 'I-1', persons: 7, unknownPersons: 0 };
    expect(list.listings).toEqual([
      { ...scope, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
    ]);
  });

  it('is the same by structure, and by a client that only this person uses; another account’s is another', async () => {
    const { persons } = await listed(claire);
    const byStructure = await listed({ kind: 'structure', id: 'S-PHARMACIE-HALLES' });
    expect(byStructure.persons).toEqual(persons);
    const [row] = await world.sql<{ client: string }[]>`
      select distinct rest::json ->> 'client' as client from ledger_entries
      where rest like '{"event":"rights.checked"%' and rest::json ->> 'account' = 'claire'`;
    expect((await listed({ kind: 'client', id: row?.client ?? '' })).persons).toEqual(persons);
    const hugo = await listed({ kind: 'account', id: 'hugo' });
    const his = [4, 5, 6, 11].map(person);
    expect(hugo.persons.map(({ subjectRef }) => subjectRef).sort()).toEqual(
      his.map(({ line }) => line.ref).sort(),
    );
  });

  it('names nobody for an account that does not exist, nor in an empty window', async () => {
    for (const nobody of [
      await listed({ kind: 'account', id: 'clair' }),
      await listed(claire, { fromMs: toMs + MINUTE_MS, toMs: toMs + 2 * MINUTE_MS }),
    ]) {
      expect(nobody.persons).toEqual([]);
      expect(nobody.counts).toMatchObject({ doors: 0, entries: 0, notListed: 'no' });
    }
  });

  it('still names a member who was erased since', async () => {
    const before = await listed(claire);
    const { beneficiary, ref, memberNo } = person(11).line;
    const erase = { op: 'ERASE', ref, memberNo, beneficiary, card: person(11).line.card };
    await world.sql`update insurers set closing_limit_percent = 100`; // one of few is more than five in a hundred
    const feed = await world.publish(person(11).amcNo, [JSON.stringify(erase)], { kind: 'delta' });
    expect(feed).toMatchObject({ state: 'applied' });
    const [gone] = await world.sql`select count(*)::int as n from former_subjects`;
    expect(gone?.['n']).toBe(1);
    expect((await listed(claire)).persons).toEqual(before.persons);
  });
});

describe('what was not answered, or is not there any more', () => {
  it('a door without an answer makes its person possibly exposed; a door without an entry is somebody unnamed', async () => {
    clock.advance(MINUTE_MS);
    const start = clock.nowMs();
    // The insurer's notice cannot be written: the door is open, no answer leaves.
    await world.sql`alter table notices rename to notices_away`;
    const { nir, birthDate, birthRank } = person(6).line.beneficiary;
    const evidence = {
      kind: 'identity-only',
      beneficiary: { nir, birthDate, birthRank },
      reason: 'EMERGENCY',
    };
    const failed = await world.send('/v1/eligibility', { body: about(person(6), { evidence }) });
    expect(failed.status).toBe(500);
    await world.sql`alter table notices_away rename to notices`;
    world.internalErrors.length = 0;
    const unanswered = async () =>
      (await readEntriesOf()).filter(({ event }) => event === 'rights.unanswered').length;
    await vi.waitFor(async () => expect(await unanswered()).toBe(1), 5_000);
    // Much later: a list goes by the moment of the door.
    clock.advance(MINUTE_MS);
    const toMs = clock.nowMs();

    const window = { fromMs: start, toMs };
    const list = await listed(claire, window);
    expect(list.persons).toMatchObject([
      { subjectRef: person(6).line.ref, fields: [], certainty: 'possible', mayBeMore: true },
    ]);
    expect(list.counts).toMatchObject({ persons: 1, certain: 0, possible: 1, doors: 1, notListed: 'no' });

    // A taken-over operator asks the vault and enters nothing.
    clock.advance(1_000);
    await openedBehindTheLedger();
    const later = await listed(claire, { fromMs: start, toMs: clock.nowMs() + 1 });
    expect(later.persons).toEqual(list.persons);
    expect(later.counts).toMatchObject({ doors: 2, entries: 1, unknownPersons: 1, notListed: 'possible' });
  });

  it('a card that expired told the asker that somebody is a member: one unnamed person; a forged one told nothing', async () => {
    clock.advance(MINUTE_MS);
    const window = { fromMs: clock.nowMs(), toMs: clock.nowMs() + MINUTE_MS };
    const [desk] = world.cardDesks;
    const expired = desk?.issue({ expires: Date.parse('2026-06-30T22:00:00Z') / 1000 }) ?? Buffer.of();
    const forged = desk?.issue() ?? Buffer.of();
    forged.fill(7, forged.length - 8);
    for (const [card, code] of [
      [expired, '301'],
      [forged, '200'],
    ] as const) {
      const evidence = { kind: 'card', data: card.toString('base64url') };
      expect((await world.ask({ evidence })).body['code']).toBe(code);
    }
    const { persons, counts } = await listed(claire, window);
    expect(persons).toEqual([]);
    expect(counts).toMatchObject({ doors: 0, entries: 2, unknownPersons: 1, notListed: 'possible' });
    expect((await listed({ kind: 'account', id: 'hugo' }, window)).counts.entries).toBe(0);
  });

  it('a row that was edited or deleted takes nobody off the list without a trace', async () => {
    const before = await listed(claire);
    await world.sql`create table kept as select * from ledger_entries`;
    const seqOf = async (ref: number) =>
      (
        await world.sql<{ seq: string }[]>`
        select seq from ledger_entries where rest like '{"event":"rights.checked"%'
          and rest::json ->> 'account' = 'claire' order by seq limit 1 offset ${ref}`
      )[0]?.seq ?? '0';
    // The first of the window becomes Hugo's; the second discloses nothing; the third is gone.
    await world.sql`update ledger_entries set rest = replace(rest, '"claire"', '"hugo"') where seq = ${await seqOf(1)}`;
    await world.sql`update ledger_entries set member_view = regexp_replace(member_view, '"fields":.*"outcome":"000"',
      '"fields":[],"outcome":"200"') where seq = ${await seqOf(1)}`;
    await world.sql`delete from ledger_entries where seq = ${await seqOf(2)}`;
    const after = await listed(claire);
    expect(after.counts.unknownPersons).toBe(3);
    expect(after.counts.missing.entries).toBe(1);
    expect(after.counts.notListed).toBe('possible');
    expect(after.counts.persons + 3).toBeGreaterThanOrEqual(before.counts.persons);
    await world.sql`truncate ledger_entries`;
    await world.sql`insert into ledger_entries select * from kept`;
    expect((await listed(claire)).persons).toEqual(before.persons);
  });

  it('where lines of the journal are lost the ledger is asked, and nobody else is called unexposed', async () => {
    const before = await listed(claire);
    const copy = `${world.paths.journal}-copy`;
    const [first = '', ...others] = (await readdir(world.paths.journal)).sort();
    const lines = (await readFile(join(world.paths.journal, first), 'utf8')).split('\n');
    await mkdir(copy);
    const opened = lines.findIndex((line) => line.includes('"do":"open"'));
    await writeFile(
      join(copy, first),
      [...lines.slice(0, opened + 2), ...lines.slice(opened + 5)].join('\n'),
    );
    for (const name of others)
      await writeFile(join(copy, name), await readFile(join(world.paths.journal, name)));
    const after = await listed(claire, { fromMs, toMs }, copy);
    expect(after.persons).toEqual(before.persons);
    expect(after.counts).toMatchObject({ missing: { journalLines: 3 }, notListed: 'possible' });
    await rm(join(copy, first)); // a whole day, the first there is
    const less = await listed(claire, { fromMs, toMs }, copy);
    expect(less.persons).toEqual(before.persons);
    expect(less.counts.notListed).toBe('possible');
  });
});

describe('rempart exposure', () => {
  afterEach(() => vi.unstubAllEnvs());

  async function run(argv: string[]) {
    vi.stubEnv('REMPART_DIR', dirname(world.paths.demo));
    const out: string[] = [];
    const err: string[] = [];
    const code = await exposureCommand(argv, {
      stdout: (text) => void out.push(text),
      stderr: (text) => void err.push(text),
      json: true,
      now: () => clock.nowMs(),
    });
    const body = out.length > 0 ? (JSON.parse(out.join('')) as Record<string, unknown>) : null;
    return { code, stderr: err.join(''), body };
  }
  const window = () => ['--from', new Date(fromMs).toISOString(), '--to', new Date(toMs).toISOString()];

  it('prints the list when the operator has entered who asked for it, and no record id', async () => {
    await writeFile(world.paths.demo, JSON.stringify({ database: world.ownerUrl }));
    const { code, stderr, body } = await run(['--account', 'claire', ...window()]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { listings: _, ...list } = await listed(claire);
    expect(body).toEqual(JSON.parse(JSON.stringify(list)));
    expect(stderr).toMatch(/^Incident demo-2026-12-01T[\d:]+Z: 7 person\(s\), 7 certainly, 0 possibly/);
    const entry = (await readEntriesOf()).at(-1);
    expect(entry).toMatchObject({
      event: 'exposure.listed',
      scope: 'account:claire',
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      persons: 7,
      by: new URL(world.ownerUrl).username,
    });
    const ids = await world.sql<{ id: string }[]>`select id from records`;
    for (const { id } of ids) expect(JSON.stringify(body)).not.toContain(id.replaceAll('-', ''));
  });

  it('gets no list while no operator enters it, and leaves no request behind', async () => {
    await world.stopOperator();
    const { listings } = await listed(claire);
    const posted = postListing(reader, listings[0] as ExposureListing, 0);
    await expect(posted).rejects.toThrow(ListingNotEntered);
    expect(await world.sql`select from exposure_lists where entered_as is null`).toHaveLength(0);
    await world.startOperator();
  });

  it.each([
    ['nobody', []],
    ['two of them', ['--account', 'claire', '--client', 'x']],
    ['no id', ['--account', 'Claire Aubrac']],
    ['an incident that is a sentence', ['--account', 'claire', '--incident', 'the big one']],
    ['a word too many', ['--account', 'claire', 'hugo']],
  ])('refuses %s as wrong usage, with the help', async (_, argv) => {
    const { code, stderr, body } = await run([...argv, ...window()]);
    expect({ code, body }).toEqual({ code: 2, body: null });
    expect(stderr).toContain('Usage: rempart exposure');
  });

  it.each([
    ['no beginning', ['--to', '2026-12-01T00:00:00Z']],
    ['no end', ['--from', '2026-12-01T00:00:00Z']],
    ['a time without its zone', ['--from', '2026-12-01T00:00:00', '--to', '2026-12-02T00:00:00Z']],
    ['a day', ['--from', '2026-12-01', '--to', '2026-12-02T00:00:00Z']],
    ['a month that does not exist', ['--from', '2026-13-01T00:00:00Z', '--to', '2027-01-02T00:00:00Z']],
    ['an end before the beginning', ['--from', '2026-12-01T01:00:00Z', '--to', '2026-12-01T01:30:00+01:00']],
  ])('refuses %s as wrong usage', async (_, argv) => {
    expect((await run(['--account', 'claire', ...argv])).code).toBe(2);
  });
});

async function readEntriesOf() {
  const rows = await world.sql<{ rest: string }[]>`select rest from ledger_entries order by seq`;
  return rows.map(({ rest }) => JSON.parse(rest) as Record<string, unknown>);
}

async function openedBehindTheLedger(): Promise<void> {
  const token = String((await world.signIn('claire')).body['access_token']);
  const [, payload = ''] = token.split('.');
  const { cnf } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { cnf: Record<string, string> };
  const { memberNo, beneficiary } = person(7).line;
  const { nir, birthDate, birthRank } = beneficiary;
  const { out } = await world.vault.call('open', {
    items: [
      {
        proof: { kind: 'token', client: cnf['x5t#S256'] ?? '', token },
        amcNo: person(7).amcNo as never,
        evidence: { kind: 'member-number', memberNo, nir, birthDate, birthRank },
        request: { scope: 'thief', body: '{}' },
      },
    ],
  });
  expect(out.items[0]?.ok).toBe(true);
}
