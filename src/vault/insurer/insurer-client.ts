// An insurer's view of its vault: the same socket protocol as the operator's, with other verbs. It holds no key.

import { SocketClient } from '../socket-client.ts';
import type { InsurerVaultRefusal, InsurerVerbs } from './insurer-protocol.ts';

/** The vault answered that it will not. */
export class InsurerVaultRefused extends Error {
  readonly code: InsurerVaultRefusal;
  constructor(code: InsurerVaultRefusal) {
    super(`the insurer’s vault refused: ${code}`);
    this.name = 'InsurerVaultRefused';
    this.code = code;
  }
}

export class InsurerVaultClient extends SocketClient<InsurerVerbs> {
  constructor(socketPath: string) {
    super(socketPath, {
      bulk: new Set(),
      refused: (code) => new InsurerVaultRefused(code as InsurerVaultRefusal),
    });
  }
}
