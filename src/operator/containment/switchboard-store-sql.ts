// SQL of the switchboard: one small read, ten times a second.

import type { Database } from '../../db/database.ts';
import type { SwitchState } from './switchboard.ts';
import type { SwitchboardStore } from './switchboard-store.ts';

export function sqlSwitchboardStore(sql: Database): SwitchboardStore {
  return {
    async read() {
      const rows = await sql<{ scope: string | null; state: SwitchState | null; version: number }[]>`
        select s.scope, s.state, v.version
        from directory_version v left join switches s on s.state <> 'open'`;
      const [first] = rows;
      if (!first) throw new Error('directory_version has no row: the switches are unknown');
      const board = new Map<string, SwitchState>();
      for (const { scope, state } of rows) if (scope !== null && state !== null) board.set(scope, state);
      return { board, directoryVersion: first.version };
    },
  };
}
