// The console in a real browser on the real platform: two persons, each with a passkey of their own, under the strict
// CSP, read by axe at both ends of the widths and in both languages. With REMPART_LOOK=FOLDER it leaves pictures there.

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoFeedLines } from '../../src/demo/demo-people.ts';
import { insertAlarms } from '../support/guard-rows.ts';
import { insertPaymentTrouble, LATE_ADVICES, removePayments, UNSIGNED_RUN } from '../support/payment-rows.ts';
import { codeFor } from '../support/staff.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';
import { type Chromium, launchChromium } from './chromium.ts';
import { type Appearance, type Section, StaffConsole } from './staff-console.ts';
import { axeFaults, sidewaysOverflow } from './watch.ts';

const STRUCTURE = 'S-PHARMACIE-HALLES';
const LOOK = process.env['REMPART_LOOK'];
const SECTIONS: readonly Section[] = [
  'overview',
  'alarms',
  'exposure',
  'budgets',
  'lookup',
  'switches',
  'feeds',
  'ledger',
];

let world: TestWorld;
let chromium: Chromium;
let sophie: StaffConsole;
let theo: StaffConsole;

beforeAll(async () => {
  // The command that verifies the ledger first of all: were it built in the middle, the pages would be built anew.
  const root = join(import.meta.dirname, '../..');
  for (const words of [
    ['bin/rempart.js', '--version'],
    ['scripts/build-web.js', 'console'],
  ]) {
    execFileSync(process.execPath, words, { cwd: root, stdio: 'pipe' });
  }
  if (LOOK) mkdirSync(LOOK, { recursive: true });
  [world, chromium] = await Promise.all([createTestWorld(), launchChromium()]);
  for (const amcNo of ['0999000101', '0999000102'] as const) await world.publish(amcNo, demoFeedLines(amcNo));
  sophie = await StaffConsole.open(chromium.browser, world.consoleUrl);
  theo = await StaffConsole.open(chromium.browser, world.consoleUrl, { language: 'en', theme: 'dark' });
}, 90_000);

afterAll(async () => {
  await chromium?.close();
  await world?.close();
});

const ask = () =>
  world.ask({
    evidence: {
      kind: 'member-number',
      memberNo: 'G00000000001',
      beneficiary: { nir: '185059912345607', birthDate: '19850517', birthRank: 1 },
    },
  });

const picture = async (who: StaffConsole, name: string) => {
  if (LOOK) await who.page.screenshot({ path: join(LOOK, `${name}.png`), fullPage: true });
};

describe('two persons', () => {
  it('register with a code, sign out and come back with the passkey alone', async () => {
    await picture(sophie, 'sign-in');
    await sophie.enrol(await codeFor(world, 'sophie'));
    await theo.enrol(await codeFor(world, 'theo'));
    await sophie.button('header.sign-out').click();
    await sophie.button('sign-in.button').waitFor();
    await sophie.signIn();
    expect(await sophie.page.locator('.standing h1').textContent()).toBe(sophie.text('standing.open'));
    expect(await theo.page.locator('.standing h1').textContent()).toBe('Everything is open.');
  });

  it('a code that was used says so, in words', async () => {
    const code = await codeFor(world, 'vera');
    const vera = await StaffConsole.open(chromium.browser, world.consoleUrl);
    await vera.enrol(code);
    const other = await StaffConsole.open(chromium.browser, world.consoleUrl);
    await other.page.locator('input[name=code]').fill(code);
    await other.button('enrol.button').click();
    await other.page.getByRole('alert').waitFor();
    expect(await other.page.getByRole('alert').textContent()).toContain('code-refused');
    expect([...vera.complaints, ...other.complaints]).toEqual([]);
    await vera.close();
    await other.close();
  });

  it('one closes a structure; it opens again when the other has signed too', async () => {
    expect((await ask()).status).toBe(200);
    await sophie.lookUp(STRUCTURE);
    expect(await sophie.button('act.open.label', { scope: `structure ${STRUCTURE}` }).isDisabled()).toBe(
      true,
    );
    await sophie.page.getByText(sophie.text('act.open.already')).waitFor();
    await sophie.button('act.closed.label', { scope: `structure ${STRUCTURE}` }).click();
    await sophie.page.getByRole('dialog').waitFor();
    await picture(sophie, 'close-dialog');
    expect(await axeFaults(sophie.page)).toEqual([]);
    await sophie.sign('Poste volé au comptoir');
    await sophie.page.getByText(sophie.text('act.closed.done')).waitFor();
    await sophie.button('app.close').click();
    await expect.poll(async () => (await ask()).status).toBe(503);

    await sophie.page
      .getByText(sophie.text('state.closed.because', { reason: 'Poste volé au comptoir' }))
      .waitFor();
    await sophie.button('act.open.label', { scope: `structure ${STRUCTURE}` }).click();
    await sophie.sign('Poste remplacé');
    await sophie.page.getByText(sophie.text('act.open.waiting')).waitFor();
    await sophie.button('app.close').click();
    await sophie.goTo('switches');
    await sophie.page.getByText(sophie.text('switches.mine')).waitFor();
    const second = (who: StaffConsole) =>
      who.button('switches.second.label', { scope: `structure ${STRUCTURE}` });
    expect(await second(sophie).isDisabled()).toBe(true);
    await picture(sophie, 'switches-first-person');
    expect(await axeFaults(sophie.page)).toEqual([]);

    await theo.goTo('switches');
    await picture(theo, 'switches-second-person');
    expect(await axeFaults(theo.page)).toEqual([]);
    expect((await ask()).status).toBe(503);
    await second(theo).click();
    await theo.page.getByText(theo.text('switches.done')).waitFor();
    await expect.poll(async () => (await ask()).status).toBe(200);
  });

  it('“verify now” shows what it found', async () => {
    await sophie.goTo('ledger');
    await sophie.button('ledger.verify').click();
    await sophie.page.locator('.banner.tone-yes').waitFor({ timeout: 60_000 });
    await picture(sophie, 'ledger-verified');
  }, 90_000);

  it('by keyboard alone: from the sign-in to the reason of a closing', async () => {
    await theo.button('header.sign-out').click();
    await theo.button('sign-in.button').waitFor();
    await theo.page.keyboard.press('Enter'); // the button has the focus
    await theo.heading('switches.title').waitFor(); // where it was
    await theo.page.locator('input[name=scope-id]').focus();
    await theo.page.keyboard.type('S-PHARMACIE-GARE');
    await theo.page.keyboard.press('Tab');
    await theo.page.keyboard.press('Enter');
    await theo.page.getByRole('dialog').waitFor();
    await theo.page.keyboard.press('Escape');
    await theo.page.getByRole('dialog').waitFor({ state: 'hidden' });
  });
});

describe('the guard', () => {
  it('says so when it has noticed nothing', async () => {
    await sophie.goTo('alarms');
    await sophie.heading('alarms.none').waitFor();
    await sophie.page.getByText(sophie.text('canaries.published')).waitFor();
    await picture(sophie, 'alarms-none');
    expect(await axeFaults(sophie.page)).toEqual([]);
  });

  it('what it noticed comes by itself, in words, and is counted in the frame and the overview', async () => {
    await insertAlarms(world.sql, Date.now());
    const sentence =
      '23 personnes nouvelles en 64 minutes ; une journée habituelle de ce compte en compte 6.';
    await sophie.page.getByText(sentence).waitFor();
    await sophie.goTo('overview');
    const told = sophie.text('standing.alarms', { count: 4 });
    await sophie.page.getByText(told).waitFor();
    await sophie.page.getByRole('link', { name: sophie.text('standing.alarms.link') }).click();
    await sophie.page.getByText(sentence).waitFor();
  });

  it('an alarm shows its curve, is reviewed, and its response ends with a reason and a signature', async () => {
    await sophie.openAlarm('strangers');
    await sophie.page.getByText(sophie.text('response.fresh-sign-in.means')).waitFor();
    await sophie.page.getByText(sophie.text('curve.threshold', { threshold: '22,4' })).waitFor();
    await picture(sophie, 'alarm-standing');
    await sophie.button('alarm.review').click();
    await sophie.page.getByText(/^Relue par sophie/).waitFor();
    await sophie.page.getByRole('button', { name: /^Lever la mesure : / }).click();
    await sophie.page.getByRole('dialog').waitFor();
    await picture(sophie, 'undo-dialog');
    expect(await axeFaults(sophie.page)).toEqual([]);
    await sophie.sign('Patiente 2 85 05 99 123 456 07');
    await sophie.page.getByText(sophie.text('problem.named-person')).waitFor();
    await sophie.sign('Inventaire, confirmé par téléphone');
    await sophie.page.getByText(sophie.text('undo.done')).waitFor();
    await sophie.button('app.close').click();
    await sophie.page.getByText(/^Levée le .* par sophie : Inventaire, confirmé par téléphone$/).waitFor();
    await picture(sophie, 'alarm-undone');
  });

  it('an alarm that is not there says so', async () => {
    await sophie.page.goto(`${world.consoleUrl}/alarms/1-pace`);
    await sophie.page.getByText('alarm-unknown').waitFor();
    await picture(sophie, 'alarm-unknown');
    expect(await axeFaults(sophie.page)).toEqual([]);
  });

  it('by keyboard alone: from the list to the reason of an undoing, and back', async () => {
    await theo.goTo('alarms');
    const first = theo.page.locator('.alarm-sentence').nth(1);
    await first.focus();
    await theo.page.keyboard.press('Enter');
    await theo.page.locator('.alarm-done').waitFor();
    const trigger = theo.page.getByRole('button', { name: /^Undo the response: / });
    for (let i = 0; i < 30 && !(await isFocused(trigger)); i += 1) await theo.page.keyboard.press('Tab');
    await theo.page.keyboard.press('Enter');
    await theo.page.getByRole('dialog').waitFor();
    await theo.page.keyboard.press('Escape');
    await theo.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => isFocused(trigger)).toBe(true);
  });

  it('what an account would be worth: from its look-up, and nothing for an id that is not there', async () => {
    await sophie.goTo('lookup');
    await sophie.lookUp(STRUCTURE);
    await sophie.page.getByRole('link', { name: sophie.text('exposure.link') }).click();
    await sophie.page.locator('.bounds').waitFor();
    await sophie.page.locator('input[name=id]').fill('nowhere');
    await sophie.button('exposure.button').click();
    await sophie.page.getByText('id-unknown').waitFor();
    await sophie.page.goBack();
    await sophie.page.locator('.bounds').waitFor();
  });
});

const isFocused = (target: Locator) =>
  target.evaluate((element) => element === element.ownerDocument.activeElement);

const LOOKS: Appearance[] = [
  { width: 320, height: 640, language: 'fr', theme: 'light' },
  { width: 320, height: 640, language: 'en', theme: 'dark' },
  { width: 1280, height: 800, language: 'fr', theme: 'light' },
  { width: 1440, height: 900, language: 'en', theme: 'light' },
  { width: 1440, height: 900, language: 'fr', theme: 'dark' },
];

describe('payments', () => {
  it('say on the overview that a run waits for its second signature, and which transfers nobody has seen', async () => {
    await insertPaymentTrouble(world.sql);
    await sophie.goTo('overview');
    await sophie.page.getByText(sophie.text('payments.run.second', { run: UNSIGNED_RUN })).waitFor();
    await sophie.page.getByText(LATE_ADVICES.join(', ')).waitFor();
    await picture(sophie, 'overview-payments');
    expect(await axeFaults(sophie.page)).toEqual([]);
    await theo.goTo('overview');
    await theo.page.getByText(theo.text('payments.title')).waitFor();
    await theo.page.setViewportSize({ width: 320, height: 640 });
    expect(await sidewaysOverflow(theo.page)).toBeLessThanOrEqual(0);
    await picture(theo, 'overview-payments-320-en-dark');
    await theo.page.setViewportSize({ width: 1280, height: 800 });
    await removePayments(world.sql);
    await sophie.page.getByText(sophie.text('payments.title')).waitFor({ state: 'hidden' });
  });
});

describe('every screen', () => {
  it.each(LOOKS)(
    'at $width px, $language, $theme: axe and CSP find nothing, nothing sticks out',
    async (look) => {
      const one = await StaffConsole.open(chromium.browser, world.consoleUrl, look);
      const { width, language, theme } = look;
      const check = async (name: string) => {
        await one.page.locator('h1').first().waitFor(); // on a busy machine the screen may still be coming
        await picture(one, `${name}-${width}-${language}-${theme}`);
        expect([name, await sidewaysOverflow(one.page)]).toEqual([name, 0]);
        expect([name, await axeFaults(one.page)]).toEqual([name, []]);
      };
      await check('sign-in');
      await one.enrol(await codeFor(world, `look-${width}-${language}`));
      for (const section of SECTIONS) {
        await one.goTo(section);
        if (section === 'alarms') await one.page.locator('.alarms').waitFor();
        if (section === 'budgets') await one.page.locator('.limits').first().waitFor();
        if (section === 'lookup') await one.lookUp(STRUCTURE);
        if (section === 'exposure') await one.weigh('claire');
        await check(section);
      }
      await one.openAlarm('misses');
      await check('alarm');
      await one.goTo('budgets');
      await one.page.locator('.budget-group summary').nth(1).click();
      await check('budgets-open');
      await one.goTo('overview');
      await one.page.getByText(one.text('chart.values')).first().click();
      await check('overview-values');
      expect(one.complaints).toEqual([]);
      await one.close();
    },
  );

  it('reads at 200 % zoom: 640 px wide, nothing sticks out', async () => {
    await sophie.page.setViewportSize({ width: 640, height: 400 });
    for (const section of SECTIONS) {
      await sophie.goTo(section);
      expect([section, await sidewaysOverflow(sophie.page)]).toEqual([section, 0]);
    }
  });

  it('has broken no rule of the CSP and reported no error', () => {
    expect([...sophie.complaints, ...theo.complaints]).toEqual([]);
    expect(world.internalErrors).toEqual([]);
  });
});
