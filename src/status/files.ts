// PURE. Every file that is served, made of the log alone: the same log gives the same bytes on any machine.

import type { Profession } from '../core/care-domains.ts';
import { atomFeed } from './feed.ts';
import type { LogHead, StatusLog } from './log.ts';
import { statusPage } from './page.ts';
import { PAGE_STYLE } from './page-style.ts';
import { phoneText } from './phone.ts';
import { EVERYBODY, professionStatus } from './rows.ts';
import { headline, saidIn } from './sentences.ts';
import { type Incident, type Story, storyOf } from './story.ts';
import { incidentTitle } from './words.ts';

/** In the order in which they are written: status.json, which says how far the log goes, last. */
export function statusFiles(log: StatusLog): readonly (readonly [name: string, content: string])[] {
  const story = storyOf(log);
  return [
    ['status.css', PAGE_STYLE],
    ['phone.txt', phoneText(story)],
    ['feed.atom', atomFeed(log.entries)],
    ['index.html', statusPage(story, log.head)],
    ['status.json', `${JSON.stringify(statusJson(story, log.head), null, 2)}\n`],
  ];
}

function statusJson(story: Story, log: LogHead) {
  const { standing, incident, past, news, updatedAt, nextUpdateAt } = story;
  const professions = EVERYBODY.map((one): [Profession, object] => [one, professionStatus(story, one)]);
  return {
    headline: { fr: headline(story, 'fr'), en: headline(story, 'en') },
    updatedAt,
    nextUpdateAt,
    standing: [...standing].map(([scope, status]) => ({ scope, ...status })),
    professions: Object.fromEntries(professions),
    incident: incident && incidentJson(incident),
    news: news.map(({ n }) => n),
    past: past.map(incidentJson),
    // Whoever kept it can tell later whether the log was edited or shortened.
    log,
  };
}

function incidentJson(incident: Incident) {
  const { began, ended, worst, scopes, told } = incident;
  return {
    title: { fr: incidentTitle(incident, 'fr'), en: incidentTitle(incident, 'en') },
    began,
    ended,
    worst,
    scopes,
    told: told.map((entry) => ({
      n: entry.n,
      at: entry.at,
      fr: saidIn(entry, 'fr'),
      en: saidIn(entry, 'en'),
    })),
  };
}
