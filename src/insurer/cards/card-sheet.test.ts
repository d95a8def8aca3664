// Printed cards: rendered as a PDF reader shows them, photographed at an angle with noise, read again and verified. Every
// card there can be fits on the sheet, and says the five fields also when they are empty.

import { describe, expect, it } from 'vitest';
import { leaveToLook, pdfPages } from '../../../test/support/pdf-pages.ts';
import {
  contrast,
  gaussian,
  lit,
  type Picture,
  pngFile,
  rowsOf,
  saltAndPepper,
  settled,
  shrunk,
  tilted,
  turned,
} from '../../../test/support/pictures.ts';
import vectors from '../../../test/vectors/cards.json' with { type: 'json' };
import type { CareDate } from '../../core/period.ts';
import { parseTrustList, type TrustList } from '../../core/trust-list.ts';
import { type Moment, verifyCard } from '../../crypto/card-signature.ts';
import { findCardInPicture } from '../../symbols/read-picture.ts';
import { cardsPdf } from './card-sheet.ts';
import { winAnsi } from './paper.ts';
import {
  type Holder,
  type Issuer,
  type PrintedCard,
  printedCard,
  wrongHolderMember,
} from './printed-card.ts';

const cardNamed = (name: string): Uint8Array =>
  new Uint8Array(Buffer.from(vectors.vectors.find((one) => one.name === name)?.card ?? '', 'base64url'));

const ISSUER: Issuer = {
  name: 'Mutuelle des Tilleuls',
  phone: '09 99 00 01 01',
  rules: { R1: '100 %', R2: 'PEC' },
};
const CLAIRE: Holder = { name: 'Françoise MOREL-ŒUVRARD', memberNo: 'TIL00012345', responsible: true };

function sheet(name: string, holder = CLAIRE, issuer = ISSUER): PrintedCard {
  const card = printedCard(cardNamed(name), holder, issuer);
  if (!card) throw new Error(`${name} is no card`);
  return card;
}

async function printed(...cards: PrintedCard[]) {
  return pdfPages(await cardsPdf(ISSUER, cards), 150);
}

const NOON: Moment = { at: Date.parse('2026-11-22T11:00:00Z') / 1000, day: '2026-11-22' as CareDate };
const TRUST = parseTrustList(vectors.trust) as TrustList;

async function expectVerified(picture: Picture, name: string) {
  const found = await findCardInPicture(pngFile(picture));
  if (!found.ok) throw new Error(found.reason);
  expect(Buffer.from(found.card).toString('hex')).toBe(Buffer.from(cardNamed(name)).toString('hex'));
  const verdict = verifyCard(found.card, TRUST, NOON);
  expect(verdict.valid).toBe(true);
}

/** The middle third of the sheet, as a printer of 200 dpi made it. */
async function foldedCard(name: string): Promise<Picture> {
  const [page] = await pdfPages(await cardsPdf(ISSUER, [sheet(name)]), 200);
  if (!page) throw new Error('no page');
  const third = Math.floor(page.picture.height / 3);
  return rowsOf(page.picture, { top: third, height: third });
}

describe('a printed card', () => {
  it('says the five fields, the holder and what is paid, in words of the counter', async () => {
    const [page] = await printed(sheet('standard'));
    const text = page?.text.replaceAll(/\s+/g, ' ') ?? '';
    for (const part of [
      ...['Période de validité', 'N° AMC', 'Type de convention', 'CSR', 'N° adhérent'],
      ...['du 01/11/2026 au 31/10/2027', '0999000101', 'RP', '750100200', 'TIL00012345'],
      ...['Françoise MOREL-ŒUVRARD', '14/06/1979', 'contrat responsable', 'PHAR 100 %', 'AUXM PEC'],
      'Le code ne se lit pas ?',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/\bR contrat responsable/);
  });

  it('has every label when there is nothing to fill in, and no R for a contract that is not responsible', async () => {
    const [page] = await printed(sheet('csr-absent', { name: 'A', memberNo: null, responsible: false }));
    for (const label of ['N° AMC', 'Type de convention', 'CSR', 'N° adhérent'])
      expect(page?.text).toContain(label);
    expect(page?.text.split('Le code ne se lit pas')[0]).not.toContain('contrat responsable');
  });

  it('is a page of its own for each of a run', async () => {
    const pages = await printed(sheet('standard'), sheet('one-domain'), sheet('longest'));
    expect(pages).toHaveLength(3);
  });

  it.each(['standard', 'one-domain', 'longest'])('%s: its code is read off the whole sheet', async (name) => {
    const [page] = await printed(sheet(name));
    if (!page) throw new Error('no page');
    leaveToLook(`card-${name}`, page.picture);
    const found = await findCardInPicture(pngFile(page.picture));
    expect(found.ok && Buffer.from(found.card).equals(cardNamed(name))).toBe(true);
  });

  describe.each([
    ['turned by 7°, seen from the left', 7, { x: 0.25, y: 0 }],
    ['turned by 33°, seen from below', 33, { x: 0, y: 0.3 }],
    ['turned by 101°, seen from a corner', 101, { x: -0.2, y: 0.2 }],
    ['upside down, seen from the right', 180, { x: -0.3, y: 0.1 }],
  ])('photographed %s', (_how, degrees, depth) => {
    it.each(['standard', 'one-domain'])(
      'with noise and uneven light, is read and verified: %s',
      async (name) => {
        const seen = settled(tilted(settled(turned(await foldedCard(name), degrees)), depth));
        const dim = lit(contrast(settled(shrunk(seen, 0.7)), 40, 215), 0.6);
        const photo = saltAndPepper(gaussian(dim, 12, 7), 0.005, 11);
        leaveToLook(`photo-${degrees}-${name}`, photo);
        await expectVerified(photo, name);
      },
    );
  });
});

describe('what is printed', () => {
  it('of a name that the faces lack letters for, is the nearest', () => {
    expect(winAnsi('Łukasz Đorđević, Şükrü, Çelik, Ơ, L’Haÿ – 50 €')).toBe(
      'Lukasz Dordevic, Sükrü, Çelik, O, L’Haÿ – 50 €',
    );
    expect(winAnsi('山田')).toBe('??');
    expect(winAnsi('e\u0301')).toBe('é');
  });

  it('of a very long name and very long rules, stays within its field', async () => {
    const rules = Object.fromEntries(['R1', 'R2'].map((rule) => [rule, 'W'.repeat(20)]));
    const long = { name: 'W'.repeat(60), memberNo: 'W'.repeat(20), responsible: true };
    const issuer = { name: 'W'.repeat(60), phone: 'W'.repeat(60), rules };
    const [page] = await pdfPages(await cardsPdf(issuer, [sheet('longest', long, issuer)]), 150);
    if (!page) throw new Error('no page');
    const { picture } = page;
    // The margin at the right, and around the code, is white all the way down.
    const margin = (fromMm: number, toMm: number) => {
      const dots = (mm: number) => Math.round((mm / 25.4) * 150);
      for (let y = 0; y < picture.height; y += 1) {
        if (Math.abs(y - dots(99)) < 3 || Math.abs(y - dots(198)) < 3) continue; // where it is folded
        for (let x = dots(fromMm); x < dots(toMm); x += 1) if (picture.at(x, y) < 200) return y;
      }
      return null;
    };
    expect(margin(198.6, 210)).toBeNull();
    expect(margin(0, 11.4)).toBeNull();
    await expect(findCardInPicture(pngFile(picture))).resolves.toMatchObject({ ok: true });
  });

  it('is nothing for bytes that are no card', () => {
    expect(printedCard(new Uint8Array([1, 2, 3]), CLAIRE, ISSUER)).toBeNull();
  });

  const line = { ref: 'AAAAAAAAAAAAAAAAAAAAAA', ...CLAIRE };
  it.each([
    [line, null],
    [{ ...line, memberNo: null }, null],
    [{ ...line, ref: 'A' }, 'ref'],
    [{ ...line, name: '' }, 'name'],
    [{ ...line, name: 'x'.repeat(61) }, 'name'],
    [{ ...line, name: '1 79 05 99 123 456 07' }, 'name'],
    [{ ...line, name: 'a\nb' }, 'name'],
    [{ ...line, memberNo: 'til' }, 'memberNo'],
    [{ ...line, responsible: 'yes' }, 'responsible'],
    [{ ...line, nir: '1790599123456' }, 'nir'],
  ])('of a holder %j: wrong is %s', (value, wrong) => {
    expect(wrongHolderMember(value)).toBe(wrong);
  });
});
