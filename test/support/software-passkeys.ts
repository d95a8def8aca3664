// What a browser does with an authenticator, by program: registers it, signs in with it. Never used on anything but a
// test's own world.

import type { Authenticator } from '../../src/vault/passkey-fixture.ts';
import { SoftwareBrowser } from './software-browser.ts';
import type { Answer } from './world.ts';

/** What the page hands to the authenticator: the server's options, at this portal. */
export const ceremony = ({ portal }: SoftwareBrowser, options: Record<string, unknown>) => ({
  challenge: String(options['challenge']),
  origin: portal,
  rpId: 'localhost',
});

export async function register(
  browser: SoftwareBrowser,
  key: Authenticator,
  label = 'Poste 1',
): Promise<Answer> {
  const options = await browser.call('POST', '/v1/passkeys/options');
  if (options.status !== 200) return options;
  const response = key.register(ceremony(browser, options.body));
  return browser.call('POST', '/v1/passkeys', { body: { label, response } });
}

/** The options of a sign-in, for a browser that has no session. */
export async function beginPasskeySignIn(browser: SoftwareBrowser): Promise<Record<string, unknown>> {
  const start = { body: { publicKey: browser.publicKey } };
  return (await browser.send('POST', '/auth/passkey/options', start)).body;
}

export async function passkeySignIn(
  portal: string,
  key: Authenticator,
): Promise<{ browser: SoftwareBrowser; answer: Answer }> {
  const browser = new SoftwareBrowser(portal);
  const response = key.assert(ceremony(browser, await beginPasskeySignIn(browser)));
  const answer = await browser.flow('POST', '/auth/passkey', { body: response });
  return { browser, answer };
}
