// PURE. Whose data was shown, and which of it (DESIGN.md 8): the look-ups of one account, structure or client in a window
// become persons with fields, each person once per insurer. It must list exactly what was disclosed (I10): nobody more,
// nobody less; and where it cannot know, it says so instead of "no".

import type { DisclosedField } from '../../core/disclosed-fields.ts';
import { FIELD_BITS } from '../../core/disclosed-fields.ts';
import type { DoorEvent } from '../events.ts';

/** `at`: RFC 3339 UTC, as all times here. */
export type LookUp = {
  /** When the door was opened; for a look-up that opened none (a refused card), when it was entered. */
  at: string;
  opened: boolean;
  /** What the ledger says of it; nothing: it has no sound entry of this door. */
  entries: readonly Entered[];
};

export type Entered = {
  event: DoorEvent;
  /** Whom the ledger names: a tag means something only for that insurer and month. Null: nobody it knows. */
  person: TaggedPerson | null;
  fields: readonly DisclosedField[];
  /** Public code of the answer; null: none left. */
  outcome: string | null;
};

export type TaggedPerson = { insurer: string; month: string; tag: string };

/** An insured person as the insurer calls them; the ref is that of its feeds. */
export type PersonRef = { insurer: string; subjectRef: string };

export type ExposedPerson = PersonRef & {
  /** What was shown for certain; none for somebody who is only possibly exposed. */
  fields: DisclosedField[];
  first: string;
  last: string;
  certainty: 'certain' | 'possible';
  /** At least one look-up of this person left no answer that we know of: any field may have been shown as well. */
  mayBeMore: boolean;
};

/** What of ledger and journal is not there to be read, wherever it is missing. */
export type Missing = { entries: number; journalLines: number };

export type ExposureCounts = {
  /** Each counted once per insurer. */
  persons: number;
  certain: number;
  possible: number;
  /** Look-ups that showed, or may have shown, the data of somebody whom nobody can name any more: at most so many more. */
  unknownPersons: number;
  doors: number;
  entries: number;
  missing: Missing;
  /** Were those who are not listed exposed? `possible` as soon as there is anybody unnamed, or a gap. */
  notListed: 'no' | 'possible';
};

export type Exposure = { persons: ExposedPerson[]; counts: ExposureCounts };

const FIELDS = Object.keys(FIELD_BITS) as DisclosedField[];

/** What somebody was shown, in the order in which it came together. */
type Shown = { fields: Set<DisclosedField>; first: string; last: string; mayBeMore: boolean };

/** Takes look-ups one by one, in any order; keeps one row for each person, never a look-up. */
export class ExposureTally {
  readonly #shown = new Map<string, { person: TaggedPerson; shown: Shown }>();
  #unknown = 0;
  #doors = 0;
  #entries = 0;

  add({ at, opened, entries }: LookUp): void {
    if (opened) this.#doors += 1;
    this.#entries += entries.length;
    if (entries.length === 0) this.#unknown += 1;
    for (const entry of entries) {
      const shown = shownBy(entry, at);
      if (shown) this.#note(entry.person, shown);
    }
  }

  #note(person: TaggedPerson | null, shown: Shown): void {
    if (!person) {
      this.#unknown += 1;
      return;
    }
    const key = `${person.insurer} ${person.month} ${person.tag}`;
    const known = this.#shown.get(key);
    if (known) join(known.shown, shown);
    else this.#shown.set(key, { person, shown });
  }

  /** Everybody the ledger names, once per insurer and month. */
  get tagged(): TaggedPerson[] {
    return [...this.#shown.values()].map(({ person }) => person);
  }

  /** `refOf`: null for a tag that leads to nobody any more. */
  exposure(refOf: (person: TaggedPerson) => PersonRef | null, missing: Missing): Exposure {
    const found = new Map<string, { ref: PersonRef; shown: Shown }>();
    let unknownPersons = this.#unknown;
    for (const { person, shown } of this.#shown.values()) {
      const ref = refOf(person);
      if (!ref) {
        unknownPersons += 1;
        continue;
      }
      const key = `${ref.insurer} ${ref.subjectRef}`;
      const known = found.get(key);
      if (known)
        join(known.shown, shown); // the same person in another month
      else found.set(key, { ref, shown: { ...shown, fields: new Set(shown.fields) } });
    }
    const persons = [...found.entries()].sort(byKey).map(([, { ref, shown }]) => exposed(ref, shown));
    const certain = persons.filter(({ certainty }) => certainty === 'certain').length;
    const isWhole = unknownPersons === 0 && missing.entries === 0 && missing.journalLines === 0;
    return {
      persons,
      counts: {
        persons: persons.length,
        certain,
        possible: persons.length - certain,
        unknownPersons,
        doors: this.#doors,
        entries: this.#entries,
        missing,
        notListed: isWhole ? 'no' : 'possible',
      },
    };
  }
}

/** Null: nothing. Any code but 200 says at least that somebody is a member; a lost answer may have said all. */
function shownBy({ event, fields: disclosed, outcome }: Entered, at: string): Shown | null {
  if (event === 'rights.unanswered') return { fields: new Set(), first: at, last: at, mayBeMore: true };
  const fields = new Set(disclosed);
  if (outcome !== '200') fields.add('membership');
  return fields.size === 0 ? null : { fields, first: at, last: at, mayBeMore: false };
}

function join(into: Shown, more: Shown): void {
  for (const field of more.fields) into.fields.add(field);
  if (more.first < into.first) into.first = more.first;
  if (more.last > into.last) into.last = more.last;
  into.mayBeMore ||= more.mayBeMore;
}

function exposed(ref: PersonRef, { fields, first, last, mayBeMore }: Shown): ExposedPerson {
  return {
    ...ref,
    fields: FIELDS.filter((field) => fields.has(field)),
    first,
    last,
    certainty: fields.size > 0 ? 'certain' : 'possible',
    mayBeMore,
  };
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
