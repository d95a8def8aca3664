// Looks at the operator's trust list: a card of a key that is not in it is refused everywhere. Says so in time, and knows
// which keys are listed, so that the vault signs with one of these. The list's signature is for readers of cards to check:
// here it chooses among keys that are all ours.

import { quarterAfter } from '../../core/card-quarter.ts';
import type { AmcNo } from '../../core/ids.ts';
import { addDays, type CareDate } from '../../core/period.ts';
import { signingKey } from '../../core/signing-key.ts';
import { parseTrustList, type TrustList } from '../../core/trust-list.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import { type Repeating, repeating } from '../../lib/repeating.ts';
import type { InsurerVaultClient } from '../../vault/insurer/insurer-client.ts';
import type { CardKeyFacts } from '../../vault/insurer/insurer-protocol.ts';
import { NotTaken, type OperatorLink } from '../operator-link.ts';

const EVERY_MS = 600_000;
/** So long before a quarter ends its successor should be in the list: the holders of the trust root have to meet. */
const EARLY_DAYS = 21;

export type KeyWatchParts = {
  amcNo: AmcNo;
  operator: Pick<OperatorLink, 'send'>;
  vault: Pick<InsurerVaultClient, 'call'>;
  clock: Clock;
  onListed(listed: { present: boolean; next: boolean }): void;
  /** A sentence for whoever runs this; each is said once a day. */
  onWarning(sentence: string): void;
  onProblem(error: unknown): void;
};

export class CardKeyWatch {
  readonly #parts: KeyWatchParts;
  readonly #turns: Repeating;
  #keys: readonly CardKeyFacts[] = [];
  /** The last one that could be read: an operator that is away unlists nothing. */
  #list: TrustList | null = null;
  /** What was said, and on which day. */
  readonly #said = new Map<string, string>();

  constructor(parts: KeyWatchParts) {
    this.#parts = parts;
    this.#turns = repeating(EVERY_MS, () => this.#look(), parts.onProblem);
  }

  look(): Promise<void> {
    return this.#turns.now();
  }

  stop(): Promise<void> {
    return this.#turns.stop();
  }

  /** Kids of our keys that the list names as good today; null as long as no list could be read. */
  listed(): readonly string[] | null {
    return this.#list && this.#facts(this.#list).listed;
  }

  /** Who signs a list today; null before the first look. */
  signer(): string | null {
    const today = this.#today();
    return signingKey(this.#keys, today, { listed: this.listed(), until: today })?.kid ?? null;
  }

  /** False when we know that no card we sign would be believed. */
  isUsable(): boolean {
    const [listed, signer] = [this.listed(), this.signer()];
    return listed === null || signer === null || listed.includes(signer);
  }

  async #look(): Promise<void> {
    const { vault, operator, onListed } = this.#parts;
    this.#keys = (await vault.call('cardKeys', {})).out.keys;
    const reply = await operator.send('GET', '/trust.json');
    const list = reply.status === 200 ? parseTrustList(reply.body) : null;
    this.#list = list ?? this.#list;
    if (this.#list) {
      const { warnings, ...facts } = this.#facts(this.#list);
      onListed({ present: facts.present, next: facts.next });
      for (const { what, sentence } of warnings) this.#say(what, sentence);
    }
    if (!list) throw new NotTaken('the question for the trust list', reply);
  }

  #facts(list: TrustList): KeyFacts {
    return keyFacts(this.#keys, list, { insurer: this.#parts.amcNo, today: this.#today() });
  }

  #say(what: string, sentence: string): void {
    const today = this.#today();
    if (this.#said.get(what) !== today) this.#parts.onWarning(sentence);
    this.#said.set(what, today);
  }

  #today(): CareDate {
    return parisDate(this.#parts.clock.nowMs()) as CareDate;
  }
}

type Warning = { what: string; sentence: string };
type KeyFacts = { listed: string[]; present: boolean; next: boolean; warnings: Warning[] };

/** What the list says of our keys today. `present`, `next`: is the key of this quarter, of the next, named as good? */
export function keyFacts(
  keys: readonly CardKeyFacts[],
  list: TrustList,
  { insurer, today }: { insurer: AmcNo; today: CareDate },
): KeyFacts {
  const stateOf = ({ kid, jwk }: CardKeyFacts): 'listed' | 'missing' | 'revoked' => {
    const entry = list.cards.get(kid);
    if (entry?.insurer !== insurer || entry.jwk.x !== jwk.x || entry.jwk.y !== jwk.y) return 'missing';
    return entry.revokedOn === null ? 'listed' : 'revoked'; // also a day to come: no card for a few days
  };
  const isNow = ({ kid }: CardKeyFacts) => {
    const entry = list.cards.get(kid);
    return entry !== undefined && entry.from <= today && today <= entry.to;
  };
  const listed = keys.filter((key) => stateOf(key) === 'listed' && isNow(key)).map(({ kid }) => kid);
  const { from: turn } = quarterAfter(today);
  const able = keys.filter(({ retired }) => !retired);
  const present = able.filter(({ from }) => from <= today).at(-1);
  const next = able.filter(({ from }) => from === turn).at(-1);
  const warnings: Warning[] = [];
  if (present && !listed.includes(present.kid)) {
    const signer = signingKey(keys, today, { listed, until: today });
    const then =
      signer && listed.includes(signer.kid)
        ? `${signer.kid} signs meanwhile`
        : 'no card signed now is believed';
    const state = stateOf(present) === 'revoked' ? 'is revoked in' : 'is not in';
    const sentence = `card key ${present.kid} ${state} the operator’s trust list: ${then}`;
    warnings.push({ what: `${state} ${present.kid}`, sentence });
  }
  const isLate = today >= addDays(turn, -EARLY_DAYS);
  if (isLate && next && stateOf(next) !== 'listed') {
    const sentence = `card key ${next.kid}, which signs from ${turn}, is not in the operator’s trust list`;
    warnings.push({ what: `next ${next.kid}`, sentence });
  }
  return {
    listed,
    present: present !== undefined && listed.includes(present.kid),
    next: next !== undefined && stateOf(next) === 'listed',
    warnings,
  };
}
