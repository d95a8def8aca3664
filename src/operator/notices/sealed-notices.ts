// Texts for an insurer, as the vault seals them and opens them again for that insurer. All of one kind have one length, so
// that nothing can be told from the size of a row.

import type { AmcNo } from '../../core/ids.ts';
import { type VaultClient, VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';

/** `content` as JSON, padded to `characters` (2,048 at most). */
export async function sealFor(
  vault: VaultClient,
  amcNo: AmcNo,
  content: object,
  characters: number,
): Promise<Buffer> {
  const text = JSON.stringify(content).padEnd(characters);
  const [one] = (await vault.call('sealNotices', { items: [{ amcNo, text }] })).out.sealed;
  if (one === undefined) throw new Error('the vault seals what it is given');
  return Buffer.from(one, 'base64url');
}

/** The contents, in the order given; counted and journalled by the vault. Throws `budget-exhausted`. */
export async function openFor<Content>(
  vault: VaultClient,
  amcNo: AmcNo,
  rows: readonly { sealed: Buffer }[],
): Promise<Content[]> {
  if (rows.length === 0) return [];
  const sealed = rows.map((row) => row.sealed.toString('base64url'));
  const { texts } = (await vault.call('openNotices', { amcNo, sealed }).catch(asOurs)).out;
  return texts.map((text) => JSON.parse(text) as Content);
}

function asOurs(error: unknown): never {
  const isSpent = error instanceof VaultRefused && error.code === 'notices-exhausted';
  throw isSpent ? refusal('budget-exhausted', { budget: 'noticesPerInsurerPerDay' }) : error;
}
