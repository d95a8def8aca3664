// How calls are proven and what becomes of refusals; `fetch` is handed in, so nothing is mocked.

import { describe, expect, it } from 'vitest';
import { createApi } from './api-client.ts';
import type { NonceStore } from './nonce-store.ts';

type Sent = { path: string; method: string; proof: string | null; body: string | null };
type Planned = { status?: number; body?: unknown /** No JSON. */; raw?: string; nonce?: string };

/** What the browser's store promises, in memory; `alone` waits for those who are together. */
function memoryNonces(first: string[]): NonceStore & { all: string[] } {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    all: [...first],
    async take() {
      return this.all.shift() ?? null;
    },
    async keep(nonce) {
      this.all.push(nonce);
    },
    async replace(nonces) {
      this.all = [...nonces];
    },
    async isEmpty() {
      return this.all.length === 0;
    },
    together(work) {
      const done = work();
      tail = Promise.allSettled([tail, done]);
      return done;
    },
    alone(work) {
      const done = tail.then(work);
      tail = done.catch(() => undefined);
      return done;
    },
  };
}

function world(plan: Record<string, Planned[]>, first: string[] = []) {
  const sent: Sent[] = [];
  const adopted: string[] = [];
  const nonces = memoryNonces(first);
  const api = createApi({
    fetch: async (input, init) => {
      const path = String(input);
      const headers = new Headers(init?.headers);
      const method = init?.method ?? 'GET';
      sent.push({ path, method, proof: headers.get('session-proof'), body: (init?.body as string) ?? null });
      const planned = plan[path]?.shift();
      if (!planned) throw new TypeError('network');
      return new Response(planned.raw ?? (planned.body === undefined ? '' : JSON.stringify(planned.body)), {
        status: planned.status ?? 200,
        headers: planned.nonce ? { 'session-nonce': planned.nonce } : {},
      });
    },
    prove: async (call) => `${call.nonce}.signed(${call.method} ${call.path} ${call.bodyDigest})`,
    digest: async (body) => `digest(${body})`,
    adoptKey: async (thumbprint) => void adopted.push(thumbprint),
    nonces,
  });
  const used = () => sent.map(({ path, proof }) => `${path} ${proof?.split('.')[0] ?? '-'}`);
  return { api, sent, used, adopted };
}

const open = { body: { state: 'open', challenge: 'q' } };
const problem = (status: number, code: string) => ({ status, body: { code, status, title: '', detail: '' } });

describe('a proven call', () => {
  it('signs the challenge to get nonces when it has none, then uses each once', async () => {
    const { api, used } = world({
      '/v1/session': [open],
      '/v1/session/nonces': [{ body: { nonces: ['a', 'b'] } }],
      '/v1/x': [{ body: {}, nonce: 'c' }, { body: {} }, { body: {} }],
    });
    for (let i = 0; i < 3; i += 1) await api.call('GET', '/v1/x');
    expect(used()).toEqual(['/v1/session -', '/v1/session/nonces q', '/v1/x a', '/v1/x b', '/v1/x c']);
  });

  it('two calls at once share no nonce, and one of them fetches for both', async () => {
    const { api, used } = world({
      '/v1/session': [open],
      '/v1/session/nonces': [{ body: { nonces: ['a', 'b'] } }],
      '/v1/x': [{ body: {} }, { body: {} }],
    });
    await Promise.all([api.call('GET', '/v1/x'), api.call('GET', '/v1/x')]);
    expect(used()).toEqual(['/v1/session -', '/v1/session/nonces q', '/v1/x a', '/v1/x b']);
  });

  it('proves exactly the bytes that are sent', async () => {
    const { api, sent } = world({ '/v1/x': [{ body: {} }] }, ['a']);
    await api.call('POST', '/v1/x', { body: { b: 1 } });
    expect(sent[0]).toMatchObject({ body: '{"b":1}', proof: 'a.signed(POST /v1/x digest({"b":1}))' });
  });

  it('tries once more, with new nonces, when the server has forgotten them', async () => {
    const { api, used } = world(
      {
        '/v1/session': [open],
        '/v1/session/nonces': [{ body: { nonces: ['new'] } }],
        '/v1/x': [problem(401, 'nonce-unknown'), { body: { fine: true } }],
      },
      ['old', 'older'],
    );
    expect(await api.call('POST', '/v1/x')).toEqual({ ok: true, value: { fine: true } });
    expect(used()).toEqual(['/v1/x old', '/v1/session -', '/v1/session/nonces q', '/v1/x new']);
  });

  it('no other refusal is tried again', async () => {
    const { api, used } = world({ '/v1/x': [problem(401, 'session-ended')] }, ['a', 'b']);
    expect(await api.call('POST', '/v1/x')).toMatchObject({ problem: { code: 'session-ended' } });
    expect(used()).toEqual(['/v1/x a']);
  });

  it('signed with another key than the session’s, it counts as a key that is missing', async () => {
    const { api } = world({ '/v1/x': [problem(401, 'proof-required')] }, ['a']);
    expect(await api.call('GET', '/v1/x')).toMatchObject({ problem: { code: 'session-key-missing' } });
  });

  it('answers session-ended when there is no session to get nonces for', async () => {
    const { api } = world({ '/v1/session': [{ body: { state: 'none' } }] });
    expect(await api.call('GET', '/v1/x')).toMatchObject({ ok: false, problem: { code: 'session-ended' } });
  });
});

describe('a file', () => {
  it('is given byte for byte, with the mark by which spreadsheets know UTF-8', async () => {
    const { api, sent } = world({ '/v1/x.csv': [{ raw: '\ufeffa;b' }] }, ['a']);
    const result = await api.call<Blob>('GET', '/v1/x.csv', { file: true });
    const bytes = result.ok ? Buffer.from(await result.value.arrayBuffer()) : null;
    expect(bytes?.toString('hex')).toBe('efbbbf613b62');
    expect(sent[0]?.proof).toBe('a.signed(GET /v1/x.csv digest())');
  });

  it('that is refused is a refusal', async () => {
    const { api } = world({ '/v1/x.csv': [problem(503, 'overloaded')] }, ['a']);
    expect(await api.call('GET', '/v1/x.csv', { file: true })).toMatchObject({
      problem: { code: 'overloaded' },
    });
  });
});

describe('the key of the session', () => {
  it.each([
    ['named by the server', { state: 'open', key: 'k-2' }, ['k-2']],
    ['of no session', { state: 'none' }, []],
  ])('%s', async (_what, body, expected) => {
    const { api, adopted } = world({ '/v1/session': [{ body }] });
    await api.session();
    expect(adopted).toEqual(expected);
  });
});

describe('what is no answer', () => {
  it.each([
    ['a network failure', [], 'unreachable'],
    ['a page of somebody else', [{ body: '<html>', status: 502 }], 'bad-answer'],
    ['a refusal', [problem(503, 'disconnected')], 'disconnected'],
  ])('%s is a refusal with a code', async (_what, plan, code) => {
    const { api } = world({ '/v1/x': plan as Planned[] });
    expect(await api.callBare('GET', '/v1/x')).toMatchObject({ ok: false, problem: { code } });
  });

  it('stopped by the person, it says so', async () => {
    const stop = new AbortController();
    stop.abort();
    const { api } = world({});
    const result = await api.callBare('GET', '/v1/x', { signal: stop.signal });
    expect(result).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
  });
});
