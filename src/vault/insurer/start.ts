// Composition root of an insurer's vault: keyring, enrolment, journal, socket. The same parts as the operator's vault, and
// not one key in common with it.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { InsurerVaultConfig } from '../../config/config.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { Clock } from '../../lib/clock.ts';
import { Journal } from '../journal.ts';
import { claimSocket, type Reply } from '../vault-socket.ts';
import { InsurerEnrolment } from './insurer-enrolment.ts';
import { openInsurerKeyring } from './insurer-keyring.ts';
import { type InsurerJournalFacts, InsurerPast } from './insurer-past.ts';
import type { InsurerVerb, InsurerVerbs } from './insurer-protocol.ts';
import { isInsurerCall } from './insurer-shapes.ts';
import { InsurerVault } from './insurer-vault.ts';

type Handlers = { [V in InsurerVerb]: (input: InsurerVerbs[V]['in'], bytes: Buffer) => Promise<Reply> };

/** Resolves once its socket answers. Spent budgets, places and a lock come back from the journal. */
export async function startInsurerVault(
  config: InsurerVaultConfig,
  parts: { clock: Clock; onInternalError(error: unknown): void },
): Promise<{ close(): Promise<void> }> {
  const socket = await claimSocket(config.socket, config.socketMode);
  try {
    const { vault, journal } = await openVault(config, parts.clock);
    socket.serve({
      verbs: insurerVerbs(vault),
      isCall: isInsurerCall,
      onInternalError: parts.onInternalError,
    });
    return {
      async close() {
        await socket.close();
        await journal.close();
      },
    };
  } catch (error) {
    await socket.close();
    throw error;
  }
}

async function openVault(config: InsurerVaultConfig, clock: Clock) {
  const { insurer, passphraseFile } = config;
  const passphrase = passphraseFile ? async () => (await readFile(passphraseFile, 'utf8')).trimEnd() : null;
  const keyring = await openInsurerKeyring({ path: config.keyringFile, passphrase }, insurer as AmcNo);
  const enrolment = await InsurerEnrolment.open(config.enrolmentFile);
  const past = new InsurerPast();
  const replay = (line: Parameters<InsurerPast['replay']>[0]) => past.replay(line);
  const journal = await Journal.open<InsurerJournalFacts>(config.journalDirectory, clock, replay);
  journal.append({ do: 'start' });
  await journal.flushed();
  const newLockId = () => randomBytes(16).toString('base64url');
  const vault = new InsurerVault({
    insurer: insurer as AmcNo,
    keyring,
    enrolment,
    journal,
    past,
    cardsPerDay: config.cardsPerDay,
    clock,
    lockId: past.lockId ?? (config.startLocked ? newLockId() : null),
    newLockId,
    newHandle: () => randomBytes(16),
  });
  return { vault, journal };
}

function insurerVerbs(vault: InsurerVault): Handlers {
  return {
    state: async () => ({ out: vault.state() }),
    cardKeys: async () => ({ out: await vault.cardKeys() }),
    signCards: async (input) => ({ out: { cards: await vault.signCards(input.cards, input.listed) } }),
    signStatusList: async (input, bytes) => ({
      out: { ok: true },
      bytes: [await vault.signStatusList(input, bytes)],
    }),
    wrapIdentityHalf: async (input) => ({ out: { jwe: await vault.wrapIdentityHalf(input) } }),
    replaceCardKey: async (input) => ({ out: await vault.replaceCardKey(input.kid) }),
    lock: async (input) => ({ out: { lockId: await vault.lock(input.by, input.reason) } }),
    unlock: async (input) => {
      await vault.unlock(input.approvals);
      return { out: { ok: true } };
    },
  };
}
