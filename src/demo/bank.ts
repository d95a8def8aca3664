// A bank for the demo and for tests: takes files of transfers and gives statements of the account they were paid from.

import { all, at, element, escaped, leaf, readXml, textAt } from '../operator/settlement/payments/xml.ts';

export type Booked = {
  /** Negative: it left the account. */
  cents: number;
  reference: string | null;
  day?: string;
  /** Whom the bank names; nothing of it may be kept. */
  name?: string;
};

type Wanted = {
  iban: string;
  lines: readonly Booked[];
  id?: string;
  version?: '02' | '08';
  openingCents?: number;
  /** Lines of one entry each, or all in one. */
  batched?: boolean;
};

const euros = (cents: number) =>
  `${Math.floor(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
const amount = (cents: number) =>
  `<Amt Ccy="EUR">${euros(cents)}</Amt>${leaf('CdtDbtInd', cents < 0 ? 'DBIT' : 'CRDT')}`;
const sum = (lines: readonly Booked[]) => lines.reduce((total, { cents }) => total + cents, 0);

export function statementOf(wanted: Wanted): string {
  const { iban, lines, id = 'STMT-1', version = '08', openingCents = 100_000_000, batched = false } = wanted;
  const balance = (code: string, cents: number) =>
    element(
      'Bal',
      element('Tp', element('CdOrPrtry', leaf('Cd', code))),
      amount(cents),
      element('Dt', leaf('Dt', '2026-12-01')),
    );
  const entries = batched ? [lines] : lines.map((line) => [line]);
  const statement = element(
    'Stmt',
    leaf('Id', id),
    element('Acct', element('Id', leaf('IBAN', iban))),
    balance('OPBD', openingCents),
    balance('CLBD', openingCents + sum(lines)),
    element('TxsSummry', element('TtlNtries', leaf('NbOfNtries', String(entries.length)))),
    ...entries.map((inside) => entry(inside, version)),
  );
  const message = element('BkToCstmrStmt', element('GrpHdr', leaf('MsgId', 'B')), statement);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">${message}</Document>`;
}

function entry(inside: readonly Booked[], version: '02' | '08'): string {
  const status = version === '02' ? leaf('Sts', 'BOOK') : element('Sts', leaf('Cd', 'BOOK'));
  const details = inside.map(({ cents, reference, name = 'Bénéficiaire & Fils' }) =>
    element(
      'TxDtls',
      element('Refs', reference === null ? '' : leaf('EndToEndId', reference)),
      version === '02'
        ? element('AmtDtls', element('TxAmt', `<Amt Ccy="EUR">${euros(cents)}</Amt>`))
        : amount(cents),
      element(
        'RltdPties',
        `<Cdtr>${version === '02' ? leaf('Nm', name) : element('Pty', leaf('Nm', name))}</Cdtr>`,
      ),
    ),
  );
  const day = inside[0]?.day ?? '2026-12-01';
  return element(
    'Ntry',
    amount(sum(inside)),
    status,
    element('BookgDt', leaf('Dt', escaped(day))),
    element('NtryDtls', ...details),
  );
}

/** What the bank books when it executes a file. */
export function executed(file: string, day = '2026-12-01'): { iban: string; lines: Booked[] } {
  const payment = at(readXml(file), 'CstmrCdtTrfInitn', 'PmtInf');
  return {
    iban: textAt(payment, 'DbtrAcct', 'Id', 'IBAN'),
    lines: all(payment, 'CdtTrfTxInf').map((one) => ({
      cents: -Number(textAt(one, 'Amt', 'InstdAmt').replace('.', '')),
      reference: textAt(one, 'PmtId', 'EndToEndId'),
      day,
    })),
  };
}
