// Stops a call where the switchboard says so. Asked before a door is opened and again before the answer leaves.

import { refusal } from '../errors.ts';
import { type CheckScopes, mayCheck, type Switchboard } from './switchboard.ts';

/** Throws `disconnected` with the scope that is closed. */
export function refuseWhenClosed(
  board: Switchboard,
  {
    profession,
    structure,
    account,
    client,
  }: Pick<CheckScopes, 'profession' | 'structure' | 'account' | 'client'>,
  { amcNo: insurer, door }: { amcNo: string | null; door: CheckScopes['door'] },
): void {
  const passage = mayCheck(board, { insurer, profession, structure, account, client, door });
  if (!passage.open) throw refusal('disconnected', { scope: passage.scope });
}
