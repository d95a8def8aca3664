// What staff see of the guard and do to it: alarms, their end, blast radius, tables. Nothing lists professionals: each is
// named by an exact id. Whoever calls it has proven that a member of the staff asks (console).

import { sha256Hex } from '../../crypto/digest.ts';
import { type Clock, parisDate, timestamp } from '../../lib/clock.ts';
import { staffEntry } from '../console/staff-entry.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { blastRadiusOf } from './blast-radius.ts';
import { budgetLines } from './budget-lines.ts';
import { limitsOf } from './budgets.ts';
import type { Guard } from './guard.ts';
import type { GuardDesk } from './guard-desk.ts';
import type { GuardStore } from './guard-store.ts';
import { highestUsualDay, pastOn } from './past.ts';

export function guardDesk(parts: {
  guard: Guard;
  store: GuardStore;
  ledger: Ledger;
  clock: Clock;
}): GuardDesk {
  const { guard, store, ledger, clock } = parts;
  return {
    alarms: (page) => store.alarms(page),
    alarm: (id) => store.alarm(id),

    /** Entered first: no entry, nothing is lifted. If we crash in between, it stands and can be ended again. */
    async undo(id, order) {
      const alarm = await store.alarm(id);
      if (!alarm || alarm.endedAt !== null) throw refusal('alarm-not-standing');
      const facts = {
        event: 'guard.undone',
        alarm: id,
        scope: alarm.scope,
        text: sha256Hex(order.text),
      } as const;
      await ledger.append(staffEntry(order.staff, facts));
      if (!(await store.undo({ id, at: timestamp(clock.nowMs()), ...order })))
        throw refusal('alarm-not-standing');
      guard.lift(id);
      await guard.save();
    },

    async review(id, by) {
      if (!(await store.alarm(id))) throw refusal('alarm-unknown');
      await ledger.append(staffEntry(by, { event: 'guard.reviewed', alarm: id }));
      await store.review(id, by, timestamp(clock.nowMs()));
    },

    async blastRadius(kind, id) {
      const behind = await store.accountsBehind(kind, id);
      if (behind.length === 0) return null;
      const today = parisDate(clock.nowMs());
      const counted = await store.countedDays(
        behind.map(({ account }) => account),
        pastOn(today).from,
      );
      const members = behind.map((one) => {
        const { usual } = limitsOf(one.profession);
        const own = counted.filter(({ account }) => account === one.account);
        const highest = own.length === 0 ? null : highestUsualDay(own, { today, usual });
        return { ...one, usual: highest, metToday: guard.watched(one.account)?.metToday ?? 0 };
      });
      return blastRadiusOf({ kind, id }, members);
    },

    budgets: budgetLines,
    canaries: () => store.canaries(),
  };
}
