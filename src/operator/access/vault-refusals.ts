// What the vault refuses when somebody signs in, in the operator's own codes.

import { VaultRefused } from '../../vault/vault-client.ts';
import { refusal } from '../errors.ts';

/**
 * The reply's values; throws `sign-in-refused`, `site-refused`, `token-invalid`, `passkeys-off` or
 * `certificate-unknown`.
 */
export async function refusedAsOurs<T>(call: Promise<{ out: T }>): Promise<T> {
  try {
    return (await call).out;
  } catch (error) {
    if (!(error instanceof VaultRefused)) throw error;
    switch (error.code) {
      case 'subject-refused':
        throw refusal('sign-in-refused');
      case 'site-refused':
        throw refusal('site-refused');
      case 'passkeys-off':
        throw refusal('passkeys-off');
      case 'refresh-refused':
        throw refusal('token-invalid');
      case 'not-enrolled':
        throw refusal('certificate-unknown');
      default:
        throw error;
    }
  }
}
