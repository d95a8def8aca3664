// Doors opened at the vault itself with a live token, as an operator process that is not ours any more would: past the
// guard, which such an operator does not run. What is left is what the vault's budgets say.

import { readFile } from 'node:fs/promises';
import type { AmcNo } from '../../src/core/ids.ts';
import { thumbprintOf } from '../../src/demo/certificates.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import type { AskerProof, OpenItem, OpenOutcome } from '../../src/vault/protocol.ts';
import { somebody } from './somebody.ts';
import type { TestWorld } from './world.ts';

/** What the operator holds of somebody who is signed in. */
export async function proofOf(world: TestWorld, id: string): Promise<AskerProof> {
  const { body } = await world.signIn(id);
  const client = thumbprintOf(await readFile(world.paths.certificate(id), 'utf8'));
  return { kind: 'token', client, token: String(body['access_token']) };
}

/** A door of the `n`-th newcomer, whom nobody has asked for. */
export function newcomer(
  proof: AskerProof,
  n: number,
  kind: 'member-number' | 'identity-only' = 'member-number',
): OpenItem {
  const { memberNo, beneficiary } = somebody(n);
  const evidence = kind === 'member-number' ? { kind, memberNo, ...beneficiary } : { kind, ...beneficiary };
  return { proof, amcNo: DEMO_INSURERS[0].amcNo as AmcNo, evidence, request: { scope: `${n}`, body: '' } };
}

/** Many at a time, in calls at the same moment. */
export async function openAtOnce(world: TestWorld, items: readonly OpenItem[]): Promise<OpenOutcome[]> {
  const calls = Array.from({ length: Math.ceil(items.length / 50) }, (_, i) =>
    world.vault.call('open', { items: items.slice(i * 50, (i + 1) * 50) }),
  );
  return (await Promise.all(calls)).flatMap(({ out }) => out.items);
}
