// `rempart card`: one word, one file each.

import { cardIssueCommand } from './card-issue.ts';
import { cardRevokeCommand } from './card-revoke.ts';
import type { CliIo } from './io.ts';

const USAGE = `Usage: rempart card issue|revoke …   (rempart card issue --help says more)
`;

export async function cardCommand([word, ...argv]: string[], io: CliIo): Promise<number> {
  if (word === 'issue') return cardIssueCommand(argv, io);
  if (word === 'revoke') return cardRevokeCommand(argv, io);
  const asked = word === '--help';
  (asked ? io.stdout : io.stderr)(USAGE);
  return asked ? 0 : 2;
}
