// Signing in through software: a Pro Santé Connect token and a client certificate become an access token of ours.
// The vault verifies and signs (vault/access-tokens.ts); here is what only the operator knows: has the activity ended
// in the directory, was the account idle, is the site still enrolled; and the ledger's entry.

import { sha256Hex } from '../../crypto/digest.ts';
import type { Caller } from '../../http/route.ts';
import { type Clock, parisDate, timestamp } from '../../lib/clock.ts';
import type { IssuedTokens } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { mayEnter, type Switchboard } from '../containment/switchboard.ts';
import { refusal } from '../errors.ts';
import type { Ledger } from '../ledger/ledger-port.ts';
import type { BoundTokens } from './bound-tokens.ts';
import type { Directory } from './directory.ts';
import type { AccountStore } from './directory-store.ts';
import type { SignInLimit } from './sign-in-limit.ts';
import { refusedAsOurs } from './vault-refusals.ts';

type Software = Extract<Caller, { role: 'software' }>;

export type TokenParts = {
  vault: VaultClient;
  directory: Directory;
  tokens: BoundTokens;
  accounts: AccountStore;
  limit: SignInLimit;
  switchboard(): Switchboard;
  ledger: Ledger;
  clock: Clock;
};

/**
 * Throws `sign-in-refused`, `site-refused`, `account-idle`, `disconnected` or `budget-exhausted`. If we crash before
 * the answer, nobody has the token.
 */
export async function exchangeToken(
  parts: TokenParts,
  client: Software,
  request: { subjectToken: string; structure: string },
): Promise<IssuedTokens> {
  const { subjectToken, structure } = request;
  if (!parts.directory.serves(client, structure)) throw refusal('site-refused');
  parts.limit.spend(`${client.client}\n${structure}`);
  const issued = await refusedAsOurs(
    parts.vault.call('exchangeToken', { client: client.thumbprint, subjectToken, structure }),
  );
  refuseWhenClosed(parts, issued.actor);
  await refuseUnusable(parts, issued.actor.account);
  await parts.ledger.append(entryOf('access.granted', client, issued.actor));
  return issued;
}

/** A new access token for the same sign-in, at most four hours long; throws as `exchangeToken`, and `token-invalid`. */
export async function renewToken(
  parts: TokenParts,
  client: Software,
  refreshToken: string,
): Promise<IssuedTokens> {
  parts.limit.spend(sha256Hex(refreshToken));
  const issued = await refusedAsOurs(
    parts.vault.call('renewToken', { client: client.thumbprint, refreshToken }),
  );
  const { account, structure, grant } = issued.actor;
  refuseWhenClosed(parts, issued.actor);
  if (parts.directory.hasEnded(grant)) throw refusal('token-invalid');
  if (!parts.directory.serves(client, structure)) throw refusal('site-refused');
  await refuseUnusable(parts, account);
  return issued;
}

/**
 * Signing out: every token of that sign-in is refused from now on, whatever has become of account, site or vault. A
 * token that is not ours, or not this client's, changes nothing (RFC 7009). If we crash before the row is there, nothing
 * has ended; after it, the entry is owed.
 */
export async function endSignIn(parts: TokenParts, client: Software, token: string): Promise<void> {
  const grant = await parts.tokens.grantOf(client, token);
  if (!grant || parts.directory.hasEnded(grant.grant)) return;
  await parts.accounts.endGrant(grant.grant, timestamp(grant.untilMs));
  parts.directory.noteEnded(grant.grant);
  const entry = entryOf('access.ended', client, grant);
  await parts.ledger.append(entry).catch(() => parts.ledger.owe(entry));
}

/** Throws `disconnected` when a scope that concerns this person is closed. */
export function refuseWhenClosed(
  parts: Pick<TokenParts, 'switchboard'>,
  actor: Omit<IssuedTokens['actor'], 'grant' | 'signedInAt'>,
): void {
  const passage = mayEnter(parts.switchboard(), actor);
  if (!passage.open) throw refusal('disconnected', { scope: passage.scope });
}

/** Throws `account-idle`, or `site-refused` when the activity has ended; an account in use is noted as such. */
export async function refuseUnusable(
  parts: Pick<TokenParts, 'accounts' | 'clock'>,
  account: string,
): Promise<void> {
  const state = await parts.accounts.use(account, parisDate(parts.clock.nowMs()));
  if (state === 'idle') throw refusal('account-idle');
  if (state !== 'active') throw refusal('site-refused');
}

type Entered = Pick<IssuedTokens['actor'], 'account' | 'structure' | 'profession' | 'grant'>;

function entryOf(event: 'access.granted' | 'access.ended', client: Software, actor: Entered) {
  const { account, structure, profession, grant } = actor;
  return {
    about: null,
    member: { by: profession, structure, purpose: null, evidence: null, fields: [], outcome: null },
    rest: { event, account, client: client.client, grant },
  } as const;
}
