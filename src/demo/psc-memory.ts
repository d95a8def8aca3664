// What the Pro Santé Connect simulator remembers while it runs: sessions, codes, grants. In memory, bounded, for
// fictitious people; a restart forgets it. It must never hold anything that has to survive.

import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../lib/clock.ts';

const MOST_ENTRIES = 5_000;

type Entry = { model: string; id: string; payload: AdapterPayload; expiresAtMs: number };

/** One memory for one simulator: each model of oidc-provider gets its view of it. */
export function pscMemory(clock: Clock): (model: string) => Adapter {
  const entries = new Map<string, Entry>();
  const alive = (entry: Entry | undefined): AdapterPayload | undefined =>
    entry && entry.expiresAtMs > clock.nowMs() ? entry.payload : undefined;
  const findWhere = (model: string, matches: (payload: AdapterPayload) => boolean) =>
    alive([...entries.values()].find((entry) => entry.model === model && matches(entry.payload)));

  return (model) => {
    const key = (id: string) => `${model}:${id}`;
    return {
      async upsert(id, payload, expiresInSeconds) {
        const expiresAtMs = expiresInSeconds ? clock.nowMs() + expiresInSeconds * 1000 : Infinity;
        entries.delete(key(id)); // so that it becomes the youngest again
        entries.set(key(id), { model, id, payload, expiresAtMs });
        const [oldest] = entries.keys();
        if (entries.size > MOST_ENTRIES && oldest !== undefined) entries.delete(oldest);
      },
      find: async (id) => alive(entries.get(key(id))),
      findByUid: async (uid) => findWhere(model, (payload) => payload.uid === uid),
      findByUserCode: async (userCode) => findWhere(model, (payload) => payload.userCode === userCode),
      async consume(id) {
        const entry = entries.get(key(id));
        if (entry) entry.payload.consumed = Math.floor(clock.nowMs() / 1000);
      },
      async destroy(id) {
        entries.delete(key(id));
      },
      async revokeByGrantId(grantId) {
        for (const [at, { payload }] of entries) if (payload.grantId === grantId) entries.delete(at);
      },
    };
  };
}
