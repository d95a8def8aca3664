// How calls are proven and what becomes of refusals; `fetch` is handed in, so nothing is mocked.

import { describe, expect, it } from 'vitest';
import { createApi } from './api-client.ts';

type Sent = { path: string; method: string; proof: string | null; body: string | null };
type Planned = { status?: number; body?: unknown; nonce?: string };

function world(plan: Record<string, Planned[]>) {
  const sent: Sent[] = [];
  const api = createApi({
    fetch: async (input, init) => {
      const path = String(input);
      const headers = new Headers(init?.headers);
      const method = init?.method ?? 'GET';
      sent.push({ path, method, proof: headers.get('session-proof'), body: (init?.body as string) ?? null });
      const planned = plan[path]?.shift();
      if (!planned) throw new TypeError('network');
      return new Response(planned.body === undefined ? '' : JSON.stringify(planned.body), {
        status: planned.status ?? 200,
        headers: planned.nonce ? { 'session-nonce': planned.nonce } : {},
      });
    },
    prove: async (call) => `${call.nonce}.signed(${call.method} ${call.path} ${call.bodyDigest})`,
    digest: async (body) => `digest(${body})`,
  });
  return { api, sent };
}

const open = (nonces: string[]) => ({ body: { state: 'open', nonces } });
const problem = (status: number, code: string) => ({ status, body: { code, status, title: '', detail: '' } });

describe('a proven call', () => {
  it('fetches the session first when it has no nonce, then uses each nonce once, the fresh one last', async () => {
    const { api, sent } = world({
      '/v1/session': [open(['a', 'b'])],
      '/v1/lookups': [{ body: {}, nonce: 'c' }, { body: {} }, { body: {} }],
    });
    for (let i = 0; i < 3; i += 1) await api.call('GET', '/v1/lookups');
    expect(sent.map(({ proof }) => proof?.split('.')[0] ?? null)).toEqual([null, 'a', 'b', 'c']);
  });

  it('proves exactly the bytes that are sent', async () => {
    const { api, sent } = world({ '/v1/session': [open(['a'])], '/v1/x': [{ body: {} }] });
    await api.call('POST', '/v1/x', { body: { b: 1 } });
    expect(sent[1]).toMatchObject({ body: '{"b":1}', proof: 'a.signed(POST /v1/x digest({"b":1}))' });
  });

  it('tries once more, with new nonces, when the proof was stale, and not for other refusals', async () => {
    const { api, sent } = world({
      '/v1/session': [open(['old']), open(['new'])],
      '/v1/x': [problem(401, 'session-proof'), { body: { fine: true } }, problem(401, 'session-ended')],
    });
    expect(await api.call('POST', '/v1/x')).toEqual({ ok: true, value: { fine: true } });
    expect(sent.filter(({ path }) => path === '/v1/x')).toHaveLength(2);
  });

  it('answers session-ended when there is no nonce to be had', async () => {
    const { api } = world({ '/v1/session': [{ body: { state: 'none' } }] });
    expect(await api.call('GET', '/v1/x')).toMatchObject({ ok: false, problem: { code: 'session-ended' } });
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
