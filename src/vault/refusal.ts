// PURE. A whole call that the operator's vault refuses: its code is one of the protocol's.

import type { VaultRefusal } from './protocol.ts';
import { Refused } from './refused.ts';

export class Refusal extends Refused<VaultRefusal> {}
