// A professional enrols or revokes software of the structure they work in: what they signed is the order itself, so
// nobody between their browser and the vault can change or invent one. It must never touch another structure's clients.

import { PORTAL } from '../core/portal.ts';
import type { ClientChange, Enrolment } from './enrolment.ts';
import type { SessionProof } from './protocol.ts';
import type { Sessions } from './sessions.ts';

const PATH = '/v1/certificates';
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;
/** A client that nobody has named yet is named after its certificate: the same one gets the same name again. */
const nameOf = (thumbprint: string) => `C-${thumbprint.slice(0, 16)}`;

export type OrderedChange = ClientChange & { account: string };

export class ClientChanges {
  readonly #sessions: Sessions;
  readonly #enrolment: Enrolment;

  constructor(parts: { sessions: Sessions; enrolment: Enrolment }) {
    this.#sessions = parts.sessions;
    this.#enrolment = parts.enrolment;
  }

  /**
   * What this signed call orders: `POST /v1/certificates` with `{thumbprint}` enrols, `DELETE /v1/certificates/…`
   * revokes. Enrolling needs a sign-in through Pro Santé Connect of the last ten minutes, revoking any session: it only takes away.
   */
  async ordered(proof: SessionProof): Promise<OrderedChange | 'subject-refused' | 'fresh-sign-in-required'> {
    const caller = await this.#sessions.caller(proof);
    const enrolled = proof.method === 'POST';
    const thumbprint = enrolled ? caller?.said['thumbprint'] : proof.path.slice(PATH.length + 1);
    const isOrder = enrolled
      ? proof.path === PATH
      : proof.method === 'DELETE' && proof.path.startsWith(`${PATH}/`);
    if (!caller || !isOrder || typeof thumbprint !== 'string' || !THUMBPRINT.test(thumbprint)) {
      return 'subject-refused';
    }
    if (enrolled && caller.by !== 'psc') return 'subject-refused';
    if (enrolled && !caller.isFresh) return 'fresh-sign-in-required';
    const client = this.#enrolment.client(thumbprint)?.client ?? nameOf(thumbprint);
    if (client === PORTAL) return 'subject-refused';
    const { account, structure } = caller.actor;
    return { thumbprint, client, structure, enrolled, account };
  }
}
