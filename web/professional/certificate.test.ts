// What may be enrolled, and that a private key never becomes a request.

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readPasted } from './certificate.ts';

const DER = Buffer.from('not really a certificate, but bytes');
const PEM = `-----BEGIN CERTIFICATE-----\n${DER.toString('base64')}\n-----END CERTIFICATE-----`;
const digest = createHash('sha256').update(DER);
const hex = digest.copy().digest('hex');
const thumbprint = digest.copy().digest('base64url');

describe('pasted into the field', () => {
  it('a PEM becomes its thumbprint', async () => {
    expect(await readPasted(` ${PEM}\n`)).toEqual({ kind: 'ready', thumbprint });
  });

  it.each([
    ['hexadecimal', hex],
    ['hexadecimal with colons', hex.toUpperCase().match(/../g)?.join(':') ?? ''],
    ['base64url', thumbprint],
  ])('a thumbprint in %s becomes one too', async (_form, text) => {
    expect(await readPasted(text)).toEqual({ kind: 'ready', thumbprint });
  });

  it.each([
    ['nothing', ' \n', 'empty'],
    ['a sentence', 'voici le certificat', 'unreadable'],
    ['a PEM cut short', PEM.slice(0, 40), 'unreadable'],
    [
      'a private key, even beside a certificate',
      `${PEM}\n-----BEGIN ${'PRIVATE'} KEY-----\nAAAA`,
      'private-key',
    ],
  ])('%s does not', async (_what, text, kind) => {
    expect(await readPasted(text)).toEqual({ kind });
  });
});
