// A thief with a live session and a list: asks about one person after the other, and tries the other door, by member
// number or by NIR alone, when one is closed. It writes down whom it was told something about: that is the truth a drill is judged by.

import type { Reply } from '../../cli/operator-client.ts';
import type { Profession } from '../../core/care-domains.ts';
import type { DisclosedField } from '../../core/disclosed-fields.ts';
import { type Clock, parisDate } from '../../lib/clock.ts';
import { randomId } from '../../lib/random.ts';
import { DRILL_INSURER } from '../crowd.ts';
import type { Thief } from '../day.ts';
import type { ListedPerson } from '../listed-person.ts';
import { byIdentity, byNumber, type Evidence, question } from '../questions.ts';
import type { Pace } from './pace.ts';

/** Whoever is refused so often in a row gives up. */
const MOST_REFUSED_IN_A_ROW = 50;

/** One line of a thief's list: who it is about, and which door is tried first. */
export type Target = { person: ListedPerson; firstDoor: 'number' | 'identity' };
export type Session = { check(body: unknown): Promise<Reply> };

export type ThiefParts = {
  /** Called once, at the first act. */
  steal(): Promise<Session>;
  clock: Clock;
  account: string;
  profession: Profession;
  pace: Pace;
  /** Never comes to an end. */
  targets: Iterator<Target>;
  startsAtMs: number;
  endsAtMs: number;
};

/** What was learned of somebody, and when first. */
type Learned = { atMs: number; fields: Set<DisclosedField> };

export class SessionThief implements Thief {
  readonly #parts: ThiefParts;
  /** By ref. */
  readonly exposed = new Map<string, Learned>();
  readonly refusedBy: Record<string, number> = {};
  queries = 0;
  /** The first refusal since somebody was last exposed. */
  cut: { atMs: number; code: string } | null = null;
  #session: Session | null = null;
  #nextAtMs: number | null;
  #refusedInARow = 0;
  #target: Target | null = null;

  constructor(parts: ThiefParts) {
    this.#parts = parts;
    this.#nextAtMs = parts.startsAtMs;
  }

  get account(): string {
    return this.#parts.account;
  }

  nextAtMs(): number | null {
    return this.#nextAtMs;
  }

  async act(): Promise<void> {
    const { clock, profession, pace, endsAtMs } = this.#parts;
    const nowMs = clock.nowMs();
    this.#session ??= await this.#parts.steal();
    this.queries += 1;
    const target = this.#target ?? this.#next();
    const how = {
      requestId: randomId(),
      careDate: parisDate(nowMs),
      profession,
      evidence: this.#evidence(target),
    };
    const reply = await this.#session.check(
      question({ ...target.person, insurer: DRILL_INSURER.amcNo }, how),
    );
    this.#note(target, reply, nowMs);
    const nextAtMs = pace.after(nowMs, { isDisclosed: reply.status === 200 && reply.body['code'] !== '200' });
    const gaveUp = this.#refusedInARow >= MOST_REFUSED_IN_A_ROW;
    this.#nextAtMs = gaveUp || nextAtMs === null || nextAtMs >= endsAtMs ? null : nextAtMs;
  }

  /** The other door after a refusal: with the person it was refused for. */
  #evidence({ person, firstDoor }: Target): Evidence {
    const isFirst = this.#refusedInARow % 2 === 0;
    return (firstDoor === 'number') === isFirst ? byNumber(person) : byIdentity(person);
  }

  #next(): Target {
    const { value, done } = this.#parts.targets.next();
    if (done) throw new Error('a thief’s list does not end');
    return value;
  }

  #note(target: Target, { status, body }: Reply, nowMs: number): void {
    if (status !== 200) {
      const code = String(body['code']);
      this.refusedBy[code] = (this.refusedBy[code] ?? 0) + 1;
      this.#refusedInARow += 1;
      this.cut ??= { atMs: nowMs, code };
      this.#target = target;
      return;
    }
    this.#refusedInARow = 0;
    this.#target = null;
    if (body['code'] === '200') return;
    this.cut = null;
    const { ref } = target.person;
    const learned = this.exposed.get(ref) ?? { atMs: nowMs, fields: new Set() };
    for (const field of fieldsOf(body)) learned.fields.add(field);
    this.exposed.set(ref, learned);
  }
}

/** What an answer tells: any code but 200 tells that somebody is a member. */
function fieldsOf(body: Record<string, unknown>): DisclosedField[] {
  const told = (field: DisclosedField, name: string) => (body[name] === null ? [] : [field]);
  if (body['covered'] !== true) return ['membership'];
  return [
    'membership',
    'cover',
    'coverDates',
    ...told('rule', 'rule'),
    ...told('responsible', 'responsible'),
    ...told('engagement', 'engagementNo'),
  ];
}
