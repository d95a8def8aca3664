// PURE. The page everybody reads: French first, English beside it (below it on a telephone), no script, nothing fetched but
// its stylesheet. It must stay readable when that does not come.

import { escaped } from '../lib/markup.ts';
import { bound } from '../lib/typeset.ts';
import type { LogHead, StatusEntry } from './log.ts';
import { type Row, rowsOf } from './rows.ts';
import type { State } from './scopes.ts';
import { headline, saidIn } from './sentences.ts';
import type { Incident, Story } from './story.ts';
import { dayIn, durationIn, type Language, whenIn } from './times.ts';
import { capital, incidentTitle, LABELS, NEVER_ASKED, STATE_LABELS, type Words } from './words.ts';

/** Also in the page, for hosts that send no headers: what it may fetch is its stylesheet. */
export const PAGE_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";

/** Older ones are in status.json. */
const MOST_PAST = 50;

export function statusPage(story: Story, { entries, digest }: LogHead): string {
  const state = worstOf(rowsOf(story));
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(STATE_LABELS[state], 'fr')} · Rempart, ${text(LABELS.title, 'fr')}</title>
<link rel="stylesheet" href="status.css">
<link rel="alternate" type="application/atom+xml" href="feed.atom" title="Rempart">
</head>
<body>
<header>
<h1>Rempart <span>${text(LABELS.title, 'fr')}</span> <span lang="en">${text(LABELS.title, 'en')}</span></h1>
<nav aria-label="Langue"><a href="#fr" lang="fr">${text(LABELS.inOtherLanguage, 'fr')}</a> <a href="#en" lang="en">${text(LABELS.inOtherLanguage, 'en')}</a></nav>
</header>
<main>
${inLanguage(story, 'fr', state)}
${inLanguage(story, 'en', state)}
</main>
<footer>
<ul>
${[
  ['phone.txt', LABELS.asText],
  ['feed.atom', LABELS.asFeed],
  ['status.json', LABELS.asData],
]
  .map(([file, label]) => `<li><a href="${file}">${both(label as Words)}</a></li>`)
  .join('\n')}
</ul>
<p class="digest">${both(LABELS.log)} ${entries} · <code>${digest ?? '–'}</code></p>
</footer>
</body>
</html>
`;
}

function worstOf(rows: readonly Row[]): State {
  const order: readonly State[] = ['closed', 'card-only', 'disturbed'];
  return order.find((state) => rows.some((row) => row.state === state)) ?? 'open';
}

function inLanguage(story: Story, language: Language, state: State): string {
  return `<div id="${language}" lang="${language}" class="language">
<section class="now ${state}" aria-label="${text(LABELS.title, language)}">
<p class="label">${text(STATE_LABELS[state], language)}</p>
<h2>${typeset(headline(story, language), language)}</h2>
${times(story, language)}
</section>
<section>
<h2>${text(LABELS.todo, language)}</h2>
<ul class="rows">
${rowsOf(story)
  .map((row) => rowOf(row, language))
  .join('\n')}
</ul>
</section>
${said(story, language)}
<section>
<h2>${text(LABELS.past, language)}</h2>
${
  story.past
    .slice(0, MOST_PAST)
    .map((incident) => pastIncident(incident, language))
    .join('\n') || `<p>${text(LABELS.noPast, language)}</p>`
}
</section>
<p class="never">${text(NEVER_ASKED, language)}</p>
</div>`;
}

function times({ updatedAt, nextUpdateAt }: Story, language: Language): string {
  const rows = [
    ...(updatedAt === null ? [] : [[LABELS.updated, updatedAt] as const]),
    ...(nextUpdateAt === null ? [] : [[LABELS.next, nextUpdateAt] as const]),
  ];
  if (rows.length === 0) return '';
  const list = rows.map(
    ([label, at]) => `<div><dt>${text(label, language)}</dt><dd>${time(at, language)}</dd></div>`,
  );
  const late = nextUpdateAt === null ? '' : `\n<p class="late">${text(LABELS.late, language)}</p>`;
  return `<dl>\n${list.join('\n')}\n</dl>${late}`;
}

function rowOf({ who, state, since, advice }: Row, language: Language): string {
  const names = capital(who.map((name) => name[language]).join(', '));
  const after =
    since === null ? '' : `, ${text(LABELS.since, language).toLowerCase()} ${time(since, language)}`;
  return `<li class="${state}">
<h3>${typeset(names, language)}</h3>
<p class="state"><strong>${text(STATE_LABELS[state], language)}</strong>${after}</p>
<p>${text(advice, language)}</p>
</li>`;
}

/** What was said in the incident that goes on, newest first; or the news when there is none. */
function said({ incident, news }: Story, language: Language): string {
  const told = incident ? incident.told.toReversed() : news;
  if (told.length === 0) return '';
  return `<section>
<h2>${text(incident ? LABELS.said : LABELS.news, language)}</h2>
${messages(told, language)}
</section>`;
}

function messages(told: readonly StatusEntry[], language: Language): string {
  const items = told.map(
    (entry) =>
      `<li><p class="at">${time(entry.at, language)}</p><p>${typeset(saidIn(entry, language), language)}</p></li>`,
  );
  return `<ol class="said">\n${items.join('\n')}\n</ol>`;
}

function pastIncident(incident: Incident, language: Language): string {
  const { began, ended, worst, told } = incident;
  const lasted = durationIn(language, began, ended ?? began);
  const facts = `${dayIn(language, began)} · ${STATE_LABELS[worst][language]} · ${LABELS.lasted[language]} ${lasted}`;
  return `<details id="${language}-${incident.n}">
<summary><strong>${typeset(incidentTitle(incident, language), language)}</strong> <span>${typeset(facts, language)}</span></summary>
${messages(told, language)}
</details>`;
}

const time = (at: string, language: Language) =>
  `<time datetime="${at}">${typeset(whenIn(language, at), language)}</time>`;

const text = (words: Words, language: Language) => typeset(words[language], language);
const both = (words: Words) => `${text(words, 'fr')} <span lang="en">${text(words, 'en')}</span>`;

const typeset = (raw: string, language: Language) => escaped(language === 'fr' ? bound(raw) : raw);
