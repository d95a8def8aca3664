// Challenges: for one purpose, for five minutes, once. And what the texts and codes around them must never let through.

import { describe, expect, it } from 'vitest';
import { enrolmentCodeHash, newEnrolmentCode } from '../console/enrolment-code.ts';
import { actChallenge, actText, namesAPerson } from '../console/switch-text.ts';
import { Challenges } from './challenges.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const MINUTE = 60_000;

describe('a challenge', () => {
  it('opens for what it was made for, within five minutes, once', () => {
    const challenges = new Challenges();
    const challenge = challenges.issue('sign-in a', NOW);
    expect(challenges.isOpen(challenge, 'sign-in a', NOW)).toBe(true);
    expect(challenges.isOpen(challenge, 'sign-in b', NOW)).toBe(false);
    expect(challenges.isOpen(challenge, 'sign-in a', NOW + 5 * MINUTE)).toBe(true);
    expect(challenges.isOpen(challenge, 'sign-in a', NOW + 5 * MINUTE + 1)).toBe(false);
    expect(challenges.isOpen(challenge, 'sign-in a', NOW - MINUTE)).toBe(false); // the clock was put back
    expect(challenges.spend(challenge, NOW)).toBe(true);
    expect(challenges.spend(challenge, NOW)).toBe(false);
    expect(challenges.isOpen(challenge, 'sign-in a', NOW)).toBe(false);
  });

  it('of another process, changed, or of nobody opens nothing', () => {
    const challenges = new Challenges();
    expect(challenges.isOpen(new Challenges().issue('a', NOW), 'a', NOW)).toBe(false);
    const own = challenges.issue('a', NOW);
    expect(challenges.isOpen(`${own.slice(0, -2)}AA`, 'a', NOW)).toBe(false);
    expect(challenges.isOpen('', 'a', NOW)).toBe(false);
  });
});

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

  it.each([
    ['1850599123456', true],
    ['1 85 05 99 123 456 07', true],
    ['NIR 2-79-05-2A-991-456', true],
    ['Poste volé le 22/11/2026 à 14:05', false],
    ['mutuelle 0999000101, 3 flux', false],
  ])('a reason “%s” names a person: %s', (reason, named) => {
    expect(namesAPerson(reason)).toBe(named);
  });
});
