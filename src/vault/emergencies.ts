// Units for an emergency: the card reader is broken, the software fails, many come without a card. A professional takes
// them with a sign-in of just now and a reason, once a day for a structure (hard-budgets.ts). It must never fill a budget
// beyond full, nor take an operator's word for what a browser can sign.

import type { EmergencyReason } from '../core/emergency-reasons.ts';
import { isFreshSignIn } from '../core/fresh-sign-in.ts';
import { type Clock, timestamp } from '../lib/clock.ts';
import type { AccessTokens, ProvenAsker } from './access-tokens.ts';
import { professionalTag } from './derive.ts';
import { EMERGENCY_UNITS } from './hard-budgets.ts';
import type { Journal } from './journal.ts';
import type { Keyring } from './keyring.ts';
import type { Meter } from './meter.ts';
import type { AskerProof, VaultVerbs } from './protocol.ts';
import type { Sessions } from './sessions.ts';

const PATH = '/v1/emergency-units';
const DAY_MS = 86_400_000;

export type EmergencyRefusal = 'subject-refused' | 'fresh-sign-in-required' | 'emergency-spent';

export type EmergencyParts = {
  tokens: AccessTokens;
  sessions: Sessions;
  keyring: Pick<Keyring, 'professionalKey'>;
  meter: Meter;
  journal: Journal;
  clock: Clock;
};

export class Emergencies {
  readonly #parts: EmergencyParts;
  constructor(parts: EmergencyParts) {
    this.#parts = parts;
  }

  /** The line is written, not yet on disk: the caller flushes before anybody hears of the units. */
  async take(input: {
    proof: AskerProof;
    reason: EmergencyReason;
  }): Promise<VaultVerbs['emergency']['out'] | EmergencyRefusal> {
    const asker = await this.#asker(input.proof, input.reason);
    const { meter, journal, keyring, clock } = this.#parts;
    const nowMs = clock.nowMs();
    if (!asker) return 'subject-refused';
    if (!isFreshSignIn(asker.actor.signedInAt, nowMs / 1000)) return 'fresh-sign-in-required';
    const { account, client, structure, profession } = asker.actor;
    const professional = professionalTag(keyring.professionalKey, asker.professional);
    const who = { structure, professional, profession };
    if (!meter.takeEmergency(who, nowMs)) return 'emergency-spent';
    journal.append({ do: 'emergency', client, account, ...who, reason: input.reason }, nowMs);
    return { units: EMERGENCY_UNITS, until: timestamp(nowMs + DAY_MS) };
  }

  async #asker(proof: AskerProof, reason: EmergencyReason): Promise<ProvenAsker | null> {
    const { tokens, sessions } = this.#parts;
    if (proof.kind === 'token') {
      await tokens.learn([proof]);
      return tokens.asker(proof);
    }
    const caller = await sessions.caller(proof);
    const isOrder = proof.method === 'POST' && proof.path === PATH && caller?.said['reason'] === reason;
    return isOrder ? caller : null;
  }
}
