// Puts the console together: staff, switches, overview and pages, on what the operator has already opened.

import { join } from 'node:path';
import type { ConsoleConfig } from '../../config/config.ts';
import type { Database } from '../../db/database.ts';
import { readPageTls } from '../../http/page-tls.ts';
import type { Clock } from '../../lib/clock.ts';
import { packageRoot } from '../../lib/package-root.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { Challenges } from '../access/challenges.ts';
import { NonceWindow } from '../access/nonces.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import type { GuardDesk } from '../guard/guard-desk.ts';
import type { LedgerWriter } from '../ledger/ledger.ts';
import { buildConsole, type ConsoleParts } from './app.ts';
import { LedgerCheck } from './ledger-check.ts';
import { Overview } from './overview.ts';
import { sqlOverviewStore } from './overview-store-sql.ts';
import { ConsoleSessions } from './sessions.ts';
import { sqlStaffStore } from './staff-store-sql.ts';
import { sqlSubjectStore } from './subject-store-sql.ts';
import { SwitchActs } from './switch-acts.ts';
import { sqlSwitchActStore } from './switch-store-sql.ts';
import type { Traffic } from './traffic.ts';

type Opened = Pick<ConsoleParts, 'refusalNotes' | 'metrics' | 'isReady' | 'onInternalError'> & {
  databases: { desk: Database };
  /** The verifier opens the ledger by itself, in a process of its own. */
  databaseUrl: string;
  trustDirectory: string;
  received(feed: { insurerId: number; seq: number }): Promise<number>;
  traffic: Traffic;
  vault: VaultClient;
  ledger: LedgerWriter;
  switchboard(): Switchboard;
  guard: GuardDesk;
  clock: Clock;
};

/** Opens no port. */
export async function openConsole(config: ConsoleConfig, opened: Opened) {
  const { databases, databaseUrl, trustDirectory, received, traffic, vault, switchboard, ...shared } = opened;
  const { ledger, clock } = shared;
  const { origin, journalDirectory } = config;
  const sessions = new ConsoleSessions({
    store: sqlStaffStore(databases.desk),
    challenges: new Challenges(),
    nonces: new NonceWindow(),
    ledger,
    site: { origin, rpId: new URL(origin).hostname },
    switchboard,
    onCopied: () => shared.metrics.sessionCopied(),
    clock,
  });
  const acts = new SwitchActs({ store: sqlSwitchActStore(databases.desk), sessions, ledger, clock });
  const trustFile = join(trustDirectory, 'trust.json');
  const ledgerCheck = new LedgerCheck({ databaseUrl, trustFile, journalDirectory, ledger, clock });
  const store = sqlOverviewStore(databases.desk);
  const app = buildConsole({
    ...shared,
    sessions,
    acts,
    ledgerCheck,
    overview: new Overview({
      store,
      received,
      traffic,
      vault,
      ledger,
      acts,
      ledgerCheck,
      clock,
    }),
    subjects: sqlSubjectStore(databases.desk),
    origin,
    tls: await readPageTls(config.tls),
    pages: join(packageRoot(), 'dist', 'web', 'console'),
  });
  app.addHook('onClose', async () => ledgerCheck.stop());
  return app;
}
