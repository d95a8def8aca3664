// The demo's own certificate authority: server and client certificates for a world that exists on one machine only.
// It must never issue for anything real: outside demo mode certificates come from the operator's own PKI.

import 'reflect-metadata'; // first: @peculiar/x509 registers its classes through it
import { createHash, createPrivateKey, X509Certificate as NodeCertificate, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key (PKCS #8), both as PEM. The key is a secret: files that hold it are 0600. */
export type CertificateAndKey = { certPem: string; keyPem: string };

export type IssuedCertificate = CertificateAndKey & {
  /** RFC 8705 `x5t#S256`: base64url of SHA-256 of the DER bytes. Access tokens are bound to it. */
  thumbprint: string;
};

export type CertificateRequest = {
  now: Date;
  commonName: string;
  organization?: string;
  kind: 'server' | 'client';
  dnsNames?: readonly string[];
  ipAddresses?: readonly string[];
  /** An hour before `now` when absent, so that a neighbour's slow clock does not refuse it. */
  notBefore?: Date;
  /** A year after `now` when absent. */
  notAfter?: Date;
};

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;
const CA_NAME = [{ CN: ['Rempart demo CA'] }, { O: ['Rempart demo, everything fictitious'] }];

export async function createDemoCa({ now }: { now: Date }): Promise<CertificateAndKey> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: CA_NAME,
    notBefore: new Date(now.getTime() - HOUR_MS),
    notAfter: new Date(now.getTime() + 10 * YEAR_MS),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true), // signs certificates, but no further authorities
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certPem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

export async function issueCertificate(
  ca: CertificateAndKey,
  request: CertificateRequest,
): Promise<IssuedCertificate> {
  const { now, commonName, organization } = request;
  const keys = await generateKeys();
  const issuer = new X509Certificate(ca.certPem);
  const certificate = await X509CertificateGenerator.create({
    // As UTF-8 objects, not strings: in a plain string the library gives quotes, `#` and others a meaning.
    subject: new Name([
      { CN: [{ utf8String: commonName }] },
      ...(organization ? [{ O: [{ utf8String: organization }] }] : []),
    ]),
    issuer: issuer.subjectName,
    notBefore: request.notBefore ?? new Date(now.getTime() - HOUR_MS),
    notAfter: request.notAfter ?? new Date(now.getTime() + YEAR_MS),
    publicKey: keys.publicKey,
    signingKey: await importSigningKey(ca.keyPem),
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: await leafExtensions(request, issuer, keys.publicKey),
  });
  return {
    certPem: certificate.toString('pem'),
    keyPem: await exportKey(keys.privateKey),
    thumbprint: createHash('sha256').update(new Uint8Array(certificate.rawData)).digest('base64url'),
  };
}

/** The thumbprint of a certificate somebody else made, as `issueCertificate` returns it for its own. */
export function thumbprintOf(certPem: string): string {
  return createHash('sha256').update(new NodeCertificate(certPem).raw).digest('base64url');
}

async function leafExtensions(
  { kind, dnsNames = [], ipAddresses = [] }: CertificateRequest,
  issuer: X509Certificate,
  publicKey: webcrypto.CryptoKey,
): Promise<Extension[]> {
  const names: JsonGeneralNames = [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ];
  const usage = kind === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage]), // a stolen client certificate cannot pose as a server
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer),
    ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
  ];
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), PemConverter.PrivateKeyTag);
}

function importSigningKey(keyPem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, false, ['sign']);
}
