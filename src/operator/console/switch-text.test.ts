// The codes and texts that staff sign and type: what they must never let through.

import { describe, expect, it } from 'vitest';
import { enrolmentCodeHash, newEnrolmentCode } from './enrolment-code.ts';
import { actChallenge, actText } from './switch-text.ts';

describe('a code', () => {
  it('has five groups of four, and is recognised as people type it', () => {
    const code = newEnrolmentCode();
    expect(code).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(newEnrolmentCode()).not.toBe(code);
    expect(enrolmentCodeHash(` ${code.toLowerCase().replaceAll('-', ' ')} `)).toBe(enrolmentCodeHash(code));
    expect(enrolmentCodeHash('0O1I L000')).toBe(enrolmentCodeHash('0011-1000'));
  });
});

describe('the text of an act', () => {
  const act = {
    id: 'x',
    scope: 'platform',
    state: 'closed',
    reason: 'essai',
    at: '2026-11-22T10:00:00.000Z',
  } as const;

  it('changes with each of its parts, so that no signature serves two acts', () => {
    const others = [
      { ...act, id: 'y' },
      { ...act, scope: 'feeds' },
      { ...act, state: 'open' as const },
      { ...act, reason: 'essais' },
      { ...act, at: '2026-11-22T10:00:00.001Z' },
    ];
    const all = [act, ...others].map((one) => actChallenge(actText(one)));
    expect(new Set(all).size).toBe(all.length);
  });
});
