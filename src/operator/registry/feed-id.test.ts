// One feed, one name; anything else names nothing.

import { describe, expect, it } from 'vitest';
import { FEED_LINE_REASONS } from '../../core/feed-line.ts';
import type { AmcNo } from '../../core/ids.ts';
import { feedId, parseFeedId } from './feed-id.ts';
import { CONFLICT_REASONS, reasonSentence } from './line-reasons.ts';

describe('a feed id', () => {
  it('is insurer and number', () => {
    expect(feedId('0999000101' as AmcNo, 12)).toBe('0999000101-12');
    expect(parseFeedId('0999000101-12')).toEqual({ amcNo: '0999000101', seq: 12 });
  });

  it.each([
    '',
    '0999000101',
    '0999000101-',
    '0999000101-0',
    '0999000101-01',
    '99900101-1',
    '0999000101-1x',
    '0999000101--1',
    `0999000101-${'9'.repeat(20)}`,
  ])('%j is none', (text) => {
    expect(parseFeedId(text)).toBeNull();
  });
});

describe('reasons', () => {
  it('each has two sentences of its own, and no two codes are the same', () => {
    const codes = [...Object.keys(FEED_LINE_REASONS), ...Object.keys(CONFLICT_REASONS)];
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) {
      const { fr, en } = reasonSentence(code);
      expect(fr.length).toBeGreaterThan(20);
      expect(en.length).toBeGreaterThan(20);
    }
  });

  it('a code of an older release still has a sentence', () => {
    expect(reasonSentence('gone').en).not.toBe('');
  });
});
