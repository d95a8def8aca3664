// Lends the insurer's half of the identity key to the operator's vault, which forgets it at every start: whenever that
// vault says it has none, ours wraps it anew. Our vault decides whether that key is the right one; this file only carries.

import type { HalfKey } from '../../crypto/identity-half.ts';
import { type Repeating, repeating } from '../../lib/repeating.ts';
import { NotTaken, type OperatorLink } from '../operator-link.ts';

const EVERY_MS = 5_000;
const PATH = '/v1/identity-half';

type Wrap = (key: HalfKey, signature: string) => Promise<string>;

export function lendHalf(
  operator: Pick<OperatorLink, 'send'>,
  wrap: Wrap,
  onProblem: (error: unknown) => void,
): Repeating {
  const turns = repeating(EVERY_MS, async () => void (await lendWhenWanted(operator, wrap)), onProblem);
  void turns.now();
  return turns;
}

/** Does the operator's vault hold the half now? False when it is away or locked; throws when it will not take ours. */
export async function lendWhenWanted(operator: Pick<OperatorLink, 'send'>, wrap: Wrap): Promise<boolean> {
  const { status, body } = await operator.send('GET', PATH);
  if (status !== 200) return false;
  if (body['wanted'] !== true) return true;
  const { x, y } = (body['key'] ?? {}) as Partial<HalfKey>;
  const jwe = await wrap({ x: String(x), y: String(y) }, String(body['signature']));
  const reply = await operator.send('PUT', PATH, { jwe });
  if (reply.status !== 200) throw new NotTaken('the identity half', reply);
  return true;
}
