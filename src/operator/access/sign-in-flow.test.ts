// What a sign-in remembers in a cookie: read by this process alone, and for ten minutes at most.

import { expect, it } from 'vitest';
import { SignInFlows } from './sign-in-flow.ts';

const flow = {
  state: 's',
  verifier: 'v',
  nonce: 'n',
  key: { x: 'x', y: 'y' },
  untilMs: 1_000,
};

it('comes back as it left, until its time is over', () => {
  const flows = new SignInFlows();
  const cookie = flows.sealed(flow);
  expect(flows.opened(cookie, 1_000)).toEqual(flow);
  expect(flows.opened(cookie, 1_001)).toBeNull();
});

it('says nothing to who holds the cookie, and a changed one is none', () => {
  const flows = new SignInFlows();
  const cookie = flows.sealed(flow);
  expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toContain('verifier');
  const changed = Buffer.from(cookie, 'base64url');
  changed[20] = (changed[20] ?? 0) ^ 1;
  for (const other of [changed.toString('base64url'), '', 'x', `${cookie}AAAA`]) {
    expect(flows.opened(other, 0)).toBeNull();
  }
});

it('is no other process’s', () => {
  expect(new SignInFlows().opened(new SignInFlows().sealed(flow), 0)).toBeNull();
});
