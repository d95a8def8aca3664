// Bank details in PostgreSQL: rows that are added, never changed. It must never select what is sealed: only a payment run
// does, for the vault.

import type { Database } from '../../db/database.ts';
import { timestamp } from '../../lib/clock.ts';
import type { BankDetailsStore } from './bank-details-store.ts';

export function sqlBankDetailsStore(sql: Database): BankDetailsStore {
  return {
    async of(structure, atMs) {
      const rows = await sql<{ masked: string; from: Date }[]>`
        select masked, in_force_from as "from" from bank_details
        where structure = ${structure} and superseded_at is null order by in_force_from desc, id desc limit 2`;
      const read = rows.map(({ masked, from }) => ({ masked, inForceFromMs: from.getTime() }));
      return {
        inForce: read.find(({ inForceFromMs }) => inForceFromMs <= atMs) ?? null,
        waiting: read.find(({ inForceFromMs }) => inForceFromMs > atMs) ?? null,
      };
    },

    async put({ structure, sealed, masked, atMs, inForceFromMs }) {
      const at = timestamp(atMs);
      await sql.begin(async (tx) => {
        // Two changes at once: the second finds the first, so that one waits and no more.
        await tx`select pg_advisory_xact_lock(hashtext('rempart.bank-details'), hashtext(${structure}))`;
        await tx`
          update bank_details set superseded_at = ${at}
          where structure = ${structure} and superseded_at is null and in_force_from > ${at}`;
        await tx`
          insert into bank_details (structure, sealed, masked, put_at, in_force_from)
          values (${structure}, ${Buffer.from(sealed, 'base64url')}, ${masked}, ${at}, ${timestamp(inForceFromMs)})`;
      });
    },
  };
}
