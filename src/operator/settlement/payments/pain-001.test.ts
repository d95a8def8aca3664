// Transfer files as they are written, and every rule of the message definition failing once.

import { describe, expect, it } from 'vitest';
import { type TransferOrder, writeTransferOrder } from './pain-001.ts';
import { problemsOfTransferOrder } from './pain-001-definition.ts';
import { sepaText } from './sepa-text.ts';
import { XmlRefused } from './xml.ts';

/** Published examples of the registers of account numbers: nobody's. */
const IBAN = 'FR7630006000011234567890189';
const OTHER_IBAN = 'DE89370400440532013000';

const ORDER: TransferOrder = {
  id: 'PAY-20261201-1-I1',
  createdAt: '2026-12-01T02:00:00.000Z',
  executeOn: '2026-12-01',
  debtor: { name: 'Mutuelle des Tilleuls', iban: IBAN, bic: 'REMPFRPPXXX' },
  transfers: [
    {
      advice: 'PAY-20261201-1-0000001',
      cents: 123_456,
      creditor: { name: 'Pharmacie des Halles', iban: OTHER_IBAN, bic: null },
    },
    {
      advice: 'PAY-20261201-1-0000002',
      cents: 1,
      creditor: { name: 'Optique', iban: IBAN, bic: 'COBADEFF' },
    },
  ],
};
const FILE = writeTransferOrder(ORDER);
const named = (name: string) =>
  writeTransferOrder({
    ...ORDER,
    transfers: [{ advice: 'A', cents: 100, creditor: { name, iban: IBAN, bic: null } }],
  });

describe('a credit transfer initiation', () => {
  it('is written with sums, counts and references, and passes its own check', () => {
    expect(problemsOfTransferOrder(FILE)).toEqual([]);
    expect(FILE).toContain('<NbOfTxs>2</NbOfTxs><CtrlSum>1234.57</CtrlSum>');
    expect(FILE).toContain(
      '<EndToEndId>PAY-20261201-1-0000002</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">0.01<',
    );
    expect(FILE).toContain('<Ustrd>PAY-20261201-1-0000001</Ustrd>');
  });

  it('has the same bytes for the same rows', () => {
    expect(writeTransferOrder(structuredClone(ORDER))).toBe(FILE);
  });

  it('names the debtor’s bank by the account when its code is not known', () => {
    const file = writeTransferOrder({ ...ORDER, debtor: { ...ORDER.debtor, bic: null } });
    expect(file).toContain('<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>');
    expect(problemsOfTransferOrder(file)).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])('never writes an amount of %s cents', (cents) => {
    const transfers = ORDER.transfers.map((transfer) => ({ ...transfer, cents }));
    expect(() => writeTransferOrder({ ...ORDER, transfers })).toThrow(RangeError);
  });

  it('lets no name become an element, an entity or a second transfer', () => {
    const name = '</Nm></Cdtr><CdtrAcct><Id><IBAN>DE89</IBAN>';
    const file = named(`${name}&lt;!DOCTYPE x [<!ENTITY e "e">]>]]>`);
    expect(problemsOfTransferOrder(file)).toEqual([]);
    expect(file.match(/<CdtrAcct>/g)).toHaveLength(1);
    expect(file).not.toContain('DOCTYPE x [<');
    expect(file).not.toContain('&lt;');
  });
});

describe('letters of a bank', () => {
  it.each([
    ['Pharmacie du Cœur', 'Pharmacie du Coeur'],
    ['Éloïse & Frères — Garçon', 'Eloise + Freres - Garcon'],
    ["L’Œil d'Or_2", "L'OEil d'Or-2"],
    ['  deux   espaces\n', 'deux espaces'],
    ['日本', '..'],
    ['', '.'],
    ['<b>', '.b.'],
  ])('“%s” is written “%s”', (name, expected) => {
    expect(sepaText(name, 70)).toBe(expected);
  });

  it('are cut at the length that fits, without a space at the end', () => {
    expect(sepaText(`${'a'.repeat(69)} b`, 70)).toBe('a'.repeat(69));
    expect(problemsOfTransferOrder(named('x'.repeat(200)))).toEqual([]);
  });
});

describe('every rule of the message definition can fail', () => {
  const swap = (from: string | RegExp, to: string) => () => FILE.replace(from, to);
  it.each([
    ['another message', swap('pain.001.001.09', 'pain.001.001.03'), 'of another message'],
    ['an element left out', swap(/<CtrlSum>.*?<\/CtrlSum>/, ''), 'GrpHdr/CtrlSum: 0 times'],
    [
      'an element twice',
      swap('<ChrgBr>SLEV</ChrgBr>', '<ChrgBr>SLEV</ChrgBr><ChrgBr>SLEV</ChrgBr>'),
      'ChrgBr: 2 times',
    ],
    [
      'another order',
      swap(/(<MsgId>.*?<\/MsgId>)(<CreDtTm>.*?<\/CreDtTm>)/, '$2$1'),
      'GrpHdr/MsgId: 0 times',
    ],
    [
      'an element that has no place',
      swap('<InitgPty>', '<Authstn><Cd>AUTH</Cd></Authstn><InitgPty>'),
      'Authstn',
    ],
    ['an empty element', swap(/<MsgId>.*?</, '<MsgId><'), 'MsgId: not of the form'],
    ['a reference of 36', swap(/<MsgId>.*?</, `<MsgId>${'1'.repeat(36)}<`), 'MsgId: too long'],
    ['a reference with //', swap(/<MsgId>.*?</, '<MsgId>a//b<'), 'MsgId: not of the form'],
    [
      'a reference with an end of /',
      swap(/<EndToEndId>.*?</, '<EndToEndId>a/<'),
      'EndToEndId: not of the form',
    ],
    ['a time without zone', swap('02:00:00.000Z', '02:00:00'), 'CreDtTm: not of the form'],
    ['an hour that is none', swap('02:00:00.000Z', '25:00:00.000Z'), 'CreDtTm: not valid'],
    ['a day that is none', swap('<Dt>2026-12-01<', '<Dt>2026-02-30<'), 'ReqdExctnDt/Dt: not valid'],
    ['a code outside the list', swap('>TRF<', '>CHK<'), 'PmtMtd: not of the form'],
    ['another service level', swap('>SEPA<', '>URGP<'), 'SvcLvl/Cd: not of the form'],
    ['other charges', swap('>SLEV<', '>DEBT<'), 'ChrgBr: not of the form'],
    ['a booking that is no truth value', swap('>false<', '>no<'), 'BtchBookg: not of the form'],
    ['letters a bank refuses', swap('Mutuelle des', 'Mutuelle d€s'), 'InitgPty/Nm: not of the form'],
    ['a name of 71', swap('Optique', 'x'.repeat(71)), 'Cdtr/Nm: too long'],
    ['an account whose key is wrong', swap(IBAN, IBAN.replace('FR76', 'FR77')), 'IBAN: not valid'],
    ['an account of another form', swap(IBAN, 'FR76 3000'), 'IBAN: not of the form'],
    ['a bank code of 9', swap('REMPFRPPXXX', 'REMPFRPPX'), 'BICFI: not of the form'],
    ['another currency', swap('Ccy="EUR"', 'Ccy="CHF"'), 'InstdAmt@Ccy'],
    ['no currency', swap(' Ccy="EUR"', ''), 'InstdAmt@Ccy'],
    ['an attribute more', swap('Ccy="EUR"', 'Ccy="EUR" x="1"'), 'InstdAmt@x'],
    ['an attribute on a group', swap('<PmtInf>', '<PmtInf x="1">'), 'PmtInf: attributes'],
    ['three decimals', swap('>0.01<', '>0.010<'), 'InstdAmt: not of the form'],
    ['no decimals', swap('>0.01<', '>1<'), 'InstdAmt: not of the form'],
    ['an amount of zero', swap('>0.01<', '>0.00<'), 'InstdAmt: not valid'],
    ['an amount of ten digits', swap('>0.01<', '>1000000000.00<'), 'InstdAmt: not of the form'],
    ['a wrong count', swap('<NbOfTxs>2<', '<NbOfTxs>3<'), 'GrpHdr/NbOfTxs: another count'],
    ['a wrong sum', swap('<CtrlSum>1234.57<', '<CtrlSum>1234.58<'), 'GrpHdr/CtrlSum: another sum'],
    ['a wrong amount', swap('>0.01<', '>0.02<'), 'PmtInf/CtrlSum: another sum'],
    ['a reference twice', swap('-0000002</End', '-0000001</End'), 'EndToEndId: twice the same'],
    ['text between elements', swap('<Cdtr>', '<Cdtr>pay '), null],
    ['an element in a text', swap('>TRF<', '><b>TRF</b><'), 'PmtMtd: elements where'],
    [
      'text instead of elements',
      swap(/<Cdtr>.*?<\/Cdtr>/, '<Cdtr>Optique</Cdtr>'),
      'Cdtr: text where elements',
    ],
    [
      'a bank named in two ways',
      swap(
        '</BICFI></FinInstnId></DbtrAgt>',
        '</BICFI><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>',
      ),
      'DbtrAgt: not named in one way',
    ],
    ['no transfer at all', swap(/<CdtTrfTxInf>.*<\/CdtTrfTxInf>/s, ''), 'CdtTrfTxInf: 0 times'],
  ] as const)('%s', (_, broken, expected) => {
    const file = broken();
    expect(file).not.toBe(FILE);
    if (expected === null) expect(() => problemsOfTransferOrder(file)).toThrow(XmlRefused);
    else expect(problemsOfTransferOrder(file).join('\n')).toContain(expected);
  });

  it.each([
    ['a document type', FILE.replace('<Document', '<!DOCTYPE Document><Document')],
    ['an entity nobody declared', FILE.replace('Optique', '&x;')],
    ['an element that does not end', FILE.slice(0, -20)],
    ['nothing', ''],
  ])('%s is no file at all', (_, file) => {
    expect(() => problemsOfTransferOrder(file)).toThrow(XmlRefused);
  });
});
