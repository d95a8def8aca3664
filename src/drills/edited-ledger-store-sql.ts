// SQL of somebody who owns the database and wants the ledger to say something else. Each change is made in a transaction,
// shown to the verifier, and taken back.

import { type Database, openDatabase } from '../db/database.ts';
import type { LedgerSource, VerifyResult } from '../operator/ledger/verify.ts';
import { sqlLedger } from '../operator/ledger/verify-store-sql.ts';

export type Edit = {
  what: string;
  rows: number;
  /** The verifier said that the ledger is not what was signed. */
  named: boolean;
  reason: string;
};

/** `size`: entries; the statements change rows in the middle and at the end. */
const EDITS: readonly { what: string; statements(size: number): string[] }[] = [
  { what: 'an entry deleted', statements: (size) => [`delete from ledger_entries where seq = ${size >> 1}`] },
  {
    what: 'every look-up of one account deleted',
    statements: () => [`delete from ledger_entries where rest like '%"account":"pharmacy-1"%'`],
  },
  {
    what: 'somebody else named as the one who asked',
    statements: () => [
      `update ledger_entries set rest = replace(rest, '"account":"pharmacy-1"', '"account":"pharmacy-2"') where rest like '%"account":"pharmacy-1"%'`,
    ],
  },
  {
    what: 'fewer fields said to be disclosed',
    statements: () => [
      `update ledger_entries set member_view = replace(member_view, '"membership",', '') where seq = (select max(seq) from ledger_entries where member_view like '%"membership",%')`,
    ],
  },
  {
    what: 'the time of an entry moved by an hour',
    statements: (size) => [`update ledger_entries set at = at - interval '1 hour' where seq = ${size >> 1}`],
  },
  {
    what: 'the vault’s number taken off an entry',
    statements: () => [
      `update ledger_entries set journal_no = null where seq = (select max(seq) from ledger_entries where journal_no is not null)`,
    ],
  },
  {
    what: 'a salt changed',
    statements: (size) => [
      `update ledger_entries set rest_salt = set_byte(rest_salt, 0, get_byte(rest_salt, 0) # 1) where seq = ${size >> 1}`,
    ],
  },
  {
    what: 'a leaf changed',
    statements: (size) => [
      `update ledger_entries set leaf = set_byte(leaf, 0, get_byte(leaf, 0) # 1) where seq = ${size >> 1}`,
    ],
  },
  {
    what: 'an entry overwritten by its neighbour, leaf included',
    statements: (size) => [
      `update ledger_entries a set member_salt = b.member_salt, member_view = b.member_view, rest_salt = b.rest_salt,
         rest = b.rest, leaf = b.leaf, at = b.at, journal_no = b.journal_no
       from ledger_entries b where a.seq = ${size >> 1} and b.seq = a.seq + 1`,
    ],
  },
  {
    what: 'two entries in each other’s place',
    statements: (size) => [
      `update ledger_entries set seq = -1 where seq = ${size >> 1}`,
      `update ledger_entries set seq = ${size >> 1} where seq = ${(size >> 1) + 1}`,
      `update ledger_entries set seq = ${(size >> 1) + 1} where seq = -1`,
    ],
  },
  {
    what: 'the last hundred entries cut off',
    statements: (size) => [`delete from ledger_entries where seq >= ${size - 100}`],
  },
  {
    what: 'the last hundred entries cut off, and every checkpoint that knows them',
    statements: (size) => [
      `delete from ledger_entries where seq >= ${size - 100}`,
      `delete from ledger_checkpoints where size > ${size - 100}`,
    ],
  },
  {
    what: 'everything deleted, checkpoints included',
    statements: () => ['delete from ledger_entries', 'delete from ledger_checkpoints'],
  },
];

class TakenBack extends Error {}

export async function editLedger(
  ownerUrl: string,
  verify: (ledger: LedgerSource) => Promise<VerifyResult>,
): Promise<{ untouched: VerifyResult; attempts: Edit[] }> {
  const owner = openDatabase(ownerUrl, { max: 1, applicationName: 'rempart-drill-thief' });
  try {
    const untouched = await verify(sqlLedger(owner));
    const attempts: Edit[] = [];
    for (const { what, statements } of EDITS) {
      await owner
        .begin(async (tx) => {
          let rows = 0;
          for (const statement of statements(untouched.entries)) rows += (await tx.unsafe(statement)).count;
          const { ok, reason, firstBad } = await verify(sqlLedger(tx as unknown as Database));
          const where = firstBad === null ? '' : `entry ${firstBad}: `;
          attempts.push({ what, rows, named: !ok && rows > 0, reason: `${where}${reason ?? 'not noticed'}` });
          throw new TakenBack();
        })
        .catch((error: unknown) => {
          if (!(error instanceof TakenBack)) throw error;
        });
    }
    return { untouched, attempts };
  } finally {
    await owner.end({ timeout: 1 });
  }
}
