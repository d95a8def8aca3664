// Is this feed what the insurer signed? The vault asks before it seals a single line (DESIGN.md 3, CONTRACT.md 3.3).
// Must never look into a manifest before its signature was verified over the very bytes received, and never say more
// than "signature" or "manifest": what a stranger sent is not quoted back.

import { createHash, hash, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto';
import { type FeedManifest, readManifest } from '../core/feed-manifest.ts';
import type { AmcNo } from '../core/ids.ts';
import type { SignedManifest } from './protocol.ts';

/** A manifest whose signature, form and insurer were checked. */
export type SignedFeed = {
  readonly manifest: FeedManifest;
  /**
   * Names this signing in the vault's journal. It is the hash of the signature, not of the manifest: a manifest holds
   * hashes of people's lines, and a digest of those could be tested against guesses. A signature is random.
   */
  readonly digest: string;
};

/** A 33-million-line manifest is 230 kB; nothing honest comes near this. */
export const MANIFEST_LIMIT_BYTES = 8 * 1024 * 1024;

// RFC 7515 appendix F: header..signature. An ES256 signature is 64 bytes, 86 characters; a header is short.
const DETACHED_JWS = /^([A-Za-z0-9_-]{1,512})\.\.([A-Za-z0-9_-]{86})$/;
const ES256 = { digest: 'sha256', encoding: 'ieee-p1363' } as const;

/**
 * Verifies the detached JWS with one of the insurer's pinned feed keys (ES256 and nothing else), then reads the
 * manifest. `kid` may be there and is not looked at: an insurer has few keys, and a text from outside chooses none.
 */
export function checkManifest(
  amcNo: AmcNo,
  signed: SignedManifest,
  keys: readonly KeyObject[],
): SignedFeed | 'signature' | 'manifest' {
  if (Buffer.byteLength(signed.text) > MANIFEST_LIMIT_BYTES) return 'manifest';
  if (!isSigned(signed, keys)) return 'signature';
  const read = readManifest(parsed(signed.text));
  if (!read.ok || read.manifest.insurer !== amcNo) return 'manifest';
  return { manifest: read.manifest, digest: hash('sha256', signed.jws) };
}

function isSigned({ text, jws }: SignedManifest, keys: readonly KeyObject[]): boolean {
  const parts = DETACHED_JWS.exec(jws);
  if (parts === null) return false;
  const [, header = '', signature = ''] = parts;
  if (!isPlainEs256(header)) return false;
  const input = signingInput(header, text);
  const bytes = Buffer.from(signature, 'base64url');
  return keys.some((key) => verify(ES256.digest, input, { key, dsaEncoding: ES256.encoding }, bytes));
}

// A header with `crit` or `b64: false` asks for rules that we do not follow: refused, not ignored.
function isPlainEs256(encoded: string): boolean {
  const header = parsed(Buffer.from(encoded, 'base64url').toString());
  if (typeof header !== 'object' || header === null) return false;
  const { alg, crit, b64 }: { alg?: unknown; crit?: unknown; b64?: unknown } = header;
  return alg === 'ES256' && crit === undefined && b64 === undefined;
}

function signingInput(header: string, text: string): Buffer {
  return Buffer.from(`${header}.${Buffer.from(text).toString('base64url')}`, 'latin1');
}

/** What JSON.parse makes of it; undefined when it is no JSON. Its error message would quote the text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller refuses what is not an object
  }
}

/** SHA-256 of the block's bytes, newlines included, is the one the manifest announced for this place. */
export function checkBlock(feed: SignedFeed, index: number, block: Uint8Array): boolean {
  const announced = feed.manifest.blocks[index];
  if (announced === undefined) return false;
  return timingSafeEqual(createHash('sha256').update(block).digest(), Buffer.from(announced, 'hex'));
}

/** The detached JWS over a manifest line, as an insurer's own system makes it. Used by the demo and by tests. */
export function signManifest(text: string, feedKey: KeyObject, kid?: string): string {
  const fields = kid === undefined ? { alg: 'ES256' } : { alg: 'ES256', kid };
  const header = Buffer.from(JSON.stringify(fields)).toString('base64url');
  const signature = sign(ES256.digest, signingInput(header, text), {
    key: feedKey,
    dsaEncoding: ES256.encoding,
  });
  return `${header}..${signature.toString('base64url')}`;
}
