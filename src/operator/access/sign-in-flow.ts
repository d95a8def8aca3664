// Between the beginning of a sign-in and its end (Pro Santé Connect, or a passkey's touch): what must be remembered
// travels in a cookie that only this process can read. Nothing is kept here, so nobody can fill anything up by beginning
// sign-ins.

import type { KeyObject } from 'node:crypto';
import { seal, secretKey, unseal } from '../../crypto/seal.ts';
import type { BrowserKey } from '../../crypto/session-proof.ts';
import { randomSlice } from '../../lib/random.ts';
import type { PscFlow } from './psc-client.ts';

/** A sign-in, and the choice of a structure, take at most this long. */
export const FLOW_MS = 10 * 60_000;

type Common = { key: BrowserKey; untilMs: number };
/** `confirms`: digest of the open session that this sign-in is for; without it, one is opened. */
export type PscSignInFlow = PscFlow & Common & { confirms?: string };
export type SignInFlow = PscSignInFlow | ({ challengeToken: string } & Common);

const PURPOSE = Buffer.from('rempart sign-in flow');

export class SignInFlows {
  /** Lives as long as the process: who was on the way when it restarted signs in once more. */
  readonly #key: KeyObject = secretKey(randomSlice(32));

  sealed(flow: SignInFlow): string {
    return seal(this.#key, Buffer.from(JSON.stringify(flow)), PURPOSE).toString('base64url');
  }

  /** Null for what we did not seal, or what has been under way for too long. */
  opened(cookie: string, nowMs: number): SignInFlow | null {
    const plain = unseal(this.#key, Buffer.from(cookie, 'base64url'), PURPOSE);
    if (!plain) return null;
    const flow = JSON.parse(plain.toString('utf8')) as SignInFlow;
    return flow.untilMs >= nowMs ? flow : null;
  }
}
