// Test support: a payment run in a process of its own that kills itself with -9 at a chosen persist. What to do is its first
// argument. It must never be imported by anything that runs in production.

import { join } from 'node:path';
import { openDatabase } from '../../../db/database.ts';
import { ManualClock } from '../../../lib/clock.ts';
import { writeDurably } from '../../../lib/durable-file.ts';
import { type PayParts, payRun } from './pay-run.ts';
import { sqlPaymentRunStore } from './run-store-sql.ts';

type Orders = {
  url: string;
  folder: string;
  day: string;
  nowMs: number;
  /** Which persist, from 1; 0: none. */
  dieAt: number;
  when: 'before' | 'during' | 'after';
};

const { url, folder, day, nowMs, dieAt, when } = JSON.parse(process.argv[2] ?? '') as Orders;
let persists = 0;

async function persist<T>(work: () => Promise<T>): Promise<T> {
  persists += 1;
  if (persists !== dieAt) return work();
  if (when === 'before') die();
  const working = work();
  if (when === 'during') {
    // Sent, and not answered yet.
    await new Promise((resolve) => setImmediate(resolve));
    die();
  }
  await working;
  return die();
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;); // dead before this comes round
}

const sql = openDatabase(url, { max: 2, applicationName: 'test-pay-process' });
await sql`select 1`;
const store = sqlPaymentRunStore(sql);
const parts: PayParts = {
  store: {
    ...store,
    begin: (asked) => persist(() => store.begin(asked)),
    approve: (...asked) => persist(() => store.approve(...asked)),
    fileWritten: (...asked) => persist(() => store.fileWritten(...asked)),
    finish: (...asked) => persist(() => store.finish(...asked)),
  },
  writeFile: (name, text) => persist(() => writeDurably(join(folder, name), Buffer.from(text))),
  openBankDetails: async ({ items }) =>
    items.map(({ sealed }) => JSON.parse(Buffer.from(sealed, 'base64url').toString())),
  clock: new ManualClock(nowMs),
};
const sign = async () => ['sophie', 'theo'].map((staff) => ({ staff, jws: 's' }));
const outcome = await payRun(parts, { day, run: null, sign });
process.stdout.write(`${JSON.stringify({ kind: outcome.kind, persists })}\n`);
await sql.end();
