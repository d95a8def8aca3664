// PURE. Who can do what now: one row for each group of readers who are told the same, professionals first.

import { PROFESSIONS, type Profession } from '../core/care-domains.ts';
import { type PublicScope, professionScope, STATES, type State } from './scopes.ts';
import type { Standing, Story } from './story.ts';
import {
  EVERY_PROFESSION,
  FEEDS,
  FEEDS_ADVICE,
  INSURER,
  type Kind,
  MEMBERS,
  MEMBERS_ADVICE,
  PROFESSION_ADVICE,
  PROFESSION_NAMES,
  type Words,
} from './words.ts';

export type Row = {
  /** Several professions may be told the same. */
  readonly who: readonly Words[];
  readonly state: State;
  /** Null: it works. */
  readonly since: string | null;
  readonly advice: Words;
};

const WITH_AGREEMENT: ReadonlySet<Profession> = new Set<Profession>([
  'optician',
  'audioprosthetist',
  'dentist',
  'hospital',
]);

type Status = { readonly state: State; readonly since: string | null };
const WORKS: Status = { state: 'open', since: null };

/** The worst of what concerns somebody decides; of two that are alike, the older. */
function worst({ standing }: Story, scopes: readonly PublicScope[]): Status {
  const found = scopes.flatMap((scope) => standing.get(scope) ?? []);
  return found.reduce<Status>((one, other) => (isWorse(other, one) ? other : one), WORKS);
}

function isWorse(one: Standing, other: Status): boolean {
  const steps = STATES.indexOf(one.state) - STATES.indexOf(other.state);
  return steps > 0 || (steps === 0 && other.since !== null && one.since < other.since);
}

/** Where one profession stands. */
export const professionStatus = (story: Story, profession: Profession): Status =>
  worst(story, ['platform', professionScope(profession)]);

export function rowsOf(story: Story): Row[] {
  return [...professionRows(story), ...insurerRows(story), membersRow(story), feedsRow(story)];
}

/** In the order of their names in words.ts: pharmacists first. */
export const EVERYBODY = Object.keys(PROFESSION_NAMES) as Profession[];

function professionRows(story: Story): Row[] {
  const groups = new Map<string, Row>();
  for (const profession of EVERYBODY) {
    const status = professionStatus(story, profession);
    const kind: Kind = WITH_AGREEMENT.has(profession) ? 'with-agreement' : 'at-the-counter';
    const advice = PROFESSION_ADVICE[status.state][kind];
    const key = `${status.since} ${advice.fr}`;
    const who = [...(groups.get(key)?.who ?? []), PROFESSION_NAMES[profession]];
    groups.set(key, { ...status, advice, who });
  }
  return [...groups.values()].map((row) => ({
    ...row,
    who: row.who.length === Object.keys(PROFESSIONS).length ? [EVERY_PROFESSION] : row.who,
  }));
}

function insurerRows({ standing }: Story): Row[] {
  return [...standing]
    .filter(([scope]) => scope.startsWith('insurer:'))
    .map(([scope, status]) => {
      const no = scope.slice('insurer:'.length);
      const name = { fr: `${INSURER.fr}${no}`, en: `${INSURER.en}${no}` };
      return { who: [name], ...status, advice: PROFESSION_ADVICE[status.state]['at-the-counter'] };
    });
}

/** Their space is their insurer's; at the counter they need the platform, or their card. */
function membersRow(story: Story): Row {
  const space = worst(story, ['members']);
  if (space.state === 'closed') return { who: [MEMBERS], ...space, advice: MEMBERS_ADVICE['space-closed'] };
  const counter = worst(story, ['platform', 'members']);
  const state = counter.state === 'closed' ? 'card-only' : counter.state;
  const advice = MEMBERS_ADVICE[state === 'open' ? 'all-well' : 'take-card'];
  return { who: [MEMBERS], state, since: counter.since, advice };
}

/** A platform that answers cards alone takes no feed either. */
function feedsRow(story: Story): Row {
  const { state, since } = worst(story, ['feeds', 'platform']);
  const so = state === 'card-only' ? 'closed' : state;
  return { who: [FEEDS], state: so, since, advice: FEEDS_ADVICE[so] };
}
