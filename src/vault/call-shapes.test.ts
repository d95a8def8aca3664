// Whatever a taken-over operator sends, only calls of the right shape reach the vault.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newBrowser, proofBy } from './browser-fixture.ts';
import { isCall } from './call-shapes.ts';
import { Authenticator } from './passkey-fixture.ts';
import { CLAIRE, engagementItem, identityItem, openItem, person, TILLEULS } from './vault-fixture.ts';

const manifest = { text: '{}', jws: 'a..b' };
const root = Buffer.alloc(32).toString('base64');
const publicKey = { x: 'x'.repeat(43), y: 'y'.repeat(43) };
const sessionProof = proofBy({ publicKey, privateKey: newBrowser().privateKey }, 'a.b.c', { body: '{}' });
const passkey = { passkey: 'a.b.c', response: new Authenticator().assert({ challenge: 'c' }) };
const good: [string, Record<string, unknown>][] = [
  ['state', {}],
  ['open', { items: [openItem(1), identityItem(2)] }],
  ['open', { items: [openItem(1), engagementItem('0'.repeat(26))] }],
  ['open', { items: [] }],
  ['engagementKeys', { items: [{ amcNo: TILLEULS, locator: 'ab'.repeat(16), doorKey: 'k'.repeat(43) }] }],
  ['counterKeys', { items: [{ amcNo: TILLEULS, recordId: 'ab'.repeat(16), counter: 'R1 OPTICAL' }] }],
  ['sealClaims', { amcNo: TILLEULS, items: [{ text: '{"é":1}', guard: 'S-1|1' }] }],
  ['openClaims', { amcNo: TILLEULS, run: 'run-1', sealed: ['aa'] }],
  ['sealBankDetails', { proof: sessionProof }],
  [
    'openBankDetails',
    {
      run: 'run-1',
      digest: 'ab'.repeat(32),
      approvals: [{ staff: 'sophie', jws: 'a.b.c' }],
      items: [{ structure: 'S-1', sealed: 'aa' }],
    },
  ],
  ['passkeyChallenge', { purpose: 'register', publicKey }],
  ['registerPasskey', { proof: sessionProof, challengeToken: 'a.b.c' }],
  ['changeClient', { proof: sessionProof }],
  ['emergency', { proof: sessionProof, reason: 'SOFTWARE_FAILURE' }],
  ['emergency', { proof: openItem(1).proof, reason: 'MANY_WITHOUT_CARD' }],
  ['passkeySignIn', { ...passkey, challengeToken: 'a.b.c', publicKey }],
  ['bindPasskeySession', { signIn: 'a.b.c', publicKey, structure: 'S-1' }],
  ['replay', { items: [{ scope: '', body: 'é' }] }],
  ['tag', { month: '2026-12', items: [{ amcNo: TILLEULS, recordId: 'ab'.repeat(16) }] }],
  ['tag', { month: '2026-01', items: [{ amcNo: TILLEULS, recordId: '' }] }],
  [
    'untag',
    {
      incident: 'demo-2026-12-01T08:00:00Z',
      month: '2026-12',
      items: [{ amcNo: TILLEULS, tag: 'ab'.repeat(16) }],
      approvals: [{ staff: 'sophie', jws: 'a.b.c' }],
    },
  ],
  ['signFlush', { first: 0, count: 1, root }],
  ['signCheckpoint', { from: 0, count: 0 }],
  ['acceptManifest', { amcNo: TILLEULS, manifest }],
  ['fingerprint', { amcNo: TILLEULS, manifest, block: 0 }],
  ['seal', { amcNo: TILLEULS, manifest, block: 3, bitmapBytes: 0 }],
  ['beginEpoch', { amcNo: TILLEULS }],
  ['endEpochsBefore', { amcNo: TILLEULS, epoch: 2 }],
  ['epochs', { amcNo: TILLEULS }],
  ['journal', { numbers: [1, 2] }],
  ['openedSince', { after: 0 }],
  ['lock', { by: 'sophie', reason: '' }],
  ['unlock', { approvals: [{ staff: 'sophie', jws: 'a.b.c' }] }],
];

describe('a call', () => {
  it.each(good)('of %s passes as it should be', (verb, input) => {
    expect(isCall(verb, input)).toBe(true);
    expect(isCall(verb, { ...input, more: 1 })).toBe(true);
  });

  it.each(good.filter(([, input]) => Object.keys(input).length > 0))(
    'of %s passes with no member missing and none of another type',
    (verb, input) => {
      for (const name of Object.keys(input)) {
        const { [name]: _, ...rest } = input;
        expect(isCall(verb, rest), `without ${name}`).toBe(false);
        for (const wrong of [null, undefined, true, -1, 1.5, {}, [null], [[]], Number.NaN]) {
          expect(isCall(verb, { ...rest, [name]: wrong }), `${name} = ${JSON.stringify(wrong)}`).toBe(false);
        }
        expect(
          isCall(verb, Object.assign(Object.create({ [name]: input[name] }), rest)),
          `${name} inherited`,
        ).toBe(false);
      }
    },
  );

  it('of no verb passes', () => {
    for (const verb of [
      '',
      'Open',
      'close',
      '__proto__',
      'constructor',
      'toString',
      null,
      0,
      ['open'],
      { toString: 1 },
    ]) {
      expect(isCall(verb, { items: [] })).toBe(false);
    }
    for (const input of [null, undefined, 'items', 5, []]) expect(isCall('open', input)).toBe(false);
  });

  it('opens doors with evidence that the budgets know by its name, and with no other', () => {
    const rest = { memberNo: 'M1', ...person(1) };
    const withEvidence = (evidence: unknown) =>
      isCall('open', { items: [openItem(1, { evidence: evidence as never })] });
    expect(withEvidence({ kind: 'member-number', ...rest })).toBe(true);
    // Another name would open the identity door without spending an identity-only unit.
    for (const kind of ['identity', 'identity-only ', 'IDENTITY-ONLY', 'card', '', null, ['identity-only']]) {
      expect(withEvidence({ kind, ...rest }), String(kind)).toBe(false);
    }
    for (const wrong of ['', 'é', '\u0131', 'a\n', 'x'.repeat(65), 7, null, ['1'], { length: 1 }]) {
      for (const name of ['memberNo', 'nir', 'birthDate']) {
        expect(
          withEvidence({ kind: 'member-number', ...rest, [name]: wrong }),
          `${name} = ${String(wrong)}`,
        ).toBe(false);
      }
    }
    for (const birthRank of [0, 10, 1.5, '1', null, undefined]) {
      expect(withEvidence({ kind: 'member-number', ...rest, birthRank })).toBe(false);
    }
  });

  it('shows an authenticator’s answer in text alone, and asks for a challenge with a purpose', () => {
    const { response } = passkey;
    const shown = (change: Record<string, unknown>) =>
      isCall('passkeySignIn', {
        ...passkey,
        challengeToken: 'a.b.c',
        publicKey,
        response: { ...response, ...change },
      });
    expect(shown({})).toBe(true);
    for (const wrong of ['', 'é', 'a='.repeat(2), 'x'.repeat(1_365), 7, null, ['a']]) {
      expect(shown({ id: wrong }), String(wrong)).toBe(false);
    }
    expect(shown({ type: 'password' })).toBe(false);
    for (const name of ['clientDataJSON', 'authenticatorData', 'signature']) {
      expect(shown({ response: { ...response.response, [name]: { length: 1 } } }), name).toBe(false);
    }
    for (const purpose of ['', 'sign-in ', 'REGISTER', '__proto__']) {
      expect(isCall('passkeyChallenge', { purpose, publicKey }), purpose).toBe(false);
    }
    const token = { kind: 'token', client: CLAIRE, token: 'a.b.c' };
    expect(isCall('registerPasskey', { proof: token, challengeToken: 'a.b.c' })).toBe(false);
  });

  it('names months, insurers, records and roots in their one spelling', () => {
    const tag = (month: unknown, amcNo: unknown, recordId: unknown) =>
      isCall('tag', { month, items: [{ amcNo, recordId }] });
    const id = 'ab'.repeat(16);
    expect(tag('2026-03', TILLEULS, id)).toBe(true);
    for (const month of ['2026-13', '2026-00', '2026-3', '__proto__', 'constructor', '2026-03\n', '']) {
      expect(tag(month, TILLEULS, id), month).toBe(false);
    }
    for (const amcNo of ['__proto__', '999000101', '09990001012', `${TILLEULS}\n`])
      expect(tag('2026-03', amcNo, id)).toBe(false);
    for (const recordId of [id.toUpperCase(), id.slice(2), `${id}ab`, 'zz'.repeat(16)]) {
      expect(tag('2026-03', TILLEULS, recordId), recordId).toBe(false);
    }
    expect(isCall('signFlush', { first: 0, count: 0, root })).toBe(false);
    expect(isCall('signFlush', { first: 0, count: 1, root: root.slice(4) })).toBe(false);
  });

  it('carries 1,024 items at most', () => {
    const items = (count: number) => ({
      items: Array.from({ length: count }, () => ({ scope: 's', body: 'b' })),
    });
    expect(isCall('replay', items(1_024))).toBe(true);
    expect(isCall('replay', items(1_025))).toBe(false);
  });

  it('made of any JSON whatever is judged without an error', () => {
    const verb = fc.constantFrom(...good.map(([name]) => name));
    fc.assert(fc.property(verb, fc.jsonValue(), (name, input) => typeof isCall(name, input) === 'boolean'));
  });
});
