// The demo's certificates in real TLS handshakes: who is let in, and who is not.

import { X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type CertificateAndKey,
  type CertificateRequest,
  createDemoCa,
  type IssuedCertificate,
  issueCertificate,
  thumbprintOf,
} from './certificates.ts';

const now = new Date();
const HOUR_MS = 3_600_000;
let ca: CertificateAndKey;
let server: IssuedCertificate;

beforeAll(async () => {
  ca = await createDemoCa({ now });
  server = await issueCertificate(ca, {
    now,
    kind: 'server',
    commonName: 'operator',
    dnsNames: ['localhost'],
    ipAddresses: ['127.0.0.1', '::1'],
  });
});

function client(from: CertificateAndKey, more: Partial<CertificateRequest> = {}): Promise<IssuedCertificate> {
  const request = { now, kind: 'client' as const, commonName: 'Pharmacie des Tilleuls' };
  return issueCertificate(from, { ...request, ...more });
}

type Handshake = { authorized: boolean; reason: string; thumbprint: string | null };

/** What the server thinks of the client, having asked for a certificate without insisting, as the operator does. */
async function shakeHands(own: IssuedCertificate | null, presented = server): Promise<Handshake> {
  const listener = createServer({
    cert: presented.certPem,
    key: presented.keyPem,
    ca: ca.certPem,
    requestCert: true,
    rejectUnauthorized: false,
  });
  onTestFinished(() => void listener.close());
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const seen = new Promise<Handshake>((resolve, reject) => {
    listener.once('tlsClientError', reject);
    listener.once('secureConnection', (socket: TLSSocket) => {
      const peer = socket.getPeerX509Certificate();
      const reason = String(socket.authorizationError ?? '');
      resolve({
        authorized: socket.authorized,
        reason,
        thumbprint: peer ? thumbprintOf(peer.toString()) : null,
      });
      socket.end();
    });
  });
  const socket = connect({
    port: (listener.address() as AddressInfo).port,
    host: '127.0.0.1',
    ca: ca.certPem,
    ...(own ? { cert: own.certPem, key: own.keyPem } : {}),
  });
  const refused = new Promise<never>((_, reject) => socket.once('error', reject));
  return Promise.race([seen, refused]);
}

describe('a client certificate of the demo', () => {
  it('is accepted by a server that trusts its authority, which sees the thumbprint we know', async () => {
    const own = await client(ca);
    expect(await shakeHands(own)).toEqual({ authorized: true, reason: '', thumbprint: own.thumbprint });
  });

  it('is not authorized when another authority of the same name made it', async () => {
    const foreign = await createDemoCa({ now });
    expect(await shakeHands(await client(foreign))).toMatchObject({ authorized: false });
  });

  it('is not authorized after its end, nor before its beginning', async () => {
    const past = {
      notBefore: new Date(now.getTime() - 2 * HOUR_MS),
      notAfter: new Date(now.getTime() - HOUR_MS),
    };
    expect(await shakeHands(await client(ca, past))).toMatchObject({
      authorized: false,
      reason: 'CERT_HAS_EXPIRED',
    });
    const future = { notBefore: new Date(now.getTime() + HOUR_MS) };
    expect(await shakeHands(await client(ca, future))).toMatchObject({
      authorized: false,
      reason: 'CERT_NOT_YET_VALID',
    });
  });

  it('is not authorized when it was issued for a server', async () => {
    expect(await shakeHands(server)).toMatchObject({ authorized: false, reason: 'INVALID_PURPOSE' });
  });

  it('is not authorized when it is none', async () => {
    expect(await shakeHands(null)).toMatchObject({ authorized: false, thumbprint: null });
  });

  it('cannot issue certificates itself', async () => {
    const honest = await client(ca);
    const forged = await issueCertificate(honest, { now, kind: 'client', commonName: 'Mallory' });
    const chained = { ...forged, certPem: `${forged.certPem}\n${honest.certPem}` };
    expect(await shakeHands(chained)).toMatchObject({ authorized: false, thumbprint: forged.thumbprint });
  });
});

describe('a server certificate of the demo', () => {
  it('is refused by a client when it was issued for a client', async () => {
    await expect(shakeHands(null, await client(ca, { ipAddresses: ['127.0.0.1'] }))).rejects.toThrow(
      /purpose/,
    );
  });

  it('is refused under another name', async () => {
    const other = await issueCertificate(ca, {
      now,
      kind: 'server',
      commonName: 'x',
      dnsNames: ['other.test'],
    });
    await expect(shakeHands(null, other)).rejects.toThrow(/altnames/);
  });

  it('carries names with characters that have a meaning in certificate syntax', async () => {
    const odd = await client(ca, { commonName: 'Optique "Vue, +clair" = été', organization: 'A=B, C' });
    const { subject } = new X509Certificate(odd.certPem).toLegacyObject();
    expect(subject).toEqual({ CN: 'Optique "Vue, +clair" = été', O: 'A=B, C' });
  });

  it('has a serial number of its own, an elliptic key and the expected life', async () => {
    const [one, two] = [await client(ca), await client(ca)].map(
      ({ certPem }) => new X509Certificate(certPem),
    );
    expect(one?.serialNumber).not.toBe(two?.serialNumber);
    expect(one?.serialNumber.length).toBeGreaterThanOrEqual(28);
    expect(one?.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(one?.ca).toBe(false);
    const days = (Date.parse(one?.validTo ?? '') - Date.parse(one?.validFrom ?? '')) / (24 * HOUR_MS);
    expect(Math.round(days)).toBe(365);
  });
});
