// A mutuelle of the demo that is a file of keys: it signs cards and status lists and lends its identity half with the same
// parts as an insurer's process and vault, without either. For the demo only: a file is no custody.

import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { type CardOrder, cardClaims } from '../core/card-order.ts';
import { quarterOf } from '../core/card-quarter.ts';
import type { AmcNo, CardHandle } from '../core/ids.ts';
import type { CareDate } from '../core/period.ts';
import { shardName } from '../core/status-list.ts';
import { LIST_LIFE_SECONDS, shardBits } from '../core/status-shard.ts';
import { cardKid, signCard, signStatusList } from '../crypto/card-signature.ts';
import { type HalfKey, isVaultsOwn, wrapIdentityHalf } from '../crypto/identity-half.ts';
import { createPlaces } from '../crypto/places.ts';
import { secretKey } from '../crypto/seal.ts';
import { sendStatusList } from '../insurer/cards/publish.ts';
import { lendWhenWanted } from '../insurer/identity/lend-half.ts';
import { NotTaken, type OperatorLink, openOperatorLink } from '../insurer/operator-link.ts';
import { randomSlice } from '../lib/random.ts';
import { parseVkey } from '../operator/ledger/note.ts';
import type { CardKeyFacts } from '../vault/insurer/insurer-protocol.ts';
import { readJson, readJsonIfThere, writeJson } from './files.ts';
import type { DemoPaths } from './paths.ts';

type KeyFile = {
  amcNo: AmcNo;
  operator: string;
  ca: string;
  persons: { cert: string; key: string }[];
  /** ES256, private; `cardKeyFrom`: first day of its quarter. */
  cardKey?: JsonWebKey;
  cardKeyFrom?: CareDate;
  /** base64url of 32 bytes each. */
  identityHalf?: string;
  placesSecret?: string;
};

type IssuedFile = {
  /** How many places are given away. */
  places: number;
  /** Seconds since 1970 of the last list sent. */
  listedAt: number;
  cards: {
    handle: CardHandle;
    statusIndex: number;
    revokedAt: string | null;
    /** Absent in files of before it was kept. */
    reason?: string;
    told: boolean;
  }[];
};

/** Makes the keys an insurer's file lacks; what it has stays. */
export async function addCardKeys(
  paths: DemoPaths,
  amcNo: string,
  make: { cardKey(): JsonWebKey; today: CareDate },
): Promise<void> {
  const file = await readJson<KeyFile>(paths.insurer(amcNo));
  if (file.cardKey) return;
  const secret = () => randomSlice(32).toString('base64url');
  await writeJson(paths.insurer(amcNo), {
    ...file,
    cardKey: make.cardKey(),
    cardKeyFrom: quarterOf(make.today).from,
    identityHalf: secret(),
    placesSecret: secret(),
  });
}

export class KeyFileInsurer {
  readonly #paths: DemoPaths;
  readonly #file: Required<KeyFile>;

  private constructor(paths: DemoPaths, file: Required<KeyFile>) {
    this.#paths = paths;
    this.#file = file;
  }

  static async open(paths: DemoPaths, amcNo: string): Promise<KeyFileInsurer> {
    const file = await readJson<KeyFile>(paths.insurer(amcNo));
    const { cardKey, cardKeyFrom, identityHalf, placesSecret } = file;
    if (!cardKey || !cardKeyFrom || !identityHalf || !placesSecret)
      throw new Error(`the insurer ${amcNo} has no card keys here: start the demo once`);
    return new KeyFileInsurer(paths, { ...file, cardKey, cardKeyFrom, identityHalf, placesSecret });
  }

  /** As the trust list is to name its key. */
  cardKey(): Omit<CardKeyFacts, 'retired'> {
    const { x = '', y = '' } = createPublicKey({ key: this.#file.cardKey, format: 'jwk' }).export({
      format: 'jwk',
    });
    const { from, to } = quarterOf(this.#file.cardKeyFrom);
    const kid = Buffer.from(cardKid({ x, y })).toString('base64url');
    return { kid, jwk: { kty: 'EC', crv: 'P-256', x, y }, from, to };
  }

  /** Their rows are on disk before the cards leave. */
  async issue(orders: readonly CardOrder[]): Promise<{ handle: CardHandle; card: Buffer }[]> {
    const file = await this.#issued();
    const places = createPlaces(secretKey(Buffer.from(this.#file.placesSecret, 'base64url')));
    const claims = orders.map((order, i) => {
      const handle = randomSlice(16).toString('base64url') as CardHandle;
      const statusIndex = places.place(file.places + i);
      const made = cardClaims(order, { insurer: this.#file.amcNo, handle, statusIndex });
      if (!made) throw new Error('a card may not say that');
      return made;
    });
    const rows = claims.map(({ handle, statusIndex }) => ({
      handle,
      statusIndex,
      revokedAt: null,
      told: false,
    }));
    await this.#save({ ...file, places: file.places + claims.length, cards: [...file.cards, ...rows] });
    const key = this.#signer();
    return claims.map((one) => ({ handle: one.handle, card: Buffer.from(signCard(one, key)) }));
  }

  /** Reason and time of the first time; null when it issued no such card. Telling the operator is another step. */
  async revoke(
    handle: string,
    { reason, at }: { reason: string; at: string },
  ): Promise<{ reason: string | null; revokedAt: string } | null> {
    const file = await this.#issued();
    const card = file.cards.find((one) => one.handle === handle);
    if (!card) return null;
    if (card.revokedAt === null) {
      Object.assign(card, { revokedAt: at, reason });
      await this.#save(file);
    }
    return { reason: card.reason ?? null, revokedAt: card.revokedAt ?? at };
  }

  /** Its one shard, signed anew, and the doors that must go. Throws NotTaken. */
  async publish(operator: Pick<OperatorLink, 'send'>, nowMs: number): Promise<void> {
    const file = await this.#issued();
    const revoked = file.cards.filter(({ revokedAt }) => revokedAt !== null);
    const owed = revoked.filter(({ told }) => !told);
    // The operator takes only newer lists, dated at most a minute ahead.
    const issuedAt = Math.max(Math.floor(nowMs / 1000), file.listedAt + 1);
    file.listedAt = issuedAt;
    await this.#save(file);
    const deflated = deflateSync(shardBits(revoked.map(({ statusIndex }) => statusIndex)));
    const shard = shardName(this.#file.amcNo, 0);
    const token = signStatusList(
      { shard, issuedAt, expires: issuedAt + LIST_LIFE_SECONDS, deflated },
      this.#signer(),
    );
    const handles = owed.map(({ handle }) => handle);
    const reply = await sendStatusList(operator, shard, token, handles);
    if (reply.status !== 200) throw new NotTaken('the status list', reply);
    for (const card of owed) card.told = true;
    await this.#save(file);
  }

  /** `vkey`: of the operator's ledger, as in the trust list. */
  lend(operator: Pick<OperatorLink, 'send'>, vkey: string): Promise<boolean> {
    const { publicKey } = parseVkey(vkey);
    return lendWhenWanted(operator, async (key: HalfKey, signature) => {
      if (!isVaultsOwn(key, signature, publicKey)) throw new Error('not the key of the operator’s vault');
      const { privateKey } = this.#signer();
      const half = { amcNo: this.#file.amcNo, bytes: Buffer.from(this.#file.identityHalf, 'base64url') };
      return wrapIdentityHalf(half, { kid: this.cardKey().kid, privateKey }, key);
    });
  }

  openLink(): Promise<OperatorLink> {
    const { operator, ca, persons } = this.#file;
    const [sender] = persons;
    if (!sender) throw new Error('the demo insurer has nobody to speak for it');
    return openOperatorLink(operator, { caFile: ca, certFile: sender.cert, keyFile: sender.key });
  }

  #signer() {
    const { x, y } = this.cardKey().jwk;
    return {
      kid: cardKid({ x, y }),
      privateKey: createPrivateKey({ key: this.#file.cardKey, format: 'jwk' }),
    };
  }

  async #issued(): Promise<IssuedFile> {
    const path = this.#paths.issued(this.#file.amcNo);
    return (await readJsonIfThere<IssuedFile>(path)) ?? { places: 0, listedAt: 0, cards: [] };
  }

  #save(file: IssuedFile): Promise<void> {
    return writeJson(this.#paths.issued(this.#file.amcNo), file);
  }
}
