// The API client of a real browser: its fetch, its session key, the server's clock.

import { createApi } from './api-client.ts';
import { learnServerTime } from './clock.ts';
import { browserNonces } from './nonce-store.ts';
import { adoptSessionKey, digestOf, sessionProof } from './session-key.ts';

export const api = createApi({
  fetch: async (input, init) => {
    const response = await fetch(input, { ...init, credentials: 'same-origin' });
    learnServerTime(response.headers.get('date'));
    return response;
  },
  prove: sessionProof,
  digest: digestOf,
  adoptKey: adoptSessionKey,
  nonces: browserNonces,
});
