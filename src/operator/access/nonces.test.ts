// Nonces of a session: each counts once, and one that comes again gives a copy away.

import { describe, expect, it } from 'vitest';
import { NonceWindow } from './nonces.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');

describe('nonces of a session', () => {
  it('each counts once', () => {
    const nonces = new NonceWindow();
    const [first = ''] = nonces.renew('s');
    expect(nonces.use('s', first)).toBe('fresh');
    expect(nonces.use('s', first)).toBe('spent');
  });

  it('those of another session are unknown', () => {
    const nonces = new NonceWindow();
    const [first = ''] = nonces.renew('s');
    nonces.renew('t');
    expect(nonces.use('t', first)).toBe('unknown');
    expect(nonces.use('u', first)).toBe('unknown');
  });

  it('eight may be out; the ninth pushes the oldest out of the window', () => {
    const nonces = new NonceWindow();
    const [oldest = '', second = ''] = nonces.renew('s');
    const ninth = nonces.issue('s');
    expect(nonces.use('s', oldest)).toBe('unknown');
    expect(nonces.use('s', second)).toBe('fresh');
    expect(nonces.use('s', ninth)).toBe('fresh');
  });

  it('a renewal spends those that were out: whoever still holds one holds a copy', () => {
    const nonces = new NonceWindow();
    const [before = ''] = nonces.renew('s');
    const [after = ''] = nonces.renew('s');
    expect(nonces.use('s', before)).toBe('spent');
    expect(nonces.use('s', after)).toBe('fresh');
  });

  it('asking for challenges costs a browser none of its nonces', () => {
    const nonces = new NonceWindow();
    const [first = ''] = nonces.renew('s');
    for (let i = 0; i < 1_000; i += 1) nonces.challenge('s', NOW);
    expect(nonces.use('s', first)).toBe('fresh');
  });

  it('a challenge is no nonce, a nonce no challenge, and each is answered once', () => {
    const nonces = new NonceWindow();
    const challenge = nonces.challenge('s', NOW);
    const [first = ''] = nonces.renew('s');
    expect(nonces.use('s', challenge)).toBe('unknown');
    expect(nonces.answered('s', first, NOW)).toBe(false);
    expect(nonces.answered('s', challenge, NOW)).toBe(true);
    expect(nonces.answered('s', challenge, NOW)).toBe(false);
  });

  it('a challenge is for its own session, and for five minutes', () => {
    const nonces = new NonceWindow();
    const challenge = nonces.challenge('s', NOW);
    expect(nonces.answered('t', challenge, NOW)).toBe(false);
    expect(nonces.answered('s', challenge, NOW + 5 * 60_000 + 1)).toBe(false);
    expect(nonces.answered('s', challenge, NOW)).toBe(true);
  });

  it('a session that ended leaves nothing', () => {
    const nonces = new NonceWindow();
    const [first = ''] = nonces.renew('s');
    nonces.forget('s');
    expect(nonces.use('s', first)).toBe('unknown');
  });
});
