// The guard's screens against the running platform: alarms, undoing with a signature, what a stolen login is worth,
// limits and canaries; what they refuse, and what of it is entered.

import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertAlarms } from '../support/guard-rows.ts';
import { enrolled, type StaffMember } from '../support/staff.ts';
import { type Answer, createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
let sophie: StaffMember;
let theo: StaffMember;
let ids: string[];
beforeAll(async () => {
  world = await createTestWorld();
  sophie = await enrolled(world, 'sophie');
  theo = await enrolled(world, 'theo');
}, 60_000);
afterAll(() => world?.close());
beforeEach(async () => {
  await world.sql`delete from guard_alarms`;
  ids = await insertAlarms(world.sql, Date.now());
});

const codeOf = ({ status, body }: Answer) =>
  status < 300 ? `${status}` : `${status} ${String(body['code'])}`;
type Listed = { id: string; at: string; endedBecause: string | null };
const alarms = async (query = '') =>
  (await sophie.call('GET', `/v1/guard/alarms${query}`)).body['alarms'] as Listed[];
const alarm = async (id: string) => (await sophie.call('GET', `/v1/guard/alarms/${id}`)).body;
const entries = (event: string) =>
  world.sql<{ rest: Record<string, unknown> }[]>`
    select rest::jsonb as rest from ledger_entries where rest::jsonb->>'event' = ${event} order by seq`;
const undo = (who: StaffMember, id: string, reason = 'Inventaire, confirmé par téléphone') =>
  who.call('POST', `/v1/guard/alarms/${id}/undo`, { reason });
const idOf = (detector: string) => ids.find((id) => id.endsWith(`-${detector}`)) ?? '';

describe('alarms', () => {
  it('come newest first, in pages, without their curves', async () => {
    const all = await alarms();
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect(all[0]).toMatchObject({
      detector: 'strangers',
      scope: 'account:claire',
      response: 'fresh-sign-in',
      facts: { people: 23, seconds: 3_840, usualPerDay: 6 },
      endedAt: null,
      reviewedAt: null,
    });
    expect(all[0]).not.toHaveProperty('curve');
    const first = await alarms('?most=3');
    expect(first.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect((await alarms(`?most=3&before=${first[2]?.at}`)).map(({ id }) => id)).toEqual(ids.slice(3, 6));
    for (const query of ['?most=0', '?most=100', '?before=yesterday', '?account=claire']) {
      expect(codeOf(await sophie.call('GET', `/v1/guard/alarms${query}`)), query).toBe('422 invalid');
    }
  });

  it('open one by one with the curve that raised them, and who opened which is entered', async () => {
    expect(await alarm(idOf('strangers'))).toMatchObject({ threshold: 22.35, curve: expect.any(Array) });
    expect((await entries('staff.looked-up')).at(-1)?.rest).toMatchObject({
      account: 'sophie',
      scope: `alarm:${idOf('strangers')}`,
    });
    expect(codeOf(await sophie.call('GET', '/v1/guard/alarms/1-pace'))).toBe('404 alarm-unknown');
    expect(codeOf(await sophie.call('GET', '/v1/guard/alarms/%25'))).toBe('422 invalid');
  });

  it('are counted at a glance: what stands, what nobody has looked at', async () => {
    const counts = async () => (await theo.call('GET', '/v1/overview')).body['alarms'];
    await expect.poll(counts).toMatchObject({ standing: 4, unreviewed: 9, latestAt: expect.any(String) });
    expect(codeOf(await sophie.call('POST', `/v1/guard/alarms/${idOf('misses')}/review`))).toBe('200');
    expect(await counts()).toMatchObject({ standing: 4, unreviewed: 8 });
    expect(await alarm(idOf('misses'))).toMatchObject({ reviewedBy: 'sophie', endedAt: null });
    expect(codeOf(await sophie.call('POST', '/v1/guard/alarms/1-pace/review'))).toBe('404 alarm-unknown');
  });
});

describe('undoing a response', () => {
  it('takes one person’s signature over a text that says which, for whom and why', async () => {
    const id = idOf('misses');
    const asked = await undo(sophie, id);
    const text = String(asked.body['text']);
    expect(text.split('\n').slice(2, 6)).toEqual([
      id,
      'account:marc',
      'typed-closed',
      'Inventaire, confirmé par téléphone',
    ]);
    expect(await alarm(id)).toMatchObject({ endedAt: null });
    expect((await sophie.signUndo(asked)).body).toEqual({ state: 'done' });
    expect(await alarm(id)).toMatchObject({
      endedBecause: 'undone',
      endedBy: 'sophie',
      endedReason: 'Inventaire, confirmé par téléphone',
    });
    const [kept] = await world.sql`select ended_text, ended_signature from guard_alarms where id = ${id}`;
    expect(kept).toMatchObject({ ended_text: text, ended_signature: { staff: 'sophie' } });
    const digest = hash('sha256', text, 'hex');
    expect((await entries('guard.undone')).at(-1)?.rest).toMatchObject({ account: 'sophie', text: digest });
    expect(codeOf(await sophie.signUndo(asked))).toBe('409 act-not-waiting');
    expect(codeOf(await undo(theo, id))).toBe('409 alarm-not-standing');
  });

  it('refuses another person’s signature, another act’s, and one without a verified user', async () => {
    const id = idOf('strangers');
    const asked = await undo(sophie, id);
    expect(codeOf(await theo.signUndo(asked))).toBe('409 act-not-waiting');
    expect(codeOf(await sophie.signUndo(asked, {}, theo.authenticator))).toBe('401 staff-passkey-refused');
    expect(codeOf(await sophie.signUndo(asked, { userVerified: false }))).toBe('401 staff-passkey-refused');
    const closing = await sophie.propose('structure:S-PHARMACIE-GARE', 'closed');
    const { options } = closing.body as { options: { challenge: string } };
    expect(codeOf(await sophie.signUndo({ ...asked, body: { ...asked.body, options } }))).toBe(
      '401 staff-passkey-refused',
    );
    expect(codeOf(await sophie.signUndo(closing))).toBe('409 act-not-waiting');
    expect(codeOf(await sophie.sign(asked))).toBe('409 act-not-waiting');
    expect(await alarm(id)).toMatchObject({ endedAt: null });
  });

  it('refuses a reason with somebody’s number, a short one, and an alarm that is over or closed nothing', async () => {
    const named = await undo(sophie, idOf('strangers'), 'Patiente 2 85 05 99 123 456 07');
    expect([codeOf(named), named.body['field']]).toEqual(['422 invalid', 'reason']);
    expect(codeOf(await undo(sophie, idOf('strangers'), 'ok'))).toBe('422 invalid');
    expect(codeOf(await undo(sophie, idOf('canary')))).toBe('409 alarm-not-standing');
    expect(codeOf(await undo(sophie, idOf('emergency')))).toBe('409 alarm-not-standing');
    expect(codeOf(await undo(sophie, '1-pace'))).toBe('404 alarm-unknown');
  });

  it('two who undo at once: one of them did it', async () => {
    const asked = await Promise.all([undo(sophie, idOf('misses')), undo(theo, idOf('misses'))]);
    const [hers, his] = asked as [Answer, Answer];
    const codes = await Promise.all([sophie.signUndo(hers), theo.signUndo(his)]);
    expect(codes.map(codeOf).toSorted()).toEqual(['200', '409 alarm-not-standing']);
  });
});

describe('what a stolen login is worth', () => {
  it('is told of one account, structure or client by its exact id, and who asked is entered', async () => {
    const { body } = await sophie.call('GET', '/v1/guard/blast-radius?kind=account&id=claire');
    expect(body).toMatchObject({ kind: 'account', id: 'claire', profession: 'pharmacist', accounts: 1 });
    type Bound = { strangers: number; regulars: number; total: number };
    const { hour, day, month, vaultAlone } = body as Record<'hour' | 'day' | 'month', Bound> & {
      vaultAlone: Record<'hour' | 'day' | 'month', Bound>;
    };
    for (const [less, more] of [
      [hour, day],
      [day, month],
      [hour, vaultAlone.hour],
      [day, vaultAlone.day],
      [month, vaultAlone.month],
    ] as const) {
      expect(less.total).toBeLessThanOrEqual(more.total);
    }
    expect((await entries('staff.looked-up')).at(-1)?.rest).toMatchObject({ scope: 'account:claire' });
    for (const query of ['kind=structure&id=S-PHARMACIE-HALLES', 'kind=client&id=software-claire']) {
      expect(codeOf(await sophie.call('GET', `/v1/guard/blast-radius?${query}`)), query).toBe('200');
    }
  });

  it('is not told of a pattern, a part of an id, or everybody', async () => {
    for (const [query, code] of [
      ['kind=account&id=clair-nowhere', '404 id-unknown'],
      ['kind=account&id=%25', '422 invalid'],
      ['kind=account', '422 invalid'],
      ['kind=profession&id=pharmacist', '422 invalid'],
      ['kind=platform&id=x', '422 invalid'],
    ]) {
      expect(codeOf(await sophie.call('GET', `/v1/guard/blast-radius?${query}`)), query).toBe(code);
    }
  });
});

describe('limits and canaries', () => {
  it('each limit has its size and its reason, and says who keeps it', async () => {
    const { body } = await sophie.call('GET', '/v1/guard/budgets');
    const lines = body['budgets'] as Record<string, unknown>[];
    expect(lines).toContainEqual(
      expect.objectContaining({
        name: 'typedPerProfessionalPerDay',
        profession: 'pharmacist',
        kind: 'hard',
        size: 30,
        perDay: 28,
        why: expect.stringMatching(/busy pharmacy/),
      }),
    );
    expect(lines.filter(({ why, whenEmpty }) => why === '' || whenEmpty === '')).toEqual([]);
    expect(lines.some(({ kind }) => kind === 'soft')).toBe(true);
  });

  it('canaries are counted by insurer, and nobody is named', async () => {
    const { body } = await sophie.call('GET', '/v1/guard/canaries');
    expect(body['insurers']).toContainEqual(
      expect.objectContaining({ amcNo: '0999000101', name: expect.any(String) }),
    );
  });
});

it('nobody without a session sees any of it', async () => {
  for (const path of [
    'alarms',
    `alarms/${ids[0]}`,
    'blast-radius?kind=account&id=claire',
    'budgets',
    'canaries',
  ]) {
    const answer = await fetch(`${world.consoleUrl}/v1/guard/${path}`);
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

it('`staff` closed: alarms are still counted, but none is shown, undone or reviewed', async () => {
  const asked = await undo(sophie, idOf('strangers'));
  await sophie.act('staff', 'closed');
  await expect
    .poll(async () => codeOf(await sophie.call('GET', '/v1/guard/alarms')))
    .toBe('503 staff-closed');
  for (const path of [`alarms/${ids[0]}`, 'blast-radius?kind=account&id=claire']) {
    expect(codeOf(await sophie.call('GET', `/v1/guard/${path}`)), path).toBe('503 staff-closed');
  }
  expect(codeOf(await undo(sophie, idOf('strangers')))).toBe('503 staff-closed');
  expect(codeOf(await sophie.signUndo(asked))).toBe('503 staff-closed');
  expect(codeOf(await sophie.call('POST', `/v1/guard/alarms/${ids[0]}/review`))).toBe('503 staff-closed');
  expect((await sophie.call('GET', '/v1/overview')).body['alarms']).toMatchObject({ standing: 4 });
  expect(codeOf(await sophie.call('GET', '/v1/guard/budgets'))).toBe('200');
});

it('nothing of it is an internal error', () => {
  expect(world.internalErrors).toEqual([]);
});
