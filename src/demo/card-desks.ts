// The card desks of the demo's insurers behind one door: the first insurer's own process over HTTPS, the others' key files.

import { openOperatorClient } from '../cli/operator-client.ts';
import type { CardOrder } from '../core/card-order.ts';
import type { CardHandle } from '../core/ids.ts';
import { NotTaken } from '../insurer/operator-link.ts';
import { systemClock, timestamp } from '../lib/clock.ts';
import type { CardDesks, RevokedCard } from './demo-cards.ts';
import { DEMO_INSURERS } from './insurers.ts';
import { KeyFileInsurer } from './key-file-insurer.ts';
import type { DemoPaths } from './paths.ts';
import { INSURER_DESK } from './world.ts';

/** The problem document of a card desk's refusal. */
export class DeskRefused extends Error {
  readonly problem: Record<string, unknown>;
  constructor(problem: Record<string, unknown>) {
    super(String(problem['title'] ?? problem['code']));
    this.problem = problem;
  }
}

type Order = CardOrder & { ref: string };

/** Asked for in one request. */
export const MOST_AT_ONCE = 1_000;

/** `insurerUrl`: of the insurer's own process. */
export async function openCardDesks(
  paths: DemoPaths,
  insurerUrl: string,
): Promise<CardDesks & { close(): void }> {
  const [{ amcNo: own }] = DEMO_INSURERS;
  const client = await openOperatorClient(insurerUrl, {
    ca: paths.ca,
    cert: paths.certificate(INSURER_DESK),
    key: paths.key(INSURER_DESK),
  });
  const issueByProcess = async (orders: readonly Order[]) => {
    const { status, body } = await client.send('POST', '/v1/cards', { cards: orders });
    if (status !== 200) throw new DeskRefused(body);
    return (body['cards'] as { handle: CardHandle; card: string }[]).map(({ handle, card }) => ({
      handle,
      card: Buffer.from(card, 'base64url'),
    }));
  };
  const revokeByProcess = async (handle: string, reason: string) => {
    const { status, body } = await client.send('POST', `/v1/cards/${handle}/revocation`, { reason });
    if (status === 404) return null;
    if (status !== 200) throw new DeskRefused(body);
    return body as RevokedCard;
  };
  return {
    issue: async (amcNo, orders) =>
      amcNo === own ? issueByProcess(orders) : (await KeyFileInsurer.open(paths, amcNo)).issue(orders),
    revoke: (amcNo, handle, reason) =>
      amcNo === own ? revokeByProcess(handle, reason) : revokeByKeyFile(paths, amcNo, { handle, reason }),
    close: () => client.close(),
  };
}

async function revokeByKeyFile(
  paths: DemoPaths,
  amcNo: string,
  { handle, reason }: { handle: string; reason: string },
): Promise<RevokedCard | null> {
  const insurer = await KeyFileInsurer.open(paths, amcNo);
  const nowMs = systemClock.nowMs();
  const stands = await insurer.revoke(handle, { reason, at: timestamp(nowMs) });
  if (!stands) return null;
  const link = await insurer.openLink();
  try {
    return await insurer.publish(link, nowMs).then(
      () => ({ ...stands, published: true, problem: null }),
      (error: unknown) => {
        if (!(error instanceof NotTaken)) throw error;
        return { ...stands, published: false, problem: error.code }; // owed: the demo tells it at its next start
      },
    );
  } finally {
    link.close();
  }
}
