// PURE. The log behind the status page: what was said when, each entry bound to the one before it by its digest. It must
// never take an entry that does not fit, nor let one be changed or left out unnoticed.

import { isJsonObject, jsonObject, type Unchecked } from '../core/json-object.ts';
import { namesAPerson } from '../core/names-a-person.ts';
import { isUtcInstant } from '../core/paris-day.ts';
import { sha256Hex } from '../crypto/digest.ts';
import { isPublicScope, isState, type PublicScope, type State, suits } from './scopes.ts';

/** In both languages or in none. */
export type Message = { readonly fr: string; readonly en: string } | { readonly fr: null; readonly en: null };

/** What somebody says. Without words of their own, readers get the usual sentence. */
export type Said = {
  readonly fr: string | null;
  /** Both languages or none. */
  readonly en: string | null;
  /** RFC 3339 UTC. */
  readonly nextUpdateAt: string | null;
} & (
  | {
      readonly kind: 'set';
      readonly scope: PublicScope;
      readonly state: State;
      readonly since: string | null;
    }
  | { readonly kind: 'note' }
  | { readonly kind: 'resolve' }
);

export type StatusEntry = Said & {
  readonly n: number;
  /** SHA-256 of the file of entry n - 1, in hexadecimal; null in the first. */
  readonly previous: string | null;
  readonly at: string;
};

/** Where a log ends: whoever kept one can tell whether a later log continues it. */
export type LogHead = { readonly entries: number; readonly digest: string | null };

export type StatusLog = { readonly entries: readonly StatusEntry[]; readonly head: LogHead };

export type BrokenLog = {
  /** The entry that is wrong. */
  readonly n: number;
  readonly because: 'missing' | 'unreadable' | 'changed';
};

export const EMPTY_HEAD: LogHead = { entries: 0, digest: null };

/** `texts`: the files of entries 1, 2, … as far as there are any. `kept`: heads that must lie in it. */
export function readLog(
  texts: readonly (string | undefined)[],
  kept: readonly LogHead[],
): StatusLog | BrokenLog {
  const entries: StatusEntry[] = [];
  const digests: (string | null)[] = [null];
  for (const [i, text] of texts.entries()) {
    if (text === undefined) return { n: i + 1, because: 'missing' };
    const entry = parseEntry(text);
    if (!entry || entry.n !== i + 1) return { n: i + 1, because: 'unreadable' };
    if (entry.previous !== digests[i]) return { n: Math.max(1, i), because: 'changed' };
    entries.push(entry);
    digests.push(sha256Hex(text));
  }
  for (const head of kept) {
    if (head.entries > entries.length) return { n: entries.length + 1, because: 'missing' };
    if (head.digest !== digests[head.entries]) return { n: head.entries, because: 'changed' };
  }
  return { entries, head: { entries: entries.length, digest: digests.at(-1) ?? null } };
}

/** Null for what is none. */
export function parseHead(value: unknown): LogHead | null {
  if (!isJsonObject(value)) return null;
  const { entries, digest }: Unchecked<keyof LogHead> = value;
  const isHead =
    Number.isSafeInteger(entries) && Number(entries) >= 0 && (digest === null || typeof digest === 'string');
  return isHead ? (value as LogHead) : null;
}

/** The file of the next entry. A clock that was put back does not reorder what was said. */
export function nextEntry({ entries, head }: StatusLog, said: Said, at: string): string {
  const last = entries.at(-1)?.at ?? at;
  const entry: StatusEntry = {
    n: head.entries + 1,
    previous: head.digest,
    at: at > last ? at : last,
    ...said,
  };
  return `${JSON.stringify(entry)}\n`;
}

const MOST_LETTERS = 600;

/** May everybody read this? One paragraph, and no number of a person. */
export const isMessage = (text: string): boolean =>
  /^[^\p{Cc}\u2028\u2029]+$/u.test(text) &&
  text.trim() !== '' &&
  text.length <= MOST_LETTERS &&
  !namesAPerson(text);

const isTimeOrNull = (value: unknown) => value === null || isUtcInstant(value);

/** Null for what this program would not have written. */
function parseEntry(text: string): StatusEntry | null {
  const value = jsonObject(text);
  if (!value) return null;
  const { n, previous, at, kind, fr, en, nextUpdateAt, ...rest }: Unchecked<keyof StatusEntry> = value;
  const isWhole =
    Number.isInteger(n) &&
    (previous === null || typeof previous === 'string') &&
    isUtcInstant(at) &&
    areWords(fr, en, kind === 'note') &&
    isTimeOrNull(nextUpdateAt);
  const knowsItsKind = kind === 'set' ? isSetting(rest) : Object.keys(rest).length === 0 && isSaying(kind);
  return isWhole && knowsItsKind ? (value as StatusEntry) : null;
}

/** Both languages or none; a note is nothing but its words. */
function areWords(fr: unknown, en: unknown, needed: boolean): boolean {
  if (fr === null && en === null) return !needed;
  return [fr, en].every((one) => typeof one === 'string' && isMessage(one));
}

const isSaying = (kind: unknown) => kind === 'note' || kind === 'resolve';

function isSetting({ scope, state, since, ...rest }: Unchecked<'scope' | 'state' | 'since'>): boolean {
  return (
    typeof scope === 'string' &&
    isPublicScope(scope) &&
    isState(state) &&
    suits(scope, state) &&
    isTimeOrNull(since) &&
    Object.keys(rest).length === 0
  );
}
