// PURE. A credit transfer initiation as SEPA banks take it (ISO 20022, pain.001.001.09): the same rows give the same bytes.
// What is written here is checked against pain-001-definition.ts before it leaves; it must never hold an insured person.

import { sepaText } from './sepa-text.ts';
import { element, escaped, leaf } from './xml.ts';

export const PAIN_001 = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';

export type Party = { name: string; iban: string; bic: string | null };

export type Transfer = {
  /** Carried through to both accounts' statements: at most 35 characters. */
  advice: string;
  cents: number;
  creditor: Party;
};

/** One debtor, one account, one day. */
export type TransferOrder = {
  /** Names this file for ever: a bank refuses a second one of that name. At most 35 characters. */
  id: string;
  /** RFC 3339, UTC. */
  createdAt: string;
  /** YYYY-MM-DD. */
  executeOn: string;
  debtor: Party;
  transfers: readonly Transfer[];
};

const NAME_LENGTH = 70;

/** Throws RangeError for an amount that is no whole number of cents above 0. */
export function writeTransferOrder(order: TransferOrder): string {
  const { id, createdAt, debtor, transfers } = order;
  const sums = [
    leaf('NbOfTxs', String(transfers.length)),
    leaf('CtrlSum', decimal(transfers.reduce((sum, { cents }) => sum + cents, 0))),
  ].join('');
  const header = element(
    'GrpHdr',
    leaf('MsgId', id),
    leaf('CreDtTm', createdAt),
    sums,
    element('InitgPty', name(debtor)),
  );
  const initiation = element('CstmrCdtTrfInitn', header, '\n', payment(order, sums));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="${PAIN_001}">${initiation}</Document>\n`;
}

function payment({ id, executeOn, debtor, transfers }: TransferOrder, sums: string): string {
  return element(
    'PmtInf',
    leaf('PmtInfId', id),
    leaf('PmtMtd', 'TRF'),
    leaf('BtchBookg', 'false'), // so that each transfer is a line of the statement
    sums,
    element('PmtTpInf', element('SvcLvl', leaf('Cd', 'SEPA'))),
    element('ReqdExctnDt', leaf('Dt', executeOn)),
    element('Dbtr', name(debtor)),
    account('DbtrAcct', debtor),
    // The debtor's bank may not be left out; without its code it is found by the account.
    agent('DbtrAgt', debtor) ||
      element('DbtrAgt', element('FinInstnId', element('Othr', leaf('Id', 'NOTPROVIDED')))),
    leaf('ChrgBr', 'SLEV'),
    '\n',
    ...transfers.map(transfer),
  );
}

function transfer({ advice, cents, creditor }: Transfer): string {
  const amount = `<InstdAmt Ccy="EUR">${escaped(decimal(cents))}</InstdAmt>`;
  const written = element(
    'CdtTrfTxInf',
    element('PmtId', leaf('EndToEndId', advice)),
    element('Amt', amount),
    agent('CdtrAgt', creditor),
    element('Cdtr', name(creditor)),
    account('CdtrAcct', creditor),
    element('RmtInf', leaf('Ustrd', sepaText(advice, 140))),
  );
  return `${written}\n`;
}

const name = (party: Party) => leaf('Nm', sepaText(party.name, NAME_LENGTH));
const account = (tag: string, { iban }: Party) => element(tag, element('Id', leaf('IBAN', iban)));
const agent = (tag: string, { bic }: Party) =>
  bic === null ? '' : element(tag, element('FinInstnId', leaf('BICFI', bic)));

/** 1234 -> 12.34 */
export function decimal(cents: number): string {
  if (!Number.isSafeInteger(cents) || cents <= 0)
    throw new RangeError('an amount is a number of cents above 0');
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
