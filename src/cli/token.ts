// `rempart token`: the access token of a demo account, as its software gets it; for trying the API by hand.

import { asDemoAccount } from './demo-account.ts';
import type { CliIo } from './io.ts';
import { tokenOf } from './sign-in.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart token [--as ACCOUNT]
  Signs the account in at the Pro Santé Connect simulator and prints the access token that the operator gives for it.
  The token lives five minutes and works only over the account's client certificate (tls in .rempart/demo.json).
`;

export function tokenCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, { as: { type: 'string' } });
    if (words.length > 0) throw new UsageError(`"${words[0]}" is not an option`);
    return asDemoAccount(values['as'], io, async ({ paths, account, client }) => {
      const token = await tokenOf(client, account, { paths, io });
      if (typeof token === 'string')
        io.stdout(io.json ? `${JSON.stringify({ accessToken: token })}\n` : `${token}\n`);
      else io.stdout(`${JSON.stringify(token.body)}\n`);
      return typeof token === 'string' ? 0 : 1;
    });
  });
}
