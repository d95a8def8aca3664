// Whether a running platform's ledger is whole: what an outsider would verify, and that every opened door has its entry.

import { expect, vi } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { readJson } from '../../src/demo/files.ts';
import { verifyLedger } from '../../src/operator/ledger/verify.ts';
import { journalDirectory } from '../../src/operator/ledger/verify-journal-dir.ts';
import { sqlLedger } from '../../src/operator/ledger/verify-store-sql.ts';
import type { SettlementWorld } from './settlement-world.ts';

/** Entries that are owed are written within seconds: waits for them. */
export async function expectWholeLedger(world: SettlementWorld, owner: Database): Promise<void> {
  const { ledger: trusted } = await readJson<{ ledger: { origin: string; vkey: string } }>(
    `${world.paths.trust}/trust.json`,
  );
  const verify = () =>
    verifyLedger({
      ledger: sqlLedger(owner),
      journal: journalDirectory(world.paths.journal),
      trusted,
      clock: world.clock,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      graceMs: 0,
    });
  await vi.waitFor(async () => expect(await verify()).toMatchObject({ ok: true }), 10_000);
}
