// What an insurer learns from the operator's trust list about its own card keys, over a quarter's turn with a late list.

import { describe, expect, it } from 'vitest';
import { addMonths, quarterOf } from '../../core/card-quarter.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { ManualClock } from '../../lib/clock.ts';
import type { CardKeyFacts } from '../../vault/insurer/insurer-protocol.ts';
import { CardKeyWatch } from './key-watch.ts';

const INSURER = '0999000101' as AmcNo;
const DAY_MS = 86_400_000;

function key(kid: string, day: string): CardKeyFacts {
  const { from, to } = quarterOf(day as CareDate);
  const jwk = { kty: 'EC', crv: 'P-256', x: kid.padEnd(43, 'x'), y: kid.padEnd(43, 'y') } as const;
  return { kid, jwk, from, to, retired: false };
}
const autumn = key('autumn', '2026-11-23');
const winter = key('winter', '2027-01-01');
const spring = key('spring', '2027-04-01');

const entry = ({ retired: _ours, ...facts }: CardKeyFacts, changed: Record<string, unknown> = {}) => ({
  ...facts,
  insurer: INSURER,
  ...changed,
});

function desk({ at, keys }: { at: string; keys: CardKeyFacts[] }) {
  const clock = new ManualClock(Date.parse(`${at}T11:00:00Z`));
  const state: { keys: CardKeyFacts[]; list: unknown[] | null } = { keys, list: null };
  const warnings: string[] = [];
  const problems: unknown[] = [];
  const listed: { present: boolean; next: boolean }[] = [];
  const watch = new CardKeyWatch({
    amcNo: INSURER,
    operator: {
      send: async (_method, path) => {
        expect(path).toBe('/trust.json');
        if (!state.list) return { status: 0, body: {} };
        return { status: 200, body: { cards: state.list, issuedAt: '2026-11-23T11:00:00Z' } };
      },
    },
    vault: { call: async () => ({ out: { keys: state.keys }, bytes: Buffer.alloc(0) }) } as never,
    clock,
    onListed: (facts) => listed.push(facts),
    onWarning: (sentence) => warnings.push(sentence),
    onProblem: (error) => problems.push(error),
  });
  const look = async (list: unknown[] | null) => {
    state.list = list;
    await watch.look();
    return { listed: watch.listed(), signer: watch.signer(), usable: watch.isUsable(), ...listed.at(-1) };
  };
  return { watch, look, clock, state, warnings, problems };
}

describe('a look at the trust list', () => {
  it('that names this quarter’s key and the next says nothing', async () => {
    const { look, warnings, problems, watch } = desk({ at: '2026-12-20', keys: [autumn, winter] });
    expect(await look([entry(autumn), entry(winter)])).toEqual({
      listed: ['autumn'],
      signer: 'autumn',
      usable: true,
      present: true,
      next: true,
    });
    expect([warnings, problems]).toEqual([[], []]);
    await watch.stop();
  });

  it('asks for the next quarter’s key from three weeks before, once a day', async () => {
    const { look, warnings, clock } = desk({ at: '2026-12-10', keys: [autumn, winter] });
    await look([entry(autumn)]);
    expect(warnings).toEqual([]);
    clock.advance(DAY_MS); // 11 December: 21 days
    for (let i = 0; i < 3; i += 1)
      expect(await look([entry(autumn)])).toMatchObject({ next: false, usable: true });
    expect(warnings).toEqual([
      'card key winter, which signs from 2027-01-01, is not in the operator’s trust list',
    ]);
    clock.advance(DAY_MS);
    await look([entry(autumn)]);
    expect(warnings).toHaveLength(2);
  });

  it('at the turn of a quarter with a late list goes on with the key before, and says so', async () => {
    const { look, warnings } = desk({ at: '2027-01-01', keys: [autumn, winter, spring] });
    expect(await look([entry(autumn)])).toMatchObject({
      listed: ['autumn'],
      signer: 'autumn',
      usable: true,
      present: false,
    });
    expect(warnings).toEqual(['card key winter is not in the operator’s trust list: autumn signs meanwhile']);
    expect(await look([entry(autumn), entry(winter)])).toMatchObject({ signer: 'winter', present: true });
    expect(warnings).toHaveLength(1);
  });

  it('in which no key of ours is good makes it unusable, until one is', async () => {
    const { look, warnings } = desk({ at: '2026-11-23', keys: [autumn, winter] });
    const revoked = await look([entry(autumn, { revokedOn: '2026-11-20' }), entry(winter)]);
    expect(revoked).toMatchObject({ listed: [], usable: false, present: false });
    expect(warnings).toEqual([
      'card key autumn is revoked in the operator’s trust list: no card signed now is believed',
    ]);
    expect(await look([entry(autumn), entry(winter)])).toMatchObject({ usable: true });
  });

  it.each([
    ['another insurer’s', { insurer: '0999000102' }],
    ['of another point', { jwk: winter.jwk }],
    ['not yet in its days', { from: '2026-12-01' }],
    ['past its days', { to: '2026-11-22' }],
  ])('does not take an entry for ours that is %s', async (_, changed) => {
    const { look } = desk({ at: '2026-11-23', keys: [autumn, winter] });
    expect(await look([entry(autumn, changed)])).toMatchObject({ listed: [], usable: false });
  });

  it('sees a replaced key, and signs with the new one as soon as it is listed', async () => {
    const fresh = key('fresh', '2026-11-23');
    const { look } = desk({ at: '2026-11-23', keys: [{ ...autumn, retired: true }, fresh, winter] });
    expect(await look([entry(autumn), entry(winter)])).toMatchObject({ signer: 'fresh', usable: false });
    const listed = [entry(autumn, { revokedOn: '2026-11-23' }), entry(fresh), entry(winter)];
    expect(await look(listed)).toMatchObject({ signer: 'fresh', usable: true });
  });

  it('that fails stops nothing, and unlists nothing', async () => {
    const { look, problems, clock } = desk({ at: '2026-12-31', keys: [autumn, winter] });
    expect(await look(null)).toMatchObject({ listed: null, signer: 'autumn', usable: true });
    await look([entry(autumn), entry(winter)]);
    clock.advance(DAY_MS); // the list of yesterday knows the key of today
    expect(await look(null)).toMatchObject({ listed: ['autumn', 'winter'], signer: 'winter', usable: true });
    expect(problems).toEqual([
      expect.objectContaining({ code: 'operator-away' }),
      expect.objectContaining({ code: 'operator-away' }),
    ]);
  });
});

it('nine keys of an insurer count at once, ten with the next', () => {
  const quarters = Array.from({ length: 12 }, (_, i) =>
    quarterOf(addMonths('2026-11-23' as CareDate, -3 * i)),
  );
  expect(quarters.filter(({ to }) => to >= '2026-11-23')).toHaveLength(9);
});
