// PURE. The log as an Atom feed (RFC 4287): each entry once, newest first, under a name that never changes.

import { sha256Hex } from '../crypto/digest.ts';
import { escaped } from '../lib/markup.ts';
import type { StatusEntry } from './log.ts';
import { saidIn } from './sentences.ts';
import { LABELS } from './words.ts';

/** Readers of a feed come often: the older ones are on the page. */
const MOST_ENTRIES = 50;
/** Of a feed to which nothing was written yet. */
const NEVER = '1970-01-01T00:00:00.000Z';

export function atomFeed(entries: readonly StatusEntry[]): string {
  const newest = entries.slice(-MOST_ENTRIES).reverse();
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">
<id>urn:rempart:status</id>
<title>Rempart, ${LABELS.title.fr} · ${LABELS.title.en}</title>
<updated>${newest[0]?.at ?? NEVER}</updated>
<author><name>Rempart</name></author>
<link rel="self" type="application/atom+xml" href="feed.atom"/>
<link rel="alternate" type="text/html" href="./"/>
${newest.map(entryOf).join('')}</feed>
`;
}

function entryOf(entry: StatusEntry): string {
  const [fr, en] = [saidIn(entry, 'fr'), saidIn(entry, 'en')];
  return `<entry>
<id>urn:rempart:status:${entry.n}:${sha256Hex(`${entry.n} ${entry.at} ${entry.previous}`).slice(0, 32)}</id>
<title>${escaped(fr)}</title>
<updated>${entry.at}</updated>
<link rel="alternate" type="text/html" href="./"/>
<content type="text">${escaped(`${fr}\n\n${en}`)}</content>
</entry>
`;
}
