// The demo's own Pro Santé Connect: its key, its client, who may sign in. Kept in one file of the demo's folder, so that
// tokens survive a restart. Whoever holds this file is whom he likes: it must never leave the demo.

import { createPrivateKey, createPublicKey, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, type JWK, SignJWT } from 'jose';
import { randomId, randomSlice } from '../lib/random.ts';
import type { EnrolmentFile } from '../vault/enrolment.ts';
import { type DemoAccount, pscPeople } from './accounts.ts';
import { readJson, readJsonIfThere, writeJson } from './files.ts';
import type { DemoPaths } from './paths.ts';
import {
  PSC_ACR,
  PSC_PATHS,
  type PscClient,
  type PscPerson,
  pscSubject,
  pscTokenClaims,
} from './psc-claims.ts';

/** What the simulator's process reads. */
export type PscWorld = {
  issuer: string;
  port: number;
  signingKey: JsonWebKey;
  cookieSecret: string;
  clients: PscClient[];
  people: PscPerson[];
};

/** The client that stands for the pharmacy software of the demo (`rempart ask`). */
export const SOFTWARE_CLIENT = 'rempart-demo-software';
const SOFTWARE_REDIRECT = 'http://127.0.0.1/signed-in';
/** The client that stands for the professionals' portal. */
export const PORTAL_CLIENT = 'rempart-portal';
const TOKEN_SECONDS = 240;

/** Finds or makes the file; accounts, port and the portal's address are always those of now. */
export async function preparePsc(
  paths: DemoPaths,
  wanted: { port: number; portalOrigin: string; accounts: readonly DemoAccount[] },
): Promise<PscWorld> {
  const known = await readJsonIfThere<PscWorld>(paths.psc);
  const secret = () => randomSlice(24).toString('base64url');
  const world: PscWorld = {
    signingKey: known?.signingKey ?? (await newKey()),
    cookieSecret: known?.cookieSecret ?? secret(),
    clients: [
      {
        id: SOFTWARE_CLIENT,
        secret: secretOf(known, SOFTWARE_CLIENT) ?? secret(),
        redirectUris: [SOFTWARE_REDIRECT],
        postLogoutRedirectUris: [],
      },
      {
        id: PORTAL_CLIENT,
        secret: secretOf(known, PORTAL_CLIENT) ?? secret(),
        redirectUris: [`${wanted.portalOrigin}/auth/callback`],
        postLogoutRedirectUris: [`${wanted.portalOrigin}/`],
        backchannelLogoutUri: `${wanted.portalOrigin}/auth/backchannel-logout`,
      },
    ],
    people: pscPeople(wanted.accounts),
    port: wanted.port,
    issuer: `http://127.0.0.1:${wanted.port}${PSC_PATHS.realm}`,
  };
  await writeJson(paths.psc, world);
  return world;
}

const secretOf = (world: PscWorld | null, client: string): string | undefined =>
  world?.clients.find(({ id }) => id === client)?.secret;

/** What the operator needs to send professionals here and take them back. */
export function portalSignIn(world: PscWorld): { issuer: string; clientId: string; clientSecret: string } {
  return {
    issuer: world.issuer,
    clientId: PORTAL_CLIENT,
    clientSecret: secretOf(world, PORTAL_CLIENT) ?? '',
  };
}

export const readPsc = (paths: DemoPaths) => readJson<PscWorld>(paths.psc);

/** What the vault pins: the issuer, whose sign-ins count, the public key. */
export async function trustedPsc({ issuer, clients, signingKey }: PscWorld): Promise<EnrolmentFile['psc']> {
  const kid = await calculateJwkThumbprint(signingKey as JWK);
  const publicKey = createPublicKey({ key: signingKey, format: 'jwk' }).export({ format: 'jwk' });
  return { issuer, clients: clients.map(({ id }) => id), keys: [{ ...publicKey, kid, alg: 'RS256' }] };
}

/** The software's side of a sign-in at the simulator. */
export function softwareClient({ clients }: PscWorld): { id: string; secret: string; redirectUri: string } {
  const client = clients.find(({ id }) => id === SOFTWARE_CLIENT);
  if (!client) throw new Error('the demo has no client for its software: run npm run reset');
  return { id: client.id, secret: client.secret, redirectUri: SOFTWARE_REDIRECT };
}

/**
 * An access token as the simulator signs it, without the browser's way to it: for benchmarks and tests that need
 * hundreds of signed-in people at once. `actedMs`: when the person proved who they are, by default just now.
 */
export async function signedIn(
  world: PscWorld,
  professionalId: string,
  nowMs: number,
  actedMs = nowMs,
): Promise<string> {
  const { issuer, signingKey, people } = world;
  const person = people.find(({ idNps }) => idNps === professionalId);
  if (!person) throw new Error('the demo knows no professional of this number');
  const nowSeconds = Math.floor(nowMs / 1000);
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return new SignJWT({
    ...pscTokenClaims(person),
    acr: PSC_ACR,
    azp: SOFTWARE_CLIENT,
    auth_time: Math.floor(actedMs / 1000),
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: await calculateJwkThumbprint(signingKey as JWK) })
    .setIssuer(issuer)
    .setAudience(`${issuer}/api`)
    .setSubject(pscSubject(professionalId))
    .setJti(randomId())
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + TOKEN_SECONDS)
    .sign(key);
}

async function newKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}
