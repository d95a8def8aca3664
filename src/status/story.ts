// PURE. What the log adds up to: how each part of the service stands and since when, the incident that goes on, and those
// that are over. It must never forget an incident that was published.

import type { StatusEntry, StatusLog } from './log.ts';
import { type PublicScope, type State, worseOf } from './scopes.ts';

export type Standing = { readonly state: State /** RFC 3339 UTC. */; readonly since: string };

export type Incident = {
  /** Number of the entry that began it. */
  readonly n: number;
  readonly began: string;
  /** Null while it goes on. */
  readonly ended: string | null;
  readonly worst: State;
  readonly scopes: readonly PublicScope[];
  readonly told: readonly StatusEntry[];
};

export type Story = {
  /** Only what is not open. */
  readonly standing: ReadonlyMap<PublicScope, Standing>;
  readonly incident: Incident | null;
  /** Newest first. */
  readonly past: readonly Incident[];
  /** Said outside incidents since the last one, newest first. */
  readonly news: readonly StatusEntry[];
  readonly updatedAt: string | null;
  readonly nextUpdateAt: string | null;
};

const NOTHING: Story = {
  standing: new Map(),
  incident: null,
  past: [],
  news: [],
  updatedAt: null,
  nextUpdateAt: null,
};

export const storyOf = ({ entries }: Pick<StatusLog, 'entries'>): Story => entries.reduce(continued, NOTHING);

function continued(story: Story, entry: StatusEntry): Story {
  const standing = standingAfter(story.standing, entry);
  const told = { standing, updatedAt: entry.at, nextUpdateAt: entry.nextUpdateAt };
  const incident = incidentAfter(story.incident, entry);
  if (!incident) return { ...story, ...told, news: [entry, ...story.news] };
  if (standing.size > 0) return { ...story, ...told, incident, news: [] };
  return { ...story, ...told, incident: null, past: [{ ...incident, ended: entry.at }, ...story.past] };
}

function standingAfter(before: Story['standing'], entry: StatusEntry): Story['standing'] {
  if (entry.kind === 'note') return before;
  if (entry.kind === 'resolve') return new Map();
  const { scope, state } = entry;
  const after = new Map(before);
  after.delete(scope);
  if (state === 'open') return after;
  const known = before.get(scope);
  const since = entry.since ?? (known?.state === state ? known.since : entry.at);
  return after.set(scope, { state, since });
}

/** Null: nothing is wrong, and nothing was. */
function incidentAfter(incident: Incident | null, entry: StatusEntry): Incident | null {
  const isTrouble = entry.kind === 'set' && entry.state !== 'open';
  if (!incident && !isTrouble) return null;
  const so = incident ?? begunBy(entry);
  const told = [...so.told, entry];
  if (!isTrouble) return { ...so, told };
  return {
    ...so,
    told,
    worst: worseOf(so.worst, entry.state),
    scopes: so.scopes.includes(entry.scope) ? so.scopes : [...so.scopes, entry.scope],
  };
}

function begunBy(entry: StatusEntry): Incident {
  const began = (entry.kind === 'set' ? entry.since : null) ?? entry.at;
  return { n: entry.n, began, ended: null, worst: 'open', scopes: [], told: [] };
}
