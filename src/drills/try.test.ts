// scratch
import { expect, inject, it } from 'vitest';
import { honestDay } from './day.ts';
import { openDrillPlatform } from './platform.ts';
import { Staff } from './staff.ts';

it('runs', async () => {
  const t0 = performance.now();
  const lap = (what: string) => process.stderr.write(`${what} ${Math.round(performance.now() - t0)} ms\n`);
  const io = {
    stdout: () => undefined,
    stderr: (t: string) => lap(t),
    json: true,
    now: () => performance.now(),
  };
  const people = Number(process.env['PEOPLE'] ?? 3000);
  const drill = await openDrillPlatform({
    people,
    seed: '7',
    postgresUrl: inject('postgresUrl'),
    sealThreads: 0,
    io,
  });
  lap('open');
  const staff = new Staff(drill);
  const midnightMs = await drill.beginDay(0, 0.7);
  lap('day');
  const f = await honestDay(
    { drill, staff },
    { day: 0, midnightMs, proofShare: 0.7, seed: '7', away: new Set(), thieves: [], say: lap },
  );
  lap(JSON.stringify(f));
  await staff.close();
  expect(drill.internalErrors).toEqual([]);
  await drill.close();
  lap('closed');
}, 300_000);
