// Test support: an authenticator in software (WebAuthn, ES256), honest unless told otherwise.
// It must never be imported by anything that runs in production.

import 'reflect-metadata'; // first: @peculiar/x509 registers its classes through it
import { generateKeyPairSync, hash, KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
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
  /** Who vouches for the credential; nobody when absent. */
  vouchedBy?: 'itself' | Maker;
};

/** A maker of authenticators, as its certificate says. */
export type Maker = { certificate: ArrayBuffer; privateKey: KeyObject };

export async function newMaker(): Promise<Maker> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'C=FR, O=Maker, OU=Authenticator Attestation, CN=Key', // as the packed format wants it
    notBefore: new Date('2020-01-01T00:00:00Z'),
    notAfter: new Date('2049-12-31T00:00:00Z'),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(false)],
  });
  return { certificate: certificate.rawData, privateKey: KeyObject.from(keys.privateKey) };
}

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
    const attestationObject = cbor([
      ['fmt', ceremony.vouchedBy ? 'packed' : 'none'],
      ['attStmt', new Map(this.#statement(authData, client, ceremony))],
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

  #statement(authData: Buffer, client: Buffer, ceremony: Ceremony): [string, Cbor][] {
    const { vouchedBy } = ceremony;
    if (!vouchedBy) return [];
    const signedBy = vouchedBy === 'itself' ? {} : { signedBy: vouchedBy.privateKey };
    const sig = new Uint8Array(this.#sign(authData, client, { ...ceremony, ...signedBy }));
    const statement: [string, Cbor][] = [
      ['alg', ES256],
      ['sig', sig],
    ];
    if (vouchedBy !== 'itself') statement.push(['x5c', [new Uint8Array(vouchedBy.certificate)]]);
    return statement;
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
