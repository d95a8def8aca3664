// Does the time of a refusal tell who has an account, a session, a passkey? Two kinds of refusal are asked for in turn
// and their times compared as distributions: somebody who guesses from one must do no better than by tossing a coin.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { exchangeRequest } from '../../src/cli/sign-in.ts';
import { signedIn as pscToken } from '../../src/demo/psc-world.ts';
import { Authenticator } from '../../src/vault/passkey-fixture.ts';
import { SoftwareBrowser } from '../support/software-browser.ts';
import { type Answer, createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld({ simulator: true });
}, 60_000);
afterAll(() => world?.close());

/** Together fewer than somebody may sign in at once. */
const ROUNDS = 28;
/** How often a guess "the slower one is …" may be right; a coin is right half of the time. */
const MOST_RIGHT = 0.75;

type Ask = () => Promise<Answer>;

/** Probability that a random refusal of the first kind is slower than one of the second (ties count half). */
async function slowerShare(first: Ask, second: Ask, code: string): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS * 2; i += 1) {
    const kind = i % 2 === 0 ? 0 : 1;
    const answer = await (kind === 0 ? first() : second());
    expect(`${answer.status} ${String(answer.body['code'] ?? answer.body['state'])}`).toBe(code);
    if (i >= 4) times[kind].push(answer.milliseconds); // the first few warm up what is compiled late
  }
  const pairs = times[0].flatMap((a) => times[1].map((b) => (a === b ? 0.5 : a > b ? 1 : 0)));
  return pairs.reduce<number>((sum, one) => sum + one, 0) / pairs.length;
}

function expectCoin(share: number): void {
  expect(Math.max(share, 1 - share)).toBeLessThan(MOST_RIGHT);
}

const ceremony = (options: Record<string, unknown>) => ({
  challenge: String(options['challenge']),
  origin: world.portalUrl,
  rpId: 'localhost',
});

it('a passkey that exists is refused as slowly as one that does not', async () => {
  const claire = new SoftwareBrowser(world.portalUrl);
  await claire.signIn('claire');
  const [known, unknown] = [new Authenticator(), new Authenticator()];
  const options = await claire.call('POST', '/v1/passkeys/options');
  const response = known.register(ceremony(options.body));
  await claire.call('POST', '/v1/passkeys', { body: { label: 'Poste 1', response } });

  const tryWith = (id: string) => async () => {
    const browser = new SoftwareBrowser(world.portalUrl);
    const start = { body: { publicKey: browser.publicKey } };
    const { body } = await browser.send('POST', '/auth/passkey/options', start);
    const forged = { ...unknown.assert(ceremony(body)), id, rawId: id };
    return browser.flow('POST', '/auth/passkey', { body: forged });
  };
  expectCoin(await slowerShare(tryWith(known.id), tryWith(unknown.id), '401 passkey-refused'));
}, 60_000);

it('a person without an activity here is refused as slowly as one whom nobody knows', async () => {
  const exchange = (number: string) => async () => {
    const subject = await pscToken(world.psc, number, Date.now());
    const body = exchangeRequest(subject, 'S-PHARMACIE-HALLES');
    return world.send('/v1/token', { as: 'claire', token: null, body });
  };
  // Hugo works elsewhere; of the other person only Pro Santé Connect has heard.
  world.psc.people.push({
    idNps: '899700299999',
    familyName: 'Inconnu',
    givenName: 'Personne',
    activities: [],
  });
  const share = slowerShare(exchange('899700210074'), exchange('899700299999'), '403 site-refused');
  expectCoin(await share);
}, 120_000);

it('the cookie of a session that ended is looked at as long as one that never was', async () => {
  const claire = new SoftwareBrowser(world.portalUrl);
  await claire.signIn('claire');
  const cookie = claire.cookies.get('__Host-rempart-session') ?? '';
  await world.sql`update sessions set ended_at = now(), ended_because = null where ended_at is null`;
  const look = (value: string) => () => claire.get('/v1/session', { cookie: value });
  expectCoin(await slowerShare(look(cookie), look('A'.repeat(43)), '200 none'));
}, 60_000);
