// PURE. The sentences made of what was said: the headline, and each entry in the reader's language.

import type { StatusEntry } from './log.ts';
import { STATES } from './scopes.ts';
import type { Story } from './story.ts';
import { type Language, whenIn } from './times.ts';
import { ALL_WELL, RESOLVED, standingSentence } from './words.ts';

/** What is worst, in one sentence; `told` says an instant: to be read or to be heard. */
export function headline(story: Story, language: Language, told = whenIn): string {
  const [worst] = [...story.standing].sort(
    ([, one], [, other]) => STATES.indexOf(other.state) - STATES.indexOf(one.state),
  );
  if (!worst) return ALL_WELL[language];
  const [scope, { state, since }] = worst;
  return standingSentence(scope, { state, since: told(language, since) }, language);
}

/** In the words of who said it, or else in the usual ones. */
export function saidIn(entry: StatusEntry, language: Language): string {
  const own = entry[language];
  if (own !== null) return own;
  if (entry.kind !== 'set') return RESOLVED[language];
  const since = whenIn(language, entry.since ?? entry.at);
  return standingSentence(entry.scope, { state: entry.state, since }, language);
}

/** The last that somebody said in their own words while this goes on. */
export const lastWords = ({ incident }: Story, language: Language): string | null =>
  incident?.told.findLast((entry) => entry[language] !== null)?.[language] ?? null;
