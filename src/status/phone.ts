// PURE. The text for the telephone line, French then English: short sentences to be read aloud by a person or a machine. No
// abbreviation, no address, nothing to be typed.

import { type Row, rowsOf } from './rows.ts';
import { headline, lastWords } from './sentences.ts';
import type { Story } from './story.ts';
import { type Language, spokenIn } from './times.ts';
import { capital, LABELS, NEVER_ASKED } from './words.ts';

/** Who listens does not want to hear ten professions. */
const MOST_NAMES = 4;
const OTHERS = { fr: 'autres professionnels', en: 'other professionals' } as const;

export const phoneText = (story: Story): string => `${inLanguage(story, 'fr')}\n${inLanguage(story, 'en')}`;

function inLanguage(story: Story, language: Language): string {
  const troubled = story.standing.size === 0 ? [] : rowsOf(story);
  const words = lastWords(story, language);
  const lines = [
    LABELS.hello[language],
    headline(story, language, spokenIn),
    ...(words === null ? [] : [aloud(words)]),
    ...troubled.map((row) => rowAloud(row, language)),
    ...(story.nextUpdateAt === null
      ? []
      : [`${LABELS.next[language]} : ${spokenIn(language, story.nextUpdateAt)}.`]),
    NEVER_ASKED[language],
    LABELS.bye[language],
  ];
  return `${lines.flatMap(sentences).join('\n')}\n`;
}

function rowAloud({ who, advice }: Row, language: Language): string {
  const names = who.map((name) => name[language]);
  const [first = ''] = names;
  const few = names.length > MOST_NAMES ? [first, OTHERS[language]] : names;
  const last = few.pop() ?? '';
  const all = few.length === 0 ? last : `${few.join(', ')} ${language === 'fr' ? 'et' : 'and'} ${last}`;
  return `${capital(all)}. ${advice[language]}`;
}

/** Hours as they are spoken: “10 h 04”, “10h04”. */
const aloud = (text: string): string =>
  text.replaceAll(/\b(\d{1,2}) ?h(?: ?(\d{2}))?\b/g, (_, hour, minute) =>
    minute === undefined ? `${hour} heures` : `${hour} heures ${minute}`,
  );

/** One on each line, so that a voice takes a breath; what follows a colon is a sentence of its own. */
function sentences(text: string): string[] {
  return text
    .split(/(?<=[.!?]) +/)
    .flatMap((sentence) =>
      sentence.split(/ ?: +/).map((part, i, all) => (i < all.length - 1 ? `${part}.` : part)),
    )
    .map(capital);
}
