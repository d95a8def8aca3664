// PURE rules of the switchboard: which scope is open, card-only, read-only or closed, and whether this call may go
// on. Every check reads it; the strictest scope that concerns the call decides. It must never open by default what
// a state it does not know closes.

export const SWITCH_STATES = ['open', 'card-only', 'read-only', 'closed'] as const;
export type SwitchState = (typeof SWITCH_STATES)[number];

/** Kinds of scope as they are written before the colon; `platform`, `feeds` and `staff` stand alone. */
export const SCOPE_KINDS = [
  'platform',
  'insurer',
  'profession',
  'structure',
  'account',
  'client',
  'door',
  'feeds',
  'staff',
] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];
const ALONE: ReadonlySet<ScopeKind> = new Set<ScopeKind>(['platform', 'feeds', 'staff']);

/** `insurer:0999000101`, `platform`, `door:identity` … */
export type Scope = string;

/** Checks the written form of a scope; null when it is none. */
export function parseScope(text: string): { kind: ScopeKind; id: string | null } | null {
  const [kind, ...rest] = text.split(':');
  const known = SCOPE_KINDS.find((one) => one === kind);
  if (!known) return null;
  const id = rest.join(':');
  if (ALONE.has(known)) return rest.length === 0 ? { kind: known, id: null } : null;
  return /^[A-Za-z0-9._-]{1,64}$/.test(id) ? { kind: known, id } : null;
}

/** Only the scopes that are not open; everything else is. */
export type Switchboard = ReadonlyMap<Scope, SwitchState>;
export const ALL_OPEN: Switchboard = new Map();

/** What a look-up touches. `insurer` is null while only an engagement's number is known. */
export type CheckScopes = {
  insurer: string | null;
  profession: string;
  structure: string;
  account: string;
  client: string;
  door: 'card' | 'member' | 'identity' | 'engagement';
};

export type Passage = { open: true } | { open: false; scope: Scope; state: SwitchState };
const OPEN: Passage = { open: true };

/** What goes on where nothing may be typed: a card, and what was promised after one. */
const WITHOUT_TYPING: readonly CheckScopes['door'][] = ['card', 'engagement'];

/** May this look-up go on? A read-only scope answers look-ups; a card-only scope answers only what nobody types. */
export function mayCheck(board: Switchboard, call: CheckScopes): Passage {
  if (board.size === 0) return OPEN;
  for (const scope of scopesOf(call)) {
    const state = board.get(scope);
    if (state === undefined || state === 'open' || state === 'read-only') continue;
    if (state === 'card-only' && WITHOUT_TYPING.includes(call.door)) continue;
    return { open: false, scope, state };
  }
  return OPEN;
}

/** May this person sign in here? Every scope that concerns them must answer look-ups of some kind. */
export function mayEnter(
  board: Switchboard,
  caller: Pick<CheckScopes, 'profession' | 'structure' | 'account' | 'client'>,
): Passage {
  const { profession, structure, account, client } = caller;
  const scopes = ['platform', `profession:${profession}`, `structure:${structure}`, `account:${account}`];
  for (const scope of [...scopes, `client:${client}`]) {
    if (board.get(scope) === 'closed') return { open: false, scope, state: 'closed' };
  }
  return OPEN;
}

/** May this insurer's feed be taken in? Only a scope that is fully open takes changes. */
export function mayFeed(board: Switchboard, insurer: string): Passage {
  for (const scope of ['platform', 'feeds', `insurer:${insurer}`]) {
    const state = board.get(scope);
    if (state !== undefined && state !== 'open') return { open: false, scope, state };
  }
  return OPEN;
}

function scopesOf(call: CheckScopes): Scope[] {
  return [
    'platform',
    ...(call.insurer === null ? [] : [`insurer:${call.insurer}`]),
    `profession:${call.profession}`,
    `structure:${call.structure}`,
    `account:${call.account}`,
    `client:${call.client}`,
    `door:${call.door}`,
  ];
}
