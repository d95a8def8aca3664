// PURE. What a session proof signs, what names a key, and how bytes become base64url. Must never see a private key.

export type ProvenCall = {
  method: string;
  /** Path with its query, as the server sees it. */
  path: string;
  /** base64url SHA-256 of the body's bytes, also when there is none. */
  bodyDigest: string;
  nonce: string;
};

/** Four lines; the server builds the same text and verifies the signature over its UTF-8 bytes. */
export function proofText({ method, path, bodyDigest, nonce }: ProvenCall): string {
  return `${method.toUpperCase()}\n${path}\n${bodyDigest}\n${nonce}`;
}

/** What the thumbprint of a public key is the SHA-256 of: these members in this order, no blank (RFC 7638, 3). */
export function thumbprintText({ crv, kty, x, y }: JsonWebKey): string {
  return JSON.stringify({ crv, kty, x, y });
}

/** Without padding (RFC 4648, 5). */
export function base64url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
