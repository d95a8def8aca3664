// Composition root of the vault process: keyring, enrolment, journal, meter, sealing threads, socket.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { VaultConfig } from '../config/config.ts';
import { FollowedTrust } from '../crypto/followed-trust.ts';
import type { Clock } from '../lib/clock.ts';
import { AccessTokens } from './access-tokens.ts';
import { isCall } from './call-shapes.ts';
import { ClientChanges } from './client-changes.ts';
import { Emergencies } from './emergencies.ts';
import { Enrolment } from './enrolment.ts';
import { openFileKeyring } from './file-keyring.ts';
import { IdentityHalves } from './identity-halves.ts';
import { Journal } from './journal.ts';
import { logIdentity } from './log-identity.ts';
import { Meter } from './meter.ts';
import { PasskeyChallenges } from './passkey-challenges.ts';
import { Passkeys } from './passkeys.ts';
import { Past } from './past.ts';
import { PscTrust } from './psc-trust.ts';
import { createSealPool } from './seal-pool.ts';
import { Sessions } from './sessions.ts';
import { SignedClaims } from './signed-claims.ts';
import { Vault } from './vault.ts';
import { vaultVerbs } from './vault-server.ts';
import { claimSocket } from './vault-socket.ts';

export type RunningVault = { vault: Vault; close(): Promise<void> };

/**
 * Starts a vault and resolves once its socket answers. The past (spent budgets, last checkpoint) comes back from the
 * journal, so that kill -9 changes nothing but the time it takes.
 */
export async function startVault(
  config: VaultConfig,
  parts: { clock: Clock; onInternalError(error: unknown): void; onWarning?(text: string): void },
): Promise<RunningVault> {
  const socket = await claimSocket(config.socket, config.socketMode);
  try {
    const { journal, enrolment, ...rest } = await openVault(config, parts);
    const sealPool = createSealPool({ workers: config.sealThreads });
    const verbs = vaultVerbs({
      ...rest,
      sealPool,
      feedKeys: (amcNo) => enrolment.feedKeys(amcNo),
      onlyFictitious: (amcNo) => config.mode === 'demo' || enrolment.isExercise(amcNo),
    });
    socket.serve({ verbs, isCall, onInternalError: parts.onInternalError });
    return {
      vault: rest.vault,
      async close() {
        await socket.close();
        await sealPool.close();
        await journal.close();
      },
    };
  } catch (error) {
    await socket.close();
    throw error;
  }
}

async function openVault(
  config: VaultConfig,
  { clock, onWarning }: { clock: Clock; onWarning?: (text: string) => void },
) {
  const passphrase = config.passphraseFile;
  const keyring = await openFileKeyring({
    path: config.keyringFile,
    passphrase: passphrase ? async () => (await readFile(passphrase, 'utf8')).trimEnd() : null,
  });
  const enrolment = await Enrolment.open(config.enrolmentFile);
  const newGrant = () => randomBytes(16).toString('base64url');
  const claims = new SignedClaims(keyring, clock);
  const psc = new PscTrust(enrolment, clock);
  const tokens = new AccessTokens({ claims, psc, enrolment, newGrant });
  const sessions = new Sessions({ claims, psc, enrolment, newGrant });
  const challenges = new PasskeyChallenges({ claims, newId: newGrant });
  const passkeys = new Passkeys({ claims, sessions, challenges, enrolment });
  const clientChanges = new ClientChanges({ sessions, enrolment });
  const meter = new Meter();
  const past = new Past(meter, enrolment);
  const journal = await Journal.open(config.journalDirectory, clock, (line) => past.replay(line));
  journal.append({ do: 'start' });
  await journal.flushed();
  const trust = new FollowedTrust({
    directory: config.trustDirectory,
    root: () => enrolment.trustRoot,
    clock,
    newest: past.trustIssuedAt,
    async onNewer(issuedAt) {
      journal.append({ do: 'trust', issuedAt });
      await journal.flushed();
    },
    onProblem: (problem) => onWarning?.(`the trust list is not taken over: ${problem}`),
  });
  await trust.follow();
  const newLockId = () => randomBytes(16).toString('base64url');
  const vault = new Vault({
    keyring,
    enrolment,
    journal,
    journalDirectory: config.journalDirectory,
    claims,
    tokens,
    sessions,
    passkeys,
    clientChanges,
    emergencies: new Emergencies({ tokens, sessions, keyring, meter, journal, clock }),
    runs: past.runs,
    browserKeys: past.browserKeys,
    trust,
    identityHalves: new IdentityHalves({ keyring, trust, clock }),
    meter,
    known: past.known,
    clock,
    isDemo: config.mode === 'demo',
    log: logIdentity(config.logOrigin, keyring.signing.ledger),
    lockId: past.lockId ?? (config.startLocked ? newLockId() : null),
    frontier: past.frontier,
    newLockId,
  });
  return { vault, journal, enrolment };
}
