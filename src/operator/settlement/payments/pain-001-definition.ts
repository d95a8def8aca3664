// PURE. The elements of pain.001.001.09 that we use, by the public message definition of ISO 20022, narrowed to what the
// SEPA credit transfer rules allow (euro, letters, names of 70). Every file is held against it before it leaves; that a
// bank takes it is for the bank to say.

import { isIban } from '../../../core/iban.ts';
import { isCareDate } from '../../../core/period.ts';
import { departures, type ElementRule, type LeafRule, many, maybe, one } from './message-definition.ts';
import { PAIN_001 } from './pain-001.ts';
import { SEPA_TEXT } from './sepa-text.ts';
import { all, at, readXml, textAt, type XmlElement } from './xml.ts';

const text = (most: number): LeafRule => ({ pattern: SEPA_TEXT, most });
/** References: neither begin nor end with a slash, nor hold two in a row. */
const reference: LeafRule = { pattern: /^(?!\/)(?!.*\/\/)(?!.*\/$)[a-zA-Z0-9/\-?:().,'+ ]+$/, most: 35 };
const code = (...codes: readonly string[]): LeafRule => ({ pattern: new RegExp(`^(?:${codes.join('|')})$`) });
const count: LeafRule = { pattern: /^[0-9]{1,15}$/ };
const sum: LeafRule = { pattern: /^[0-9]{1,15}\.[0-9]{2}$/ };
const day: LeafRule = { pattern: /^\d{4}-\d\d-\d\d$/, holds: isCareDate };
const instant: LeafRule = { pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/, holds: isInstant };
const bic: LeafRule = { pattern: /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?$/ };
const iban: LeafRule = { pattern: /^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$/, holds: isIban };
const amount: LeafRule = {
  pattern: /^[0-9]{1,9}\.[0-9]{2}$/,
  attributes: { Ccy: /^EUR$/ },
  holds: (euros) => Number(euros) >= 0.01,
};

const party = [one('Nm', text(70))];
const account = [one('Id', [one('IBAN', iban)])];
const bank = [one('FinInstnId', [one('BICFI', bic)])];
const debtorsBank = [
  one('FinInstnId', [maybe('BICFI', bic), maybe('Othr', [one('Id', code('NOTPROVIDED'))])]),
];

const TRANSFER: ElementRule = many('CdtTrfTxInf', [
  one('PmtId', [one('EndToEndId', reference)]),
  one('Amt', [one('InstdAmt', amount)]),
  maybe('CdtrAgt', bank),
  one('Cdtr', party),
  one('CdtrAcct', account),
  one('RmtInf', [one('Ustrd', text(140))]),
]);

export const TRANSFER_ORDER: ElementRule = one('Document', [
  one('CstmrCdtTrfInitn', [
    one('GrpHdr', [
      one('MsgId', reference),
      one('CreDtTm', instant),
      one('NbOfTxs', count),
      one('CtrlSum', sum),
      one('InitgPty', party),
    ]),
    one('PmtInf', [
      one('PmtInfId', reference),
      one('PmtMtd', code('TRF')),
      one('BtchBookg', code('true', 'false')),
      one('NbOfTxs', count),
      one('CtrlSum', sum),
      one('PmtTpInf', [one('SvcLvl', [one('Cd', code('SEPA'))])]),
      one('ReqdExctnDt', [one('Dt', day)]),
      one('Dbtr', party),
      one('DbtrAcct', account),
      one('DbtrAgt', debtorsBank),
      one('ChrgBr', code('SLEV')),
      TRANSFER,
    ]),
  ]),
]);

/** What is wrong with the file, values left out; empty when nothing is. Throws XmlRefused for what is no XML. */
export function problemsOfTransferOrder(file: string): string[] {
  const document = readXml(file);
  const found = departures(document, TRANSFER_ORDER, PAIN_001);
  return found.length > 0 ? found : problemsOfSums(document);
}

/** What each element alone cannot show: counts, sums, references that must differ, one way to name the bank. */
function problemsOfSums(document: XmlElement): string[] {
  const initiation = at(document, 'CstmrCdtTrfInitn');
  const payment = at(initiation, 'PmtInf');
  const transfers = all(payment, 'CdtTrfTxInf');
  const cents = transfers.reduce(
    (total, transfer) => total + centsOf(textAt(transfer, 'Amt', 'InstdAmt')),
    0,
  );
  const references = new Set(transfers.map((transfer) => textAt(transfer, 'PmtId', 'EndToEndId')));
  const found = references.size === transfers.length ? [] : ['EndToEndId: twice the same'];
  for (const part of [at(initiation, 'GrpHdr'), payment]) {
    if (Number(textAt(part, 'NbOfTxs')) !== transfers.length)
      found.push(`${part?.name}/NbOfTxs: another count`);
    if (centsOf(textAt(part, 'CtrlSum')) !== cents) found.push(`${part?.name}/CtrlSum: another sum`);
  }
  if (at(payment, 'DbtrAgt', 'FinInstnId')?.children.length !== 1)
    found.push('DbtrAgt: not named in one way');
  return found;
}

/** 12.34 -> 1234, without a fraction in between. */
export function centsOf(euros: string): number {
  return Number(euros.replace('.', ''));
}

function isInstant(iso: string): boolean {
  return !Number.isNaN(Date.parse(iso));
}
