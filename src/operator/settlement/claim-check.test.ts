// What an engagement takes of a claim, and what a claim leaves of an engagement: examples and laws.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CareDate } from '../../core/period.ts';
import { askedOf, claimProblem, closedForClaims, used } from './claim-check.ts';
import type { Claim } from './claim-shapes.ts';
import { type Engagement, newEngagement, type Reserved } from './engagement.ts';

const day = (text: string) => text as CareDate;
const engagement: Engagement = newEngagement({
  recordId: '0'.repeat(32),
  product: 'CONFORT-1',
  rule: 'R1',
  domain: 'PHAR',
  responsible: true,
  convType: 'RP',
  csr: null,
  careDate: day('2026-03-02'),
  coverFrom: day('2026-01-01'),
  guaranteeUntil: day('2026-03-03'),
  code: '000',
});

describe('an engagement takes a claim', () => {
  it.each([
    ['while it is open', {}, '2026-03-03', null],
    ['when it was quoted', { state: 'quoted' }, '2026-03-03', null],
    ['on the 180th day after the guarantee', {}, '2026-08-30', null],
    ['and none on the 181st', {}, '2026-08-31', 'claim-late'],
    ['and none when it was used', { state: 'used' }, '2026-03-03', 'engagement-used'],
    ['and none when it was cancelled', { state: 'cancelled' }, '2026-03-03', 'engagement-cancelled'],
  ] as const)('%s', (_, change, today, code) => {
    expect(closedForClaims({ ...engagement, ...change }, today)).toBe(code);
  });
});

const cents = fc.integer({ min: 0, max: 100_000 });
const reservedLine = fc.record({ amc: cents, counted: cents, asked: cents });
const cases = fc.array(reservedLine, { minLength: 1, maxLength: 6 }).map((rows) => {
  const lines = rows.map(({ amc }, i) => ({
    lineNo: i + 1,
    actCode: 'PH7',
    quantity: 1,
    price: 200_000,
    br: 200_000,
    amoRate: 65,
    careDate: day('2026-03-02'),
    amc,
  }));
  const taken = rows.flatMap(({ amc, counted }, i) => {
    const part = Math.min(amc, counted);
    const window = { counter: 'P/R1', from: day('2026-01-01'), to: day('2026-12-31') };
    return part === 0 ? [] : [{ lineNo: i + 1, ...window, cents: part }];
  });
  const amc = lines.reduce((sum, line) => sum + line.amc, 0);
  const reserved: Reserved = { lines, amc, taken, isAgreed: false };
  const claim: Claim = {
    engagementNo: '0'.repeat(26),
    invoiceNo: '1',
    lotNo: '1',
    lines: lines.map(({ amc, ...line }, i) => ({ ...line, amcAsked: Math.min(amc, rows[i]?.asked ?? 0) })),
  };
  return { reserved, claim };
});
const sum = (parts: readonly { cents: number }[]) => parts.reduce((total, one) => total + one.cents, 0);

describe('a claim of what was quoted, or less', () => {
  it('has no problem; a cent more on any line, or another line, has', () => {
    fc.assert(
      fc.property(cases, fc.nat(), ({ reserved, claim }, at) => {
        expect(claimProblem(claim, reserved)).toBeNull();
        const line = claim.lines[at % claim.lines.length] as Claim['lines'][number];
        const promised = reserved.lines[at % claim.lines.length]?.amc ?? 0;
        const over = {
          ...claim,
          lines: claim.lines.map((one) => (one === line ? { ...one, amcAsked: promised + 1 } : one)),
        };
        expect(claimProblem(over, reserved)).toBe('amount-above-quote');
        const without = { ...claim, lines: claim.lines.filter((one) => one !== line) };
        expect(claimProblem(without, reserved)).toBe('lines-not-as-quoted');
        const twice = { ...claim, lines: claim.lines.map((one) => ({ ...one, lineNo: 1 })) };
        if (claim.lines.length > 1) expect(claimProblem(twice, reserved)).toBe('lines-not-as-quoted');
      }),
    );
  });

  it('keeps what it asks for, frees of the counters exactly what it leaves, and never more than was taken', () => {
    fc.assert(
      fc.property(cases, ({ reserved, claim }) => {
        const { kept, freed } = used(claim, reserved);
        expect(kept.amc).toBe(askedOf(claim));
        expect(kept.lines.map(({ amc }) => amc)).toEqual(claim.lines.map(({ amcAsked }) => amcAsked));
        expect(sum(kept.taken) + sum(freed)).toBe(sum(reserved.taken));
        for (const { lineNo, cents: back } of freed) {
          const { amc } = reserved.lines.find((line) => line.lineNo === lineNo) ?? { amc: 0 };
          const asked = claim.lines.find((line) => line.lineNo === lineNo)?.amcAsked ?? 0;
          const taken = reserved.taken.find((part) => part.lineNo === lineNo)?.cents ?? 0;
          expect(back).toBe(Math.min(amc - asked, taken));
        }
        expect([...kept.taken, ...freed].every((part) => part.cents > 0)).toBe(true);
      }),
    );
  });
});
