// A repeated requestId gives the same answer, costs no budget and exposes nobody again (CONTRACT.md 3.1). What is
// kept is a keyed tag and the sealed answer; only somebody who presents the same body again can open it.

import { seal, secretKey, unseal } from '../../crypto/seal.ts';
import type { ReplayItem, ReplayKeys } from '../../vault/protocol.ts';
import type { VaultClient } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';
import type { ReplayReader } from './rights-reader.ts';

/** `asker`: client and account. What one person was answered is not another's to repeat, on the same machine either. */
export type Asked = { asker: string; requestId: string; body: string };

/** What the vault derives tag and key from. */
export function replayItem({ asker, requestId, body }: Asked): ReplayItem {
  return { scope: `${asker}\n${requestId}`, body };
}

export class Once {
  readonly #reader: ReplayReader;
  readonly #vault: VaultClient;
  /** Requests being answered right now: a repeat that arrives meanwhile waits and then takes the stored answer. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(reader: ReplayReader, vault: VaultClient) {
    this.#reader = reader;
    this.#vault = vault;
  }

  /** The answer given before, or `work`'s, which must store the sealed answer together with its ledger entry. */
  async answer<Answer>(asked: Asked, work: () => Promise<Answer>): Promise<Answer> {
    const name = `${asked.asker} ${asked.requestId}`;
    for (let earlier = this.#underWay.get(name); earlier; earlier = this.#underWay.get(name)) {
      await earlier.catch(() => undefined); // its own caller is told; here only its end matters
    }
    const done = this.#answerOnce(asked, work);
    this.#underWay.set(name, done);
    try {
      return await done;
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #answerOnce<Answer>(asked: Asked, work: () => Promise<Answer>): Promise<Answer> {
    const stored = await this.#reader.find(asked.asker, asked.requestId.replaceAll('-', ''));
    if (!stored) return work();
    const { out } = await this.#vault.call('replay', { items: [replayItem(asked)] });
    const keys = out.items[0];
    if (!keys || keys.tag !== stored.tag) throw refusal('request-replayed');
    const plain = unseal(secretKey(Buffer.from(keys.key, 'base64url')), stored.sealedAnswer, aadOf(asked));
    if (!plain) throw refusal('request-replayed');
    return JSON.parse(plain.toString('utf8')) as Answer;
  }
}

/** Seals an answer so that only the same request opens it. */
export function sealAnswer(asked: Asked, keys: ReplayKeys, answer: unknown): Buffer {
  const key = secretKey(Buffer.from(keys.key, 'base64url'));
  return seal(key, Buffer.from(JSON.stringify(answer)), aadOf(asked));
}

function aadOf({ asker, requestId }: Asked): Buffer {
  return Buffer.from(`${asker}\n${requestId}`);
}
