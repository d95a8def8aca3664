// What the demo does, while it runs, for its insurers that are key files: lists of this day, and the identity half
// whenever the operator's vault wants it.

import { generateKeyPairSync } from 'node:crypto';
import type { AmcNo } from '../core/ids.ts';
import type { CareDate } from '../core/period.ts';
import type { CardKey } from '../core/trust-list.ts';
import type { OperatorLink } from '../insurer/operator-link.ts';
import { type Clock, parisDate } from '../lib/clock.ts';
import { repeating } from '../lib/repeating.ts';
import { ALL_DEMO_INSURERS, DEMO_INSURERS } from './insurers.ts';
import { addCardKeys, KeyFileInsurer } from './key-file-insurer.ts';
import type { DemoPaths } from './paths.ts';

const EVERY_MS = 5_000;

/** Every insurer but the one that has a process. */
const KEY_FILE_INSURERS = ALL_DEMO_INSURERS.filter(({ amcNo }) => amcNo !== DEMO_INSURERS[0].amcNo);

/** Their card keys as the trust list names them; made where they are missing. */
export async function keyFileCardKeys(paths: DemoPaths, nowMs: number): Promise<CardKey[]> {
  const today = parisDate(nowMs) as CareDate;
  const cardKey = () => ({
    ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    alg: 'ES256',
  });
  const keys: CardKey[] = [];
  for (const { amcNo } of KEY_FILE_INSURERS) {
    await addCardKeys(paths, amcNo, { cardKey, today });
    const key = (await KeyFileInsurer.open(paths, amcNo)).cardKey();
    keys.push({ ...key, insurer: amcNo as AmcNo, revokedOn: null });
  }
  return keys;
}

/** Lends and publishes once before it resolves, then lends as long as it runs. */
export async function serveKeyFiles(
  paths: DemoPaths,
  { vkey, clock }: { vkey: string; clock: Clock },
): Promise<{ stop(): Promise<void> }> {
  const insurers: { insurer: KeyFileInsurer; link: OperatorLink }[] = [];
  for (const { amcNo } of KEY_FILE_INSURERS) {
    const insurer = await KeyFileInsurer.open(paths, amcNo);
    insurers.push({ insurer, link: await insurer.openLink() });
  }
  for (const { insurer, link } of insurers) await insurer.publish(link, clock.nowMs());
  const turns = repeating(
    EVERY_MS,
    async () => {
      for (const { insurer, link } of insurers) await insurer.lend(link, vkey);
    },
    () => undefined, // the operator or its vault is away: the next turn tries again
  );
  await turns.now();
  return {
    async stop() {
      for (const { link } of insurers) link.close();
      await turns.stop();
    },
  };
}
