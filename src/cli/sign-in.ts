// Signs a demo professional in as pharmacy software does: at Pro Santé Connect (here the simulator), then at the
// operator's POST /v1/token. Tokens are kept in the demo's folder and renewed silently for four hours.

import { rm } from 'node:fs/promises';
import { readJsonIfThere, writeJson } from '../demo/files.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { pscAccessToken } from '../demo/psc-sign-in.ts';
import { readPsc, softwareClient } from '../demo/psc-world.ts';
import type { SoftwareAccount } from './demo-world.ts';
import type { CliIo } from './io.ts';
import type { OperatorClient, Reply } from './operator-client.ts';

type Account = SoftwareAccount;
/** Times in milliseconds since 1970. */
type SignIn = { accessToken: string; accessUntilMs: number; refreshToken: string; refreshUntilMs: number };

/** Renewed this long before its end: a token must not expire on the way. */
const MARGIN_MS = 20_000;

/** The access token of that account, or the operator's refusal. */
export async function tokenOf(
  client: OperatorClient,
  account: Account,
  { paths, io }: { paths: DemoPaths; io: CliIo },
): Promise<string | Reply> {
  const known = await readJsonIfThere<SignIn>(paths.signIn(account.id)).catch(() => null);
  if (known && known.accessUntilMs - MARGIN_MS > io.now()) return known.accessToken;
  const renewed =
    known && known.refreshUntilMs - MARGIN_MS > io.now()
      ? await client.send('POST', '/v1/token', {
          grant_type: 'refresh_token',
          refresh_token: known.refreshToken,
        })
      : null;
  const reply = renewed?.status === 200 ? renewed : await signInAnew(client, account, paths);
  if (reply.status !== 200) return reply;
  const signIn = signInOf(reply.body, io.now());
  await writeJson(paths.signIn(account.id), signIn);
  return signIn.accessToken;
}

/** The next call signs in anew. */
export async function forgetSignIn(account: Account, paths: DemoPaths): Promise<void> {
  await rm(paths.signIn(account.id), { force: true });
}

async function signInAnew(client: OperatorClient, account: Account, paths: DemoPaths): Promise<Reply> {
  const psc = await readPsc(paths);
  const { accessToken } = await pscAccessToken({
    issuer: psc.issuer,
    client: softwareClient(psc),
    idNps: account.professionalId,
  });
  return client.send('POST', '/v1/token', exchangeRequest(accessToken, account.structure));
}

/** The body of a token exchange (RFC 8693). */
export function exchangeRequest(subjectToken: string, structure: string) {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    structure,
  };
}

function signInOf(body: Reply['body'], nowMs: number): SignIn {
  const text = (name: string) => String(body[name]);
  const until = (name: string) => nowMs + Number(body[name]) * 1000;
  return {
    accessToken: text('access_token'),
    accessUntilMs: until('expires_in'),
    refreshToken: text('refresh_token'),
    refreshUntilMs: until('refresh_expires_in'),
  };
}
