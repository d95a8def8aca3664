// Statements read, refused and booked; transfers matched, returned, of another amount, late.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  addClaims,
  createPaymentWorld,
  DEBTOR_IBANS,
  filesIn,
  type PaymentWorld,
} from '../../../../test/support/payment-world.ts';
import { tempDir } from '../../../../test/support/temp-dir.ts';
import { type Booked, executed, statementOf } from '../../../demo/bank.ts';
import { importStatements } from './import-statement.ts';
import { noteLate } from './late-store-sql.ts';
import { readStatements, StatementRefused } from './statement.ts';
import { sqlStatementStore } from './statement-store-sql.ts';

const IBAN = DEBTOR_IBANS[0] ?? '';
const LINES: readonly Booked[] = [
  { cents: -12_345, reference: 'PAY-20261201-1-0000001' },
  { cents: 500, reference: null },
];
const FILE = statementOf({ iban: IBAN, lines: LINES });

function codeOf(file: string): string {
  try {
    readStatements(file);
    return 'read';
  } catch (error) {
    if (error instanceof StatementRefused) return error.code;
    throw error;
  }
}

describe('a statement', () => {
  it.each([['02'], ['08']] as const)('of version %s is read, one line per transfer', (version) => {
    const lines = LINES.map(({ cents, reference }) => ({ cents, reference, bookedOn: '2026-12-01' }));
    const read = { id: 'STMT-1', iban: IBAN, openingCents: 100_000_000, closingCents: 99_988_155, lines };
    expect(readStatements(statementOf({ iban: IBAN, lines: LINES, version }))).toEqual([read]);
  });

  it('that books many transfers in one entry is read line by line', () => {
    const debits = [LINES[0], { cents: -1, reference: 'PAY-20261201-1-0000002' }] as Booked[];
    const [read] = readStatements(statementOf({ iban: IBAN, lines: debits, batched: true }));
    expect(read?.lines.map(({ cents }) => cents)).toEqual([-12_345, -1]);
  });

  it('without details, with a time and with amounts of no decimals is read too', () => {
    const file = FILE.replace(/<NtryDtls>.*?<\/NtryDtls>/, '')
      .replace('<BookgDt><Dt>2026-12-01</Dt>', '<BookgDt><DtTm>2026-12-01T10:00:00</DtTm>')
      .replaceAll('>5.00<', '>5<');
    expect(readStatements(file)[0]?.lines).toEqual([
      { cents: -12_345, reference: null, bookedOn: '2026-12-01' },
      { cents: 500, reference: null, bookedOn: '2026-12-01' },
    ]);
  });

  it('leaves out what is only announced', () => {
    const pending =
      '<Ntry><Amt Ccy="EUR">9.99</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>';
    expect(readStatements(FILE.replace('</Stmt>', `${pending}</Stmt>`))[0]?.lines).toHaveLength(2);
  });

  it.each([
    ['no XML', 'hello', 'statement-not-xml'],
    ['half a file', FILE.slice(0, 900), 'statement-not-xml'],
    [
      'a document type',
      FILE.replace('<Document', '<!DOCTYPE d [<!ENTITY a "b">]><Document'),
      'statement-not-xml',
    ],
    ['an entity of its own', FILE.replace('STMT-1', '&a;'), 'statement-not-xml'],
    ['deep nesting', FILE.replace('STMT-1', `${'<a>'.repeat(50)}${'</a>'.repeat(50)}`), 'statement-not-xml'],
    ['another message', FILE.replace('camt.053.001.08', 'camt.054.001.08'), 'statement-other-message'],
    ['another version', FILE.replace('camt.053.001.08', 'camt.053.001.06'), 'statement-other-message'],
    ['no statement', FILE.replace(/<Stmt>.*<\/Stmt>/, ''), 'statement-malformed'],
    ['no account', FILE.replace(/<IBAN>.*?<\/IBAN>/, ''), 'statement-malformed'],
    ['no name', FILE.replace('<Id>STMT-1</Id>', ''), 'statement-malformed'],
    ['no opening balance', FILE.replace('OPBD', 'ITBD'), 'statement-malformed'],
    ['no side', FILE.replace('<CdtDbtInd>DBIT</CdtDbtInd>', ''), 'statement-malformed'],
    [
      'a day that is none',
      FILE.replace('<BookgDt><Dt>2026-12-01', '<BookgDt><Dt>2026-02-30'),
      'statement-malformed',
    ],
    ['three decimals', FILE.replaceAll('>123.45<', '>123.451<'), 'statement-malformed'],
    ['a negative amount', FILE.replaceAll('>123.45<', '>-123.45<'), 'statement-malformed'],
    ['another currency', FILE.replace('Ccy="EUR">123.45', 'Ccy="CHF">123.45'), 'statement-other-currency'],
    ['a wrong closing balance', FILE.replace('>999881.55<', '>999881.54<'), 'statement-unbalanced'],
    ['a wrong opening balance', FILE.replace('>1000000.00<', '>1000000.01<'), 'statement-unbalanced'],
    ['a line left out', FILE.replace(/<Ntry><Amt Ccy="EUR">5.00.*?<\/Ntry>/, ''), 'statement-unbalanced'],
    ['a wrong count', FILE.replace('<NbOfNtries>2<', '<NbOfNtries>3<'), 'statement-wrong-totals'],
    ['a wrong sum', FILE.replace('</NbOfNtries>', '</NbOfNtries><Sum>1.00</Sum>'), 'statement-wrong-totals'],
    [
      'a wrong sum of debits',
      FILE.replace('</TtlNtries>', '</TtlNtries><TtlDbtNtries><Sum>1.00</Sum></TtlDbtNtries>'),
      'statement-wrong-totals',
    ],
    [
      'details that do not add up',
      FILE.replace(/(<TxDtls>.*?)>123.45</, '$1>123.44<'),
      'statement-wrong-totals',
    ],
    [
      'one page of several',
      FILE.replace(
        '</Id><Acct>',
        '</Id><StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><Acct>',
      ),
      'statement-in-pages',
    ],
  ])('is refused with a code: %s', (_, file, code) => {
    expect(file).not.toBe(FILE);
    expect(codeOf(file)).toBe(code);
  });
});

describe('booking', () => {
  let world: PaymentWorld;
  let folder: string;
  beforeAll(async () => {
    world = await createPaymentWorld();
  });
  afterAll(() => world.database.drop());
  beforeEach(async () => {
    await world.empty();
    folder = tempDir();
    await addClaims(world.owner, 60);
    await world.run(folder);
  });

  const book = (file: string) => importStatements(sqlStatementStore(world.pay), file, world.clock.nowMs());
  const fileOf = (i: number) => executed(filesIn(folder)[i]?.text ?? '');
  const states = () => world.owner<{ bank: string | null; on: string | null }[]>`
    select bank_state as bank, bank_on as "on" from transfers order by advice`;
  const counts = async () => {
    const [row] = await world.owner`select (select count(*) from bank_lines) as lines,
      (select count(*) from bank_statements) as statements,
      (select count(*) from payment_entries where event = 'payment.statement') as entries`;
    return row;
  };

  it('sees each transfer on the day the bank booked it, on the account that paid it', async () => {
    const { iban, lines } = fileOf(0);
    const [booked] = await book(statementOf({ iban, lines: [...lines, { cents: 7, reference: null }] }));
    expect(booked).toMatchObject({ insurer: '0999000101', fresh: true, lines: 4 });
    expect(booked?.matches.map(({ bank }) => bank)).toEqual(['paid', 'paid', 'paid']);
    expect(await states()).toEqual([
      ...Array.from({ length: 3 }, () => ({ bank: 'paid', on: '2026-12-01' })),
      ...Array.from({ length: 3 }, () => ({ bank: null, on: null })),
    ]);
  });

  it('of the same statement twice changes nothing', async () => {
    const file = statementOf(fileOf(0));
    await book(file);
    const before = [await counts(), await states()];
    const [again] = await book(file.replace('<MsgId>B<', '<MsgId>C<'));
    expect(again?.fresh).toBe(false);
    expect([await counts(), await states()]).toEqual(before);
    await Promise.all([book(statementOf(fileOf(1))), book(statementOf(fileOf(1)))]);
    expect(await counts()).toMatchObject({ lines: 6, statements: 2, entries: 2 });
  });

  it('refuses another statement of the same name, and one of a strange account, with nothing half-booked', async () => {
    const { iban, lines } = fileOf(0);
    await book(statementOf({ iban, lines }));
    const before = [await counts(), await states()];
    const changed = statementOf({ iban, lines: lines.slice(1) });
    await expect(book(changed)).rejects.toMatchObject({ code: 'statement-changed' });
    const strange = statementOf({ iban: 'FR7699901000010000000010389', lines });
    await expect(book(strange)).rejects.toMatchObject({ code: 'statement-other-account' });
    // Two statements in one file, the second wrong: the first is not booked either.
    const good = statementOf({ ...fileOf(1), id: 'STMT-2' });
    const second = /<Stmt>.*<\/Stmt>/.exec(changed)?.[0] ?? '';
    await expect(book(good.replace('</Stmt>', `</Stmt>${second}`))).rejects.toMatchObject({
      code: 'statement-changed',
    });
    expect([await counts(), await states()]).toEqual(before);
  });

  it('shows what came back, what has another amount, and what was paid twice', async () => {
    const { iban, lines } = fileOf(0);
    const [first, second, third] = lines as [Booked, Booked, Booked];
    const back = { ...first, cents: -first.cents, day: '2026-12-03' };
    await book(
      statementOf({ iban, lines: [back, first, { ...second, cents: second.cents - 1 }, third, third] }),
    );
    expect((await states()).slice(0, 3)).toEqual([
      { bank: 'returned', on: '2026-12-03' },
      { bank: 'other-amount', on: '2026-12-01' },
      { bank: 'other-amount', on: '2026-12-01' },
    ]);
  });

  it('takes what came back on a later statement, whichever is booked first', async () => {
    const { iban, lines } = fileOf(0);
    const [first] = lines as [Booked];
    const later = statementOf({
      iban,
      id: 'STMT-2',
      lines: [{ ...first, cents: -first.cents, day: '2026-12-02' }],
    });
    await book(later);
    expect((await states())[0]?.bank).toBe('other-amount');
    await book(statementOf({ iban, lines }));
    expect((await states())[0]).toEqual({ bank: 'returned', on: '2026-12-02' });
  });

  it('believes a reference only on the account that paid', async () => {
    const { lines } = fileOf(0);
    const [booked] = await book(statementOf({ iban: DEBTOR_IBANS[1] ?? '', lines }));
    expect(booked).toMatchObject({ lines: 3, matches: [] });
    expect((await states()).every(({ bank }) => bank === null)).toBe(true);
  });

  it('keeps no name, text or account of anybody else', async () => {
    const { iban, lines } = fileOf(0);
    await book(
      statementOf({ iban, lines: [...lines, { cents: 99, reference: 'LOYER-DUPONT', name: 'Dupont' }] }),
    );
    const rows = await world.owner`select l::text as line from bank_lines l union all
      select s::text from bank_statements s union all select e::text from payment_entries e`;
    expect(JSON.stringify(rows)).not.toMatch(/Dupont|DUPONT|Fils/);
    const entries = await world.owner`select facts from payment_entries`;
    expect(JSON.stringify(entries)).not.toContain(iban);
  });

  it('of nothing by the third business day raises an alarm, once', async () => {
    const { iban, lines } = fileOf(0);
    await book(statementOf({ iban, lines }));
    const entries = async () =>
      (await world.owner`select from payment_entries where event = 'payment.late'`).length;
    world.clock.advance(2 * 86_400_000); // Thursday
    expect(await noteLate(world.pay, world.clock.nowMs())).toEqual([]);
    world.clock.advance(86_400_000); // Friday
    const late = await noteLate(world.pay, world.clock.nowMs());
    expect(late).toMatchObject([
      { advice: 'PAY-20261201-1-0000004', insurer: '0999000102', since: '2026-12-04' },
      { advice: 'PAY-20261201-1-0000005' },
      { advice: 'PAY-20261201-1-0000006' },
    ]);
    expect(await noteLate(world.database.login('desk'), world.clock.nowMs())).toHaveLength(3);
    expect(await entries()).toBe(3);
    await book(statementOf(fileOf(1)));
    expect(await noteLate(world.pay, world.clock.nowMs())).toEqual([]);
    expect(await entries()).toBe(3);
  });
});
