// Puts the portal together: its stores, sessions, passkeys and pages, on what the operator has already opened.

import { join } from 'node:path';
import type { PortalConfig } from '../../config/config.ts';
import type { Database } from '../../db/database.ts';
import { readPageTls } from '../../http/page-tls.ts';
import type { Clock } from '../../lib/clock.ts';
import { packageRoot } from '../../lib/package-root.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { Confirmations } from '../access/confirmations.ts';
import type { AccountStore } from '../access/directory-store.ts';
import { NonceWindow } from '../access/nonces.ts';
import { sqlPasskeyStore } from '../access/passkey-store-sql.ts';
import { PortalPasskeys } from '../access/passkeys.ts';
import { PortalSessions } from '../access/portal-sessions.ts';
import { PscClient, type PscSettings } from '../access/psc-client.ts';
import { sqlSessionStore } from '../access/session-store-sql.ts';
import { SignInFlows } from '../access/sign-in-flow.ts';
import { SignInLimit } from '../access/sign-in-limit.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import { sqlLookupsStore } from '../lookups/lookups-store-sql.ts';
import type { OwedOrders } from '../software/software.ts';
import { sqlSoftwareStore } from '../software/software-store-sql.ts';
import { buildPortal, type PortalParts } from './app.ts';

type Opened = Pick<
  PortalParts,
  | 'check'
  | 'settlement'
  | 'emergency'
  | 'refusalNotes'
  | 'metrics'
  | 'isReady'
  | 'onInternalError'
  | 'statusLists'
  | 'publishedLog'
  | 'trustRoot'
> & {
  databases: { desk: Database; history: Database };
  accounts: AccountStore;
  vault: VaultClient;
  ledger: Ledger;
  owedOrders: OwedOrders;
  switchboard(): Switchboard;
  clock: Clock;
};

/** Opens no port. */
export async function openPortal(config: PortalConfig, opened: Opened) {
  const { databases, accounts, vault, ledger, owedOrders, switchboard, clock, ...shared } = opened;
  const { origin } = config;
  const flows = new SignInFlows();
  const signIn = {
    store: sqlSessionStore(databases.desk),
    psc: new PscClient(pscSettings(config)),
    flows,
    vault,
    ledger,
    clock,
  };
  const sessions = new PortalSessions({
    ...signIn,
    accounts,
    nonces: new NonceWindow(),
    switchboard,
    onCopied: () => shared.metrics.sessionCopied(),
  });
  const confirmations = new Confirmations({ ...signIn, sessions });
  return buildPortal({
    ...shared,
    sessions,
    confirmations,
    passkeys: new PortalPasskeys({
      store: sqlPasskeyStore(databases.desk),
      sessions,
      confirmations,
      flows,
      limit: new SignInLimit(clock),
      vault,
      ledger,
      clock,
      portal: { origin, rpId: new URL(origin).hostname },
    }),
    lookups: { store: sqlLookupsStore(databases.history), clock },
    software: { store: sqlSoftwareStore(databases.desk), vault, ledger, owedOrders },
    origin,
    tls: await readPageTls(config.tls),
    pages: join(packageRoot(), 'dist', 'web', 'professional'),
  });
}

function pscSettings({ origin, psc }: PortalConfig): PscSettings {
  return {
    ...psc,
    redirectUri: `${origin}/auth/callback`,
    afterSignOut: `${origin}/`,
    insecure: psc.issuer.startsWith('http://'), // refused outside the demo (config.ts)
  };
}
