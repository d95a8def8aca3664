// Laws of the switchboard: closing more never opens anything, and the order of switches never matters.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type CheckScopes, mayCheck, SWITCH_STATES, type SwitchState } from './switchboard.ts';

const small = fc.constantFrom('a', 'b', 'c');
const scope = fc.oneof(
  fc.constantFrom('platform', 'feeds', 'staff', 'door:card', 'door:member', 'door:identity'),
  fc
    .tuple(fc.constantFrom('insurer', 'profession', 'structure', 'account', 'client'), small)
    .map((two) => two.join(':')),
);
const state = fc.constantFrom(...SWITCH_STATES);
const switches = fc.uniqueArray(fc.tuple(scope, state), { selector: ([one]) => one, maxLength: 12 });
const call: fc.Arbitrary<CheckScopes> = fc.record({
  insurer: small,
  profession: small,
  structure: small,
  account: small,
  client: small,
  door: fc.constantFrom('card', 'member', 'identity'),
});

const stricter = (one: SwitchState): SwitchState[] => {
  if (one === 'closed') return ['closed'];
  if (one === 'card-only') return ['card-only', 'closed'];
  return [...SWITCH_STATES];
};

it('the order of switches never matters, not even for the scope that is named', () => {
  fc.assert(
    fc.property(switches, call, fc.func(fc.integer()), (list, asked, rank) => {
      const shuffled = list.toSorted((a, b) => rank(a) - rank(b));
      expect(mayCheck(new Map(shuffled), asked)).toEqual(mayCheck(new Map(list), asked));
    }),
  );
});

it('a call passes exactly when every scope that concerns it would let it pass alone', () => {
  fc.assert(
    fc.property(switches, call, (list, asked) => {
      const each = list.every((one) => mayCheck(new Map([one]), asked).open);
      expect(mayCheck(new Map(list), asked).open).toBe(each);
    }),
  );
});

it('one more switch, or a stricter one, never lets a call pass that was refused', () => {
  fc.assert(
    fc.property(switches, call, scope, fc.nat(3), (list, asked, more, pick) => {
      const board = new Map(list);
      if (mayCheck(board, asked).open) return;
      const states = stricter(board.get(more) ?? 'open');
      board.set(more, states[pick % states.length] ?? 'closed');
      expect(mayCheck(board, asked).open).toBe(false);
    }),
  );
});

it('the scope that is named is on the board, in the state that is named, and concerns the call', () => {
  fc.assert(
    fc.property(switches, call, (list, asked) => {
      const passage = mayCheck(new Map(list), asked);
      if (passage.open) return;
      expect(list).toContainEqual([passage.scope, passage.state]);
      const [kind = '', id] = passage.scope.split(':');
      if (kind !== 'platform') expect(asked[kind as keyof CheckScopes]).toBe(id);
    }),
  );
});
