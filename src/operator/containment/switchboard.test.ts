// The rules of the switchboard as tables: every kind of scope in every state at every door.

import { describe, expect, it } from 'vitest';
import {
  ALL_OPEN,
  type CheckScopes,
  mayCheck,
  mayFeed,
  parseScope,
  type Scope,
  type SwitchState,
} from './switchboard.ts';

const CALL: CheckScopes = {
  insurer: '0999000101',
  profession: 'pharmacist',
  structure: 'S-PHARMACIE-HALLES',
  account: 'claire',
  client: 'software-claire',
  door: 'member',
};

/** The scopes that concern this call, one of each kind. */
const scopesOf = (door: CheckScopes['door']): Scope[] => [
  'platform',
  'insurer:0999000101',
  'profession:pharmacist',
  'structure:S-PHARMACIE-HALLES',
  'account:claire',
  'client:software-claire',
  `door:${door}`,
];

/** What each state means for a look-up through each door. */
const LOOK_UPS: Record<SwitchState, Record<CheckScopes['door'], boolean>> = {
  open: { card: true, member: true, identity: true, engagement: true },
  'card-only': { card: true, member: false, identity: false, engagement: true },
  'read-only': { card: true, member: true, identity: true, engagement: true },
  closed: { card: false, member: false, identity: false, engagement: false },
};

const STATES = Object.keys(LOOK_UPS) as SwitchState[];
const DOORS = ['card', 'member', 'identity', 'engagement'] as const;

describe('a look-up', () => {
  const cases = DOORS.flatMap((door) =>
    scopesOf(door).flatMap((scope) =>
      STATES.map((state) => ({ door, scope, state, passes: LOOK_UPS[state][door] })),
    ),
  );

  it.each(cases)(
    'by the $door door with $scope $state: passes = $passes',
    ({ door, scope, state, passes }) => {
      const passage = mayCheck(new Map([[scope, state]]), { ...CALL, door });
      expect(passage).toEqual(passes ? { open: true } : { open: false, scope, state });
    },
  );

  it.each<[string, Scope]>([
    ['another insurer', 'insurer:0999000202'],
    ['an insurer whose number begins alike', 'insurer:099900010'],
    ['another profession', 'profession:optician'],
    ['another structure', 'structure:S-OPTIQUE-BEFFROI'],
    ['another account', 'account:marc'],
    ['another client', 'client:software-marc'],
    ['another door', 'door:identity'],
    ['feeds', 'feeds'],
    ['staff', 'staff'],
    ['an account of a structure’s name', 'account:S-PHARMACIE-HALLES'],
  ])('does not mind that %s is closed', (_, scope) => {
    expect(mayCheck(new Map([[scope, 'closed']]), CALL)).toEqual({ open: true });
  });

  it('passes when nothing is switched', () => {
    expect(mayCheck(ALL_OPEN, CALL)).toEqual({ open: true });
  });

  it.each<[string, [Scope, SwitchState][], Scope]>([
    [
      'an open platform does not open a closed account',
      [
        ['platform', 'open'],
        ['account:claire', 'closed'],
      ],
      'account:claire',
    ],
    [
      'an open account does not open a closed platform',
      [
        ['account:claire', 'open'],
        ['platform', 'closed'],
      ],
      'platform',
    ],
    [
      'card-only below read-only',
      [
        ['platform', 'read-only'],
        ['client:software-claire', 'card-only'],
      ],
      'client:software-claire',
    ],
    [
      'of two that are closed the wider is named',
      [
        ['account:claire', 'closed'],
        ['insurer:0999000101', 'closed'],
      ],
      'insurer:0999000101',
    ],
  ])('is decided by the strictest scope: %s', (_, switches, scope) => {
    expect(mayCheck(new Map(switches), CALL)).toMatchObject({ open: false, scope });
  });

  it('does not pass a state this release does not know', () => {
    const board = new Map([['platform', 'half-open' as SwitchState]]);
    expect(mayCheck(board, { ...CALL, door: 'card' })).toMatchObject({ open: false });
  });
});

describe('a feed', () => {
  it.each<[Scope, SwitchState, boolean]>([
    ['platform', 'open', true],
    ['platform', 'card-only', false],
    ['platform', 'read-only', false],
    ['platform', 'closed', false],
    ['feeds', 'open', true],
    ['feeds', 'read-only', false],
    ['feeds', 'closed', false],
    ['insurer:0999000101', 'open', true],
    ['insurer:0999000101', 'card-only', false],
    ['insurer:0999000101', 'read-only', false],
    ['insurer:0999000101', 'closed', false],
    ['insurer:0999000202', 'closed', true],
    ['staff', 'closed', true],
    ['door:member', 'closed', true],
    ['profession:pharmacist', 'closed', true],
  ])('with %s %s: passes = %s', (scope, state, passes) => {
    const passage = mayFeed(new Map([[scope, state]]), '0999000101');
    expect(passage).toEqual(passes ? { open: true } : { open: false, scope, state });
  });
});

describe('a scope is written', () => {
  it.each<[string, ReturnType<typeof parseScope>]>([
    ['platform', { kind: 'platform', id: null }],
    ['feeds', { kind: 'feeds', id: null }],
    ['staff', { kind: 'staff', id: null }],
    ['insurer:0999000101', { kind: 'insurer', id: '0999000101' }],
    ['structure:S-PHARMACIE-HALLES', { kind: 'structure', id: 'S-PHARMACIE-HALLES' }],
    ['door:identity', { kind: 'door', id: 'identity' }],
    ['account:claire.morel_2', { kind: 'account', id: 'claire.morel_2' }],
  ])('%s', (text, scope) => {
    expect(parseScope(text)).toEqual(scope);
  });

  it.each([
    'platform:',
    'platform:all',
    'feeds:0999000101',
    'insurer',
    'insurer:',
    'insurer:a b',
    'insurer:a:b',
    'structre:S-1',
    'Platform',
    ' platform',
    'account:é',
    `account:${'a'.repeat(65)}`,
    '',
    ':',
  ])('but not as "%s"', (text) => {
    expect(parseScope(text)).toBeNull();
  });
});
