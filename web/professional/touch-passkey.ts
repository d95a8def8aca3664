// A touch of the person's own passkey, for a session that is open or locked. What it is worth the server decides.

import type { Problem } from '../shared/api-types.ts';
import type { Portal } from './session.tsx';

/**
 * `closed`: the browser's prompt was closed, or the key is not one of ours. `no-passkey`: there is none to touch; the
 * browser would offer keys of other people or sites, and every one would be refused.
 */
export type Touch = 'done' | 'closed' | 'no-passkey' | Problem;

/** `path`: takes the authenticator's answer; what it is asked comes from `<path>/options`. */
export async function touchPasskey(call: Portal['call'], path: string): Promise<Touch> {
  const options = await call<{ allowCredentials?: unknown[] }>('POST', `${path}/options`);
  if (!options.ok) return options.problem;
  if (options.value.allowCredentials?.length === 0) return 'no-passkey';
  const { startAuthentication } = await import('@simplewebauthn/browser');
  const response = await startAuthentication({ optionsJSON: options.value as never }).catch(() => null);
  if (response === null) return 'closed';
  const result = await call('POST', path, { body: response });
  return result.ok ? 'done' : result.problem;
}
