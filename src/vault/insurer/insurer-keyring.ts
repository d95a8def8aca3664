// The keys of one insurer: a card key for each quarter, the secret that spreads cards over the status lists, the half of
// the identity key that it lends. One file, of its own making; no key in common with any operator.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { type CardQuarter, quarterAfter, quarterOf } from '../../core/card-quarter.ts';
import type { AmcNo } from '../../core/ids.ts';
import type { CareDate } from '../../core/period.ts';
import { cardKid } from '../../crypto/card-signature.ts';
import { createPlaces, type Places } from '../../crypto/places.ts';
import { secretKey } from '../../crypto/seal.ts';
import {
  type KeyFilePlace,
  KeyringError,
  keyFileExists,
  loadKeyFile,
  parseKeyFile,
  saveKeyFile,
} from '../key-file.ts';
import type { CardKeyFacts } from './insurer-protocol.ts';

/** What the file holds; secrets in base64. */
type InsurerKeyFile = {
  version: 1;
  insurer: AmcNo;
  placesSecret: string;
  identityHalf: string;
  /** Oldest first; PKCS #8. `retired`: replaced, it signs nothing any more. */
  cardKeys: { quarter: string; from: CareDate; to: CareDate; privateKey: string; retired?: true }[];
};

export type CardKey = CardKeyFacts & { kidBytes: Uint8Array; quarter: string; privateKey: KeyObject };

type OpenKeys = { file: InsurerKeyFile; cardKeys: readonly CardKey[]; places: Places; identityHalf: Buffer };

/** Opens the file, or makes a new keyring when there is none. */
export async function openInsurerKeyring(place: KeyFilePlace, insurer: AmcNo): Promise<InsurerKeyring> {
  if (!(await keyFileExists(place))) {
    const file: InsurerKeyFile = {
      version: 1,
      insurer,
      placesSecret: freshSecret(),
      identityHalf: freshSecret(),
      cardKeys: [],
    };
    await saveKeyFile(place, JSON.stringify(file));
  }
  const keyring = new InsurerKeyring(place, insurer);
  await keyring.open();
  return keyring;
}

export class InsurerKeyring {
  readonly #place: KeyFilePlace;
  readonly #insurer: AmcNo;
  #keys: OpenKeys | null = null;
  #published: readonly CardKeyFacts[] = [];
  #closings = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(place: KeyFilePlace, insurer: AmcNo) {
    this.#place = place;
    this.#insurer = insurer;
  }

  open(): Promise<void> {
    const closings = this.#closings;
    // In turn with the changes: what is read before a change is renamed into place would undo it later.
    return this.#inTurn(async () => {
      const keys = this.#keys ?? opened(parseKeyFile(await loadKeyFile(this.#place)), this.#insurer);
      if (closings !== this.#closings)
        throw new KeyringError('the keyring was closed while it was being opened');
      this.#use(keys);
    });
  }

  /** Public halves of the card keys, oldest first; known while it is closed, too. */
  get published(): readonly CardKeyFacts[] {
    return this.#published;
  }

  #use(keys: OpenKeys): void {
    this.#keys = keys;
    this.#published = keys.cardKeys.map(({ kid, jwk, from, to, retired }) => ({
      kid,
      jwk,
      from,
      to,
      retired,
    }));
  }

  /** Forgets every key but the public halves. */
  close(): void {
    this.#closings += 1;
    this.#keys = null;
  }

  get places(): Places {
    return this.#openKeys().places;
  }

  get identityHalf(): Buffer {
    return this.#openKeys().identityHalf;
  }

  /**
   * Every card key, oldest first. `replaced`: kids that are to sign no more; they are marked so and stay. Where a quarter
   * (this day's, or the next) has no key left to sign with, one is made.
   */
  async cardKeys(today: CareDate, replaced: ReadonlySet<string>): Promise<readonly CardKey[]> {
    const wanted = [quarterOf(today), quarterAfter(today)];
    const isBehind = ({ cardKeys }: OpenKeys) =>
      cardKeys.some(({ kid, retired }) => !retired && replaced.has(kid)) ||
      missing(wanted, cardKeys).length > 0;
    if (isBehind(this.#openKeys())) {
      await this.#change((file) => {
        for (const key of file.cardKeys) if (replaced.has(kidOf(key))) key.retired = true;
        file.cardKeys.push(...missing(wanted, file.cardKeys).map(freshCardKey));
        // Keys of one quarter stay in the order in which they were made.
        file.cardKeys.sort((a, b) => (a.quarter === b.quarter ? 0 : a.quarter < b.quarter ? -1 : 1));
      });
    }
    return this.#openKeys().cardKeys;
  }

  #openKeys(): OpenKeys {
    if (!this.#keys) throw new KeyringError('the keyring is closed');
    return this.#keys;
  }

  /** One change at a time, durable before it counts. If we crash before the rename, the old file stands. */
  #change(edit: (file: InsurerKeyFile) => void): Promise<void> {
    return this.#inTurn(async () => {
      const file = structuredClone(this.#openKeys().file);
      edit(file);
      await saveKeyFile(this.#place, JSON.stringify(file));
      if (this.#keys) this.#use(opened(file, this.#insurer)); // unless it was closed meanwhile
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // the caller sees the failure; the next one starts afresh
    return done;
  }
}

function opened(file: InsurerKeyFile, insurer: AmcNo): OpenKeys {
  // Another insurer's keys would sign cards that no operator believes, and spread them wrongly.
  if (file.insurer !== insurer) throw new KeyringError('the keyring belongs to another insurer');
  return {
    file,
    cardKeys: file.cardKeys.map(cardKeyOf),
    places: createPlaces(secretKey(Buffer.from(file.placesSecret, 'base64'))),
    identityHalf: Buffer.from(file.identityHalf, 'base64'),
  };
}

type FiledCardKey = InsurerKeyFile['cardKeys'][number];

/** The quarters in which nothing is left to sign with. */
function missing(
  wanted: readonly CardQuarter[],
  keys: readonly { quarter: string; retired?: boolean }[],
): CardQuarter[] {
  return wanted.filter(
    ({ name }) => !keys.some(({ quarter, retired = false }) => quarter === name && !retired),
  );
}

const kidOf = (filed: FiledCardKey): string => cardKeyOf(filed).kid;

function cardKeyOf({ quarter, from, to, retired, ...filed }: FiledCardKey): CardKey {
  const privateKey = readKey(filed.privateKey);
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const kidBytes = cardKid({ x, y });
  return {
    kid: Buffer.from(kidBytes).toString('base64url'),
    jwk: { kty: 'EC', crv: 'P-256', x, y },
    from,
    to,
    retired: retired === true,
    kidBytes,
    quarter,
    privateKey,
  };
}

function freshCardKey({ name, from, to }: CardQuarter): FiledCardKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = privateKey.export({ format: 'der', type: 'pkcs8' });
  return { quarter: name, from, to, privateKey: der.toString('base64') };
}

const freshSecret = () => randomBytes(32).toString('base64');

function readKey(pkcs8: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
}
