// `rempart card replace-key`: a card key that may be in other hands signs nothing any more; the insurer's vault makes another.
// That its cards are void is for the trust list to say.

import { trustEntries, withInsurerVault } from './card-keys.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart card replace-key --kid K
  --kid K   the key, as \`rempart card keys\` names it (--kid=K when it begins with a dash)
It never signs again; another key of its quarter does. Prints the keys as \`card keys\` does. What comes next (list, sign,
issue anew): docs/runbooks/card-keys.md.
`;

/** Exit code: 0 replaced, 1 refused or no answer, 2 wrong usage. */
export function cardReplaceKeyCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, { kid: { type: 'string' } });
    if (words.length > 0) throw new UsageError(`"${words[0]}" is not an option`);
    const { kid } = values;
    if (typeof kid !== 'string' || kid === '') throw new UsageError('--kid is missing');
    return withInsurerVault(io, async (vault) => {
      const { insurer } = (await vault.call('state', {})).out;
      const { keys } = (await vault.call('replaceCardKey', { kid })).out;
      const said = { replaced: kid, cards: trustEntries(keys, insurer, io) };
      io.stdout(`${JSON.stringify(said, null, io.json ? 0 : 2)}\n`);
      return 0;
    });
  });
}
