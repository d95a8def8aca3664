// The list of whom the vault believes: a file that is not whole counts in no part.

import { writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { Enrolment } from './enrolment.ts';
import { CLAIRE, PORTAL_SITE, type VaultHome, vaultHome } from './vault-fixture.ts';

let home: VaultHome;
beforeEach(() => {
  home = vaultHome(tempDir());
});

describe('a file', () => {
  const claire = { account: 'claire', structure: 'S-9', profession: 'pharmacist' };
  it.each<[string, Record<string, unknown>, string]>([
    ['of before there were tokens', { psc: undefined }, 'lacks psc'],
    ['without professionals', { professionals: undefined }, 'lacks professionals'],
    ['with a client that has no structures', { clients: [{ thumbprint: 'new' }] }, 'structures'],
    ['with a professional without activities', { professionals: [{ id: '1' }] }, 'activities'],
    ['with a portal that is no origin', { portal: { ...PORTAL_SITE, origin: 'rempart.example' } }, 'portal'],
    ['with a path in its portal', { portal: { ...PORTAL_SITE, origin: `${PORTAL_SITE.origin}/` } }, 'portal'],
    ['with a foreign RP ID', { portal: { ...PORTAL_SITE, rpId: 'part.example' } }, 'portal'],
    ['with a portal without RP ID', { portal: { origin: PORTAL_SITE.origin } }, 'portal'],
    [
      'with one account for two people',
      { professionals: ['1', '2'].map((id) => ({ id, activities: [claire] })) },
      'twice',
    ],
  ])('%s is refused in words, and what was known stays', async (_, change, words) => {
    const enrolment = await Enrolment.open(home.config.enrolmentFile);
    writeFileSync(home.config.enrolmentFile, JSON.stringify({ ...home.enrolment, ...change }));
    await expect(enrolment.refresh()).rejects.toThrow(words);
    expect(enrolment.client(CLAIRE)).not.toBeNull();
    expect(enrolment.client('new')).toBeNull();
    expect(enrolment.account('claire')).toMatchObject({ structure: 'S-1' });
  });

  it('says of an insurer that it is an exercise with `true` and nothing else', async () => {
    const insurers = [true, 'true', 1, undefined].map((exercise, i) => ({
      amcNo: `099900000${i}`,
      feedKeys: [],
      exercise,
    }));
    writeFileSync(home.config.enrolmentFile, JSON.stringify({ ...home.enrolment, insurers }));
    const enrolment = await Enrolment.open(home.config.enrolmentFile);
    expect(insurers.map(({ amcNo }) => enrolment.isExercise(amcNo))).toEqual([true, false, false, false]);
  });

  it('of before there were passkeys is read, and names no portal', async () => {
    const { portal: _, ...older } = home.enrolment;
    writeFileSync(home.config.enrolmentFile, JSON.stringify(older));
    expect((await Enrolment.open(home.config.enrolmentFile)).portal).toBeNull();
  });
});
