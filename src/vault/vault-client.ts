// The operator's view of the vault: verbs over a Unix socket. It holds no key and survives a vault restart;
// while the vault is away every call fails at once.

import type { VaultRefusal, VaultVerbs, Verb } from './protocol.ts';

/** The vault answered that it will not. */
export class VaultRefused extends Error {
  readonly code: VaultRefusal;
  constructor(code: VaultRefusal) {
    super(`the vault refused: ${code}`);
    this.name = 'VaultRefused';
    this.code = code;
  }
}

/** No answer: stopped, restarting, too slow. Nobody knows whether the call had an effect. */
export class VaultUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultUnavailable';
  }
}

export interface VaultClient {
  /** One verb. `bytes` is the frame's attachment. Throws VaultRefused or VaultUnavailable. */
  call<V extends Verb>(
    verb: V,
    input: VaultVerbs[V]['in'],
    bytes?: Uint8Array,
  ): Promise<{ out: VaultVerbs[V]['out']; bytes: Buffer }>;
  close(): Promise<void>;
}
