// What the tests of the status page have said.

import type { Said } from './log.ts';

export const CUT = {
  kind: 'set',
  scope: 'platform',
  state: 'closed',
  since: null,
  fr: null,
  en: null,
  nextUpdateAt: '2026-12-01T10:00:00.000Z',
} as const satisfies Said;

export const note = (text: string): Said => ({ kind: 'note', fr: text, en: text, nextUpdateAt: null });
