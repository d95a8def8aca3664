// Test support: an authenticator in software (WebAuthn, ES256), honest unless told otherwise.
// It must never be imported by anything that runs in production.

import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { PORTAL_SITE } from './vault-fixture.ts';

/** What a page asks of it, and in which ways it lies. */
export type Ceremony = {
  challenge: string;
  origin?: string;
  rpId?: string;
  /** What the browser says that this is. */
  type?: string;
  framed?: boolean;
  userVerified?: boolean;
  counter?: number;
  /** The key that signs; its own unless told otherwise. */
  signedBy?: KeyObject;
  /** How the credential itself is vouched for. */
  attestation?: 'none' | 'self' | 'certificate';
};

type Cbor = Parameters<typeof isoCBOR.encode>[0];
const USER_PRESENT = 1;
const USER_VERIFIED = 4;
const CREDENTIAL_INCLUDED = 0x40;
const ES256 = -7;

export class Authenticator {
  readonly credentialId = randomBytes(16);
  readonly privateKey: KeyObject;
  readonly #coseKey: Uint8Array;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    this.privateKey = privateKey;
    this.#coseKey = cbor([
      [1, 2], // key type: EC2
      [3, ES256],
      [-1, 1], // curve: P-256
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ]);
  }

  get id(): string {
    return this.credentialId.toString('base64url');
  }

  register(ceremony: Ceremony): RegistrationResponseJSON {
    const client = clientData('webauthn.create', ceremony);
    const authData = Buffer.concat([
      this.#authData(ceremony, CREDENTIAL_INCLUDED),
      Buffer.alloc(16), // no model of authenticator
      Buffer.from([0, this.credentialId.length]),
      this.credentialId,
      this.#coseKey,
    ]);
    const { attestation = 'none' } = ceremony;
    const sig = new Uint8Array(this.#sign(authData, client, ceremony));
    const statement: [string, Cbor][] = attestation === 'none' ? [] : [['alg', ES256]];
    if (attestation !== 'none') statement.push(['sig', sig]);
    if (attestation === 'certificate') statement.push(['x5c', [new Uint8Array(8)]]);
    const attestationObject = cbor([
      ['fmt', attestation === 'none' ? 'none' : 'packed'],
      ['attStmt', new Map(statement)],
      ['authData', new Uint8Array(authData)],
    ]);
    return {
      ...this.#outside(),
      response: {
        clientDataJSON: client.toString('base64url'),
        attestationObject: Buffer.from(attestationObject).toString('base64url'),
      },
    };
  }

  assert(ceremony: Ceremony): AuthenticationResponseJSON {
    const client = clientData('webauthn.get', ceremony);
    const authData = this.#authData(ceremony, 0);
    return {
      ...this.#outside(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: this.#sign(authData, client, ceremony).toString('base64url'),
      },
    };
  }

  #outside() {
    return { id: this.id, rawId: this.id, type: 'public-key' as const, clientExtensionResults: {} };
  }

  #authData({ rpId = PORTAL_SITE.rpId, userVerified = true, counter = 0 }: Ceremony, flags: number): Buffer {
    const facts = Buffer.alloc(5);
    facts.writeUInt8(flags | USER_PRESENT | (userVerified ? USER_VERIFIED : 0));
    facts.writeUInt32BE(counter, 1);
    return Buffer.concat([hash('sha256', rpId, 'buffer'), facts]);
  }

  #sign(authData: Buffer, client: Buffer, { signedBy = this.privateKey }: Ceremony): Buffer {
    return sign('sha256', Buffer.concat([authData, hash('sha256', client, 'buffer')]), signedBy);
  }
}

function clientData(usual: string, { challenge, origin, type = usual, framed = false }: Ceremony): Buffer {
  const said = { type, challenge, origin: origin ?? PORTAL_SITE.origin, crossOrigin: framed };
  return Buffer.from(JSON.stringify(said));
}

const cbor = (entries: [number | string, Cbor][]) => isoCBOR.encode(new Map(entries));
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
