// Challenges: for one purpose, for five minutes, once, in one spelling.

import { describe, expect, it } from 'vitest';
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
    expect(challenges.isOpen(`${own}=`, 'a', NOW)).toBe(false); // the same bytes in another spelling
  });
});
