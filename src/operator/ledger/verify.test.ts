// The verifier against every attack a database owner can think of: one line per attack, with what it must find.

import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyLedger } from './verify.ts';
import {
  chain,
  honestLedger,
  inputOf,
  type LedgerWorld,
  leafOf,
  type MutableRow,
  makeRow,
  note,
  ORIGIN,
  START_MS,
  STEP_MS,
  testKey,
} from './verify-fixture.ts';
import { VERIFY_REASONS, type VerifyReason } from './verify-reasons.ts';

// 60 entries, signed at 20, 40 and 55; entries 55-59 are younger than the last checkpoint.
const world = () => honestLedger({ entries: 60, signedAt: [20, 40, 55] });

type Attack = (world: LedgerWorld) => void | Promise<void>;
type Found = { code: VerifyReason; firstBad: number | null };
type Case = [title: string, attack: Attack, found: Found];

const row = (w: LedgerWorld, seq: number): MutableRow => {
  const found = w.rows.find((one) => one.seq === seq);
  if (found === undefined) throw new Error(`the fixture has no row ${seq}`);
  return found;
};
const checkpoint = (w: LedgerWorld, size: number) => {
  const found = w.checkpoints.find((one) => one.size === size);
  if (found === undefined) throw new Error(`the fixture has no checkpoint ${size}`);
  return found;
};
const flip = (bytes: Uint8Array | null, at = 5): Buffer => {
  const copy = Buffer.from(bytes ?? []);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
const flipText = (text: string | null): string => {
  const copy = Buffer.from(text ?? '');
  const at = copy.indexOf('R'); // inside PHAR or nothing: a letter, so that the text stays JSON
  copy[at < 0 ? 2 : at] = 0x51;
  return copy.toString();
};
const remove = (w: LedgerWorld, from: number, count = 1) => {
  w.rows = w.rows.filter((one) => one.seq < from || one.seq >= from + count);
};
/** The skilled attacker: leaf recomputed, so that the row is right in itself. */
const rewrite = (w: LedgerWorld, seq: number, change: (row: MutableRow) => void) => {
  const one = row(w, seq);
  change(one);
  one.leaf = leafOf(one);
};
const renumber = (w: LedgerWorld, from: number, by: number) => {
  for (const one of w.rows) if (one.seq >= from) one.seq += by;
};
const swapPlaces = (w: LedgerWorld, a: number, b: number) => {
  const [left, right] = [row(w, a), row(w, b)];
  left.seq = b;
  right.seq = a;
};
const hideOutcome = (one: MutableRow) => {
  one.memberView = (one.memberView ?? '').replace('"000"', '"200"');
};
const blank = (w: LedgerWorld, ...seqs: number[]) => {
  for (const seq of seqs)
    Object.assign(row(w, seq), { memberSalt: null, memberView: null, restSalt: null, rest: null });
};

const onRows: Case[] = [
  [
    'one bit of a member salt',
    (w) => {
      row(w, 25).memberSalt = flip(row(w, 25).memberSalt);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'one letter of a member view',
    (w) => {
      row(w, 25).memberView = flipText(row(w, 25).memberView);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'one bit of a rest salt',
    (w) => {
      row(w, 25).restSalt = flip(row(w, 25).restSalt);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'one letter of a rest',
    (w) => {
      row(w, 25).rest = flipText(row(w, 25).rest);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'one bit of a leaf',
    (w) => {
      row(w, 25).leaf = flip(row(w, 25).leaf);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'a leaf cut short',
    (w) => {
      row(w, 25).leaf = row(w, 25).leaf.subarray(1);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'the time column by a millisecond',
    (w) => {
      row(w, 25).atMs += 1;
    },
    { code: 'time-edited', firstBad: 25 },
  ],
  [
    'the journal number column',
    (w) => {
      row(w, 25).journalNo = 1;
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'the journal number column emptied',
    (w) => {
      row(w, 25).journalNo = null;
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'a member view taken away',
    (w) => {
      row(w, 25).memberView = null;
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'half a body taken away',
    (w) => {
      Object.assign(row(w, 25), { rest: null, restSalt: null });
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'an edit after the last checkpoint',
    (w) => {
      row(w, 58).rest = flipText(row(w, 58).rest);
    },
    { code: 'row-edited', firstBad: 58 },
  ],
  [
    'two edits: the earlier one is named',
    (w) => {
      row(w, 33).leaf = flip(row(w, 33).leaf);
      row(w, 8).leaf = flip(row(w, 8).leaf);
    },
    { code: 'row-edited', firstBad: 8 },
  ],
  ['a row in the middle deleted', (w) => remove(w, 25), { code: 'entry-missing', firstBad: 25 }],
  ['the first row deleted', (w) => remove(w, 0), { code: 'entry-missing', firstBad: 0 }],
  ['all rows deleted', (w) => remove(w, 0, 60), { code: 'entry-missing', firstBad: 0 }],
  ['a stretch of rows deleted', (w) => remove(w, 30, 9), { code: 'entry-missing', firstBad: 30 }],
  [
    'the end cut below the last checkpoint',
    (w) => remove(w, 50, 10),
    { code: 'entry-missing', firstBad: 50 },
  ],
  ['the end cut exactly by one signed row', (w) => remove(w, 54, 6), { code: 'entry-missing', firstBad: 54 }],
  [
    'the end cut above the last checkpoint',
    (w) => remove(w, 57, 3),
    { code: 'door-without-entry', firstBad: 57 },
  ],
  ['the last row deleted', (w) => remove(w, 59), { code: 'door-without-entry', firstBad: 59 }],
  [
    'a row smuggled in below zero',
    (w) => {
      w.rows.push(makeRow(-1, { event: 'x' }));
    },
    { code: 'entry-order', firstBad: -1 },
  ],
  [
    'two rows of one number',
    (w) => {
      w.rows.push(makeRow(25, { event: 'x' }));
    },
    { code: 'entry-order', firstBad: 25 },
  ],
];

const onTheTree: Case[] = [
  [
    'an edit with leaf recomputed',
    (w) => rewrite(w, 25, hideOutcome),
    { code: 'root-mismatch', firstBad: 20 },
  ],
  ['the same in the first window', (w) => rewrite(w, 3, hideOutcome), { code: 'root-mismatch', firstBad: 0 }],
  [
    'the same in the last window',
    (w) => rewrite(w, 54, hideOutcome),
    { code: 'root-mismatch', firstBad: 40 },
  ],
  [
    'time moved in view, column and leaf',
    (w) =>
      rewrite(w, 25, (one) => {
        const other = makeRow(99, {}, one.atMs - STEP_MS * 2);
        one.memberView = other.memberView;
        one.atMs = other.atMs;
      }),
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'a row taken out and the rest moved up',
    (w) => {
      remove(w, 25);
      renumber(w, 26, -1);
    },
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'a row put in between',
    (w) => {
      renumber(w, 25, 1);
      w.rows.push(makeRow(25, { event: 'rights.refused' }));
    },
    { code: 'entry-inserted', firstBad: 25 },
  ],
  [
    'a copy of a row put in between',
    (w) => {
      const copy = { ...row(w, 25) };
      renumber(w, 25, 1);
      w.rows.push(copy);
    },
    { code: 'entry-inserted', firstBad: 25 },
  ],
  [
    'two rows swapped: the first of them is named',
    (w) => swapPlaces(w, 25, 33),
    { code: 'entry-order', firstBad: 25 },
  ],
  ['two neighbours swapped', (w) => swapPlaces(w, 25, 26), { code: 'entry-order', firstBad: 25 }],
  ['rows swapped across a checkpoint', (w) => swapPlaces(w, 10, 33), { code: 'entry-order', firstBad: 10 }],
  [
    'a stretch of rows turned round',
    (w) => {
      for (const one of w.rows) if (one.seq >= 25 && one.seq <= 30) one.seq = 55 - one.seq;
    },
    { code: 'entry-order', firstBad: 25 },
  ],
  [
    'a row rewritten and, after it, two swapped: nothing after the first is claimed',
    (w) => {
      rewrite(w, 22, hideOutcome);
      swapPlaces(w, 25, 33);
    },
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'two rows put in between',
    (w) => {
      renumber(w, 25, 2);
      w.rows.push(makeRow(25, { event: 'rights.refused' }), makeRow(26, { event: 'rights.refused' }));
    },
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'a rewritten row that takes another row’s door',
    (w) =>
      rewrite(w, 25, (one) => {
        one.rest = row(w, 29).rest;
        one.journalNo = row(w, 29).journalNo;
      }),
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'a rewritten row that names no door',
    (w) =>
      rewrite(w, 25, (one) => {
        one.rest = '{"event":"rights.refused"}';
        one.journalNo = null;
      }),
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'rewritten to something that is not JSON',
    (w) =>
      rewrite(w, 58, (one) => {
        one.rest = 'nothing to see';
      }),
    { code: 'body-malformed', firstBad: 58 },
  ],
  [
    'checkpoints deleted to hide an edit',
    (w) => {
      rewrite(w, 25, hideOutcome);
      w.checkpoints = [];
    },
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'checkpoints deleted to hide a cut',
    (w) => {
      remove(w, 20, 40);
      w.checkpoints = w.checkpoints.slice(0, 1);
    },
    { code: 'entry-missing', firstBad: 20 },
  ],
];

const onCheckpoints: Case[] = [
  [
    'all checkpoints deleted',
    (w) => {
      w.checkpoints = [];
    },
    { code: 'checkpoint-missing', firstBad: 0 },
  ],
  [
    'the last two checkpoints deleted',
    (w) => {
      w.checkpoints = w.checkpoints.slice(0, 1);
    },
    { code: 'checkpoint-missing', firstBad: 20 },
  ],
  [
    'a stored root',
    (w) => {
      checkpoint(w, 40).root = flip(checkpoint(w, 40).root);
    },
    { code: 'checkpoint-edited', firstBad: 20 },
  ],
  [
    'a stored size',
    (w) => {
      checkpoint(w, 40).size = 41;
    },
    { code: 'checkpoint-edited', firstBad: 20 },
  ],
  [
    'a stored size beyond the end',
    (w) => {
      checkpoint(w, 40).size = 4000;
    },
    { code: 'checkpoint-edited', firstBad: 55 },
  ],
  [
    'a stored frontier',
    (w) => {
      checkpoint(w, 40).frontier = checkpoint(w, 20).frontier;
    },
    { code: 'checkpoint-edited', firstBad: null },
  ],
  [
    'the size inside a note',
    (w) => {
      const c = checkpoint(w, 40);
      c.note = c.note.replace('\n40\n', '\n41\n');
    },
    { code: 'signature-wrong', firstBad: 20 },
  ],
  [
    'a signature',
    (w) => {
      const c = checkpoint(w, 40);
      c.note = c.note.replace(/.{12}\n$/, `${'A'.repeat(11)}=\n`);
    },
    { code: 'signature-wrong', firstBad: 20 },
  ],
  [
    'a note without signature',
    (w) => {
      const c = checkpoint(w, 40);
      c.note = c.note.slice(0, c.note.indexOf('\n\n') + 2);
    },
    { code: 'key-unknown', firstBad: 20 },
  ],
  [
    'a note that is none',
    (w) => {
      checkpoint(w, 40).note = 'signed, the director';
    },
    { code: 'checkpoint-malformed', firstBad: 20 },
  ],
  [
    'a note signed by another key',
    async (w) => {
      const c = checkpoint(w, 40);
      c.note = await note(testKey('mallory'), c);
    },
    { code: 'key-unknown', firstBad: 20 },
  ],
  [
    'a note of another log',
    async (w) => {
      const c = checkpoint(w, 40);
      c.note = await note(w.key, { ...c, origin: 'other.example/log' });
    },
    { code: 'origin-wrong', firstBad: 20 },
  ],
  [
    'an edit hidden behind notes of another key',
    async (w) => {
      rewrite(w, 25, hideOutcome);
      for (const c of w.checkpoints) c.note = await note(testKey('mallory'), c);
    },
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'a second root signed for one size',
    async (w) => {
      const c = checkpoint(w, 40);
      c.root = flip(c.root);
      c.note = await note(w.key, c);
    },
    { code: 'fork', firstBad: 20 },
  ],
  [
    'a checkpoint signed for entries that are not there',
    async (w) => {
      const c = { size: 70, root: hash('sha256', 'x', 'buffer'), frontier: null };
      w.checkpoints.push({ ...c, note: await note(w.key, c) });
    },
    { code: 'entry-missing', firstBad: 60 },
  ],
];

const rechain = (w: LedgerWorld, change: (facts: LedgerWorld['facts']) => void) => {
  change(w.facts);
  w.journal = chain(w.facts);
};
const lineOf = (w: LedgerWorld, seq: number) => (row(w, seq).journalNo ?? 0) - 1;

const onTheJournal: Case[] = [
  [
    'a line edited',
    (w) => {
      w.journal[10] = (w.journal[10] ?? '').replace('c1', 'c2');
    },
    { code: 'journal-broken', firstBad: null },
  ],
  [
    'the last line edited',
    (w) => {
      const at = w.journal.length - 1;
      w.journal[at] = (w.journal[at] ?? '').replace('"n":', '"n":1');
    },
    { code: 'journal-broken', firstBad: null },
  ],
  [
    'a line deleted',
    (w) => {
      w.journal.splice(10, 1);
    },
    { code: 'journal-broken', firstBad: null },
  ],
  [
    'two lines swapped',
    (w) => {
      w.journal.splice(10, 2, w.journal[11] ?? '', w.journal[10] ?? '');
    },
    { code: 'journal-broken', firstBad: null },
  ],
  [
    'a line that cannot be read',
    (w) => {
      w.journal[10] = '{"n":';
    },
    { code: 'journal-malformed', firstBad: null },
  ],
  [
    'a broken journal and an edited row: the row is named',
    (w) => {
      w.journal.splice(10, 1);
      row(w, 25).leaf = flip(row(w, 25).leaf);
    },
    { code: 'row-edited', firstBad: 25 },
  ],
  [
    'its end cut off',
    (w) => {
      w.journal = w.journal.slice(0, lineOf(w, 58));
    },
    { code: 'journal-line-missing', firstBad: 58 },
  ],
  [
    'a door that has no entry',
    (w) =>
      rechain(w, (facts) => {
        facts.push({ at: new Date(START_MS).toISOString(), do: 'open' });
      }),
    { code: 'door-without-entry', firstBad: 60 },
  ],
  [
    'an opening rewritten as something else',
    (w) =>
      rechain(w, (facts) => {
        Object.assign(facts[lineOf(w, 25)] ?? {}, { do: 'lock' });
      }),
    { code: 'journal-line-not-open', firstBad: 25 },
  ],
  [
    'something else rewritten as an opening',
    (w) =>
      rechain(w, (facts) => {
        Object.assign(facts[0] ?? {}, { do: 'open' });
      }),
    { code: 'door-without-entry', firstBad: null },
  ],
  [
    'a door entered twice, young',
    (w) => {
      w.rows.push(makeRow(60, { event: 'rights.checked', journalNo: row(w, 25).journalNo }));
    },
    { code: 'door-entered-twice', firstBad: 60 },
  ],
  [
    'an entry that names a list with a door of another',
    (w) => {
      w.rows.push(makeRow(60, { event: 'feed.applied', journalNos: [row(w, 25).journalNo] }));
    },
    { code: 'door-entered-twice', firstBad: 60 },
  ],
  [
    'an entry that names a line to come',
    (w) => {
      w.rows.push(makeRow(60, { event: 'rights.checked', journalNo: 9000 }));
    },
    { code: 'journal-line-missing', firstBad: 60 },
  ],
  [
    'two roots signed for one size',
    (w) =>
      rechain(w, (facts) => {
        facts.push({ at: 'x', do: 'checkpoint', size: 55, root: '00'.repeat(32) });
      }),
    { code: 'journal-forked', firstBad: null },
  ],
  [
    'a smaller tree signed later',
    (w) =>
      rechain(w, (facts) => {
        facts.push({ at: 'x', do: 'checkpoint', size: 30, root: '00'.repeat(32) });
      }),
    { code: 'journal-forked', firstBad: null },
  ],
  [
    'another tree signed and rewritten into the journal',
    (w) =>
      rechain(w, (facts) => {
        for (const fact of facts) if (fact['size'] === 40) fact['root'] = '00'.repeat(32);
      }),
    { code: 'fork', firstBad: 20 },
  ],
  [
    'a checkpoint line without root',
    (w) =>
      rechain(w, (facts) => {
        facts.push({ at: 'x', do: 'checkpoint', size: 60 });
      }),
    { code: 'journal-malformed', firstBad: null },
  ],
];

const erasure = (seq: number, more: Record<string, unknown>) =>
  makeRow(seq, {
    event: 'erasure',
    indexes: [25, [30, 32]],
    reason: 'RGPD 17',
    approvers: ['A', 'B'],
    ...more,
  });

const onBlanks: Case[] = [
  ['a body blanked and nobody says so', (w) => blank(w, 25), { code: 'body-blank', firstBad: 25 }],
  [
    'a blank in front of an edit: the blank is named',
    (w) => {
      blank(w, 25);
      row(w, 33).leaf = flip(row(w, 33).leaf);
    },
    { code: 'body-blank', firstBad: 25 },
  ],
  [
    'approved by one person twice',
    (w) => {
      blank(w, 25);
      w.rows.push(erasure(60, { approvers: ['A', 'A'] }));
    },
    { code: 'body-blank', firstBad: 25 },
  ],
  [
    'without a reason',
    (w) => {
      blank(w, 25);
      w.rows.push(erasure(60, { reason: '' }));
    },
    { code: 'body-blank', firstBad: 25 },
  ],
  [
    'one more blanked than was approved',
    (w) => {
      blank(w, 25, 30, 33);
      w.rows.push(erasure(60, {}));
    },
    { code: 'body-blank', firstBad: 33 },
  ],
  [
    'an erasure entry that blanks itself and all',
    (w) => {
      blank(w, 25);
      w.rows.push(erasure(60, { indexes: [[0, 60]] }));
    },
    { code: 'body-blank', firstBad: 25 },
  ],
  [
    'a blank row whose leaf was changed',
    (w) => {
      blank(w, 25);
      row(w, 25).leaf = flip(row(w, 25).leaf);
      w.rows.push(erasure(60, {}));
    },
    { code: 'root-mismatch', firstBad: 20 },
  ],
  [
    'a blank row that gives up its door',
    (w) => {
      blank(w, 25);
      row(w, 25).journalNo = null;
      w.rows.push(erasure(60, {}));
    },
    { code: 'door-without-entry', firstBad: null },
  ],
];

describe('an honest ledger', () => {
  it('verifies, and says how far it is signed', async () => {
    const result = await verifyLedger(inputOf(await world()));
    expect(result).toEqual({
      ok: true,
      entries: 60,
      firstBad: null,
      reason: null,
      code: null,
      proved: 55,
      doors: 40,
    });
  });

  it('verifies when it is empty, and when everything is signed', async () => {
    expect((await verifyLedger(inputOf(await honestLedger({ entries: 0, signedAt: [] })))).ok).toBe(true);
    const whole = await verifyLedger(inputOf(await honestLedger({ entries: 33, signedAt: [1, 2, 32, 33] })));
    expect(whole).toMatchObject({ ok: true, entries: 33, proved: 33 });
  });

  it('verifies with bodies that an approved erasure blanked', async () => {
    const w = await world();
    blank(w, 25, 31);
    w.rows.push(erasure(60, {}));
    expect(await verifyLedger(inputOf(w))).toMatchObject({ ok: true, entries: 61 });
  });

  it('verifies when the newest checkpoint was signed but not stored: the operator crashed between the two', async () => {
    const w = await world();
    w.checkpoints.pop();
    expect(await verifyLedger(inputOf(w))).toMatchObject({ ok: true, proved: 55 });
  });

  it('verifies when the clock stepped back: the order is what was signed, not what the times say', async () => {
    const atMs = (seq: number) => START_MS + (seq === 8 ? 0 : seq) * STEP_MS;
    const w = await honestLedger({ entries: 30, signedAt: [10, 20, 30], atMs });
    expect((await verifyLedger(inputOf(w))).ok).toBe(true);
    swapPlaces(w, 23, 26);
    expect(await verifyLedger(inputOf(w))).toMatchObject({ code: 'entry-order', firstBad: 23 });
  });

  it('ignores signatures of witnesses beside ours', async () => {
    const w = await world();
    const c = checkpoint(w, 40);
    const witness = (await note(testKey('witness'), c)).split('\n').at(-2) ?? '';
    c.note = c.note.replace('\n\n', `\n\n${witness.replace(ORIGIN, 'witness.example')}\n`);
    expect((await verifyLedger(inputOf(w))).ok).toBe(true);
  });
});

describe.each([
  ['rows', onRows],
  ['the tree', onTheTree],
  ['checkpoints', onCheckpoints],
  ['the journal', onTheJournal],
  ['blanked bodies', onBlanks],
])('an attack on %s is found', (_, cases) => {
  it.each(cases)('%s', async (_title, attack, found) => {
    const w = await world();
    await attack(w);
    const result = await verifyLedger(inputOf(w));
    expect({ ok: result.ok, code: result.code, firstBad: result.firstBad }).toEqual({ ok: false, ...found });
    expect(result.reason).toContain(`${found.code}: ${VERIFY_REASONS[found.code].en}`);
  });
});

describe('what a reason tells', () => {
  it('names the narrowest stretch of entries that is signed together', async () => {
    const w = await world();
    rewrite(w, 25, hideOutcome);
    const result = await verifyLedger(inputOf(w));
    expect(result.reason).toContain('one of 20 to 39');
    expect(result.detail).toMatchObject({
      from: 20,
      to: 39,
      journal: checkpoint(w, 40).root.toString() && expect.any(String),
    });
  });

  it('gives both hashes of an edited row', async () => {
    const w = await world();
    const stored = Buffer.from(row(w, 25).leaf).toString('hex');
    row(w, 25).rest = flipText(row(w, 25).rest);
    expect((await verifyLedger(inputOf(w))).detail).toEqual({
      storedLeaf: stored,
      computedLeaf: leafOf(row(w, 25)).toString('hex'),
    });
  });

  it('mentions a broken journal beside a bad entry', async () => {
    const w = await world();
    w.journal.splice(10, 1);
    row(w, 25).leaf = flip(row(w, 25).leaf);
    expect((await verifyLedger(inputOf(w))).detail).toMatchObject({ also: 'journal-broken' });
  });

  it('has every sentence in both languages', () => {
    for (const { fr, en } of Object.values(VERIFY_REASONS)) {
      expect(fr).toMatch(/\.$/);
      expect(en).toMatch(/\.$/);
    }
  });
});

describe('a ledger that is being written', () => {
  /** The last door was opened a second ago; its entry is not there yet. */
  const withYoungDoor = async () => {
    const w = await world();
    w.nowMs = START_MS + 60 * STEP_MS;
    w.facts.push({ at: new Date(w.nowMs - 1_000).toISOString(), do: 'open' });
    w.journal = chain(w.facts);
    return w;
  };

  it('is given time to enter a door that was opened just now', async () => {
    const w = await withYoungDoor();
    const sleep = async (ms: number) => {
      w.nowMs += ms;
      if (w.rows.length === 60)
        w.rows.push(makeRow(60, { event: 'rights.checked', journalNo: w.facts.length }));
    };
    expect(await verifyLedger(inputOf(w, { sleep }))).toMatchObject({ ok: true, entries: 61 });
  });

  it('is not waited for longer than the grace period', async () => {
    const w = await withYoungDoor();
    const before = w.nowMs;
    const result = await verifyLedger(inputOf(w, { graceMs: 3_000 }));
    expect(result).toMatchObject({
      ok: false,
      code: 'door-without-entry',
      firstBad: 60,
      detail: { journalNo: w.facts.length },
    });
    expect(w.nowMs - before).toBeLessThan(4_000);
  });

  it('is not waited for at all when the door is old', async () => {
    const w = await withYoungDoor();
    w.nowMs += 60_000;
    const sleep = () => Promise.reject(new Error('must not wait'));
    expect((await verifyLedger(inputOf(w, { sleep }))).code).toBe('door-without-entry');
  });

  it('may name doors that were opened after the journal was read', async () => {
    const w = await world();
    const input = inputOf(w);
    const entries = input.ledger.entries;
    input.ledger.entries = (from) => {
      if (w.rows.length === 60) {
        w.facts.push({ at: new Date(w.nowMs).toISOString(), do: 'open' });
        w.journal = chain(w.facts);
        w.rows.push(makeRow(60, { event: 'rights.checked', journalNo: w.facts.length }));
      }
      return entries(from);
    };
    expect(await verifyLedger(input)).toMatchObject({ ok: true, entries: 61 });
  });

  it('may sign while it is read: the entries of the new checkpoint are read again', async () => {
    const w = await world();
    const later = await honestLedger({ entries: 80, signedAt: [20, 40, 55, 80] });
    const input = inputOf(w);
    const entries = input.ledger.entries;
    let reads = 0;
    input.ledger.entries = (from) => {
      reads += 1;
      if (reads === 2) Object.assign(w, { rows: later.rows, journal: later.journal });
      return entries(from);
    };
    input.ledger.checkpoints = async function* () {
      for (const one of later.checkpoints) yield [one];
    };
    w.journal = later.journal.slice(0, w.journal.length);
    expect(await verifyLedger(input)).toMatchObject({ ok: true, entries: 80, proved: 80 });
  });
});

describe('rows moved within one flush, where all times are the same', () => {
  it('are found by putting them back: the signed root proves which', async () => {
    const w = await honestLedger({ entries: 60, signedAt: [20, 40, 55], atMs: () => START_MS });
    swapPlaces(w, 26, 31);
    expect(await verifyLedger(inputOf(w))).toMatchObject({ code: 'entry-order', firstBad: 26 });
  });

  it('in a stretch too long to try everything: the whole stretch is named', async () => {
    const w = await honestLedger({ entries: 700, signedAt: [20, 700], atMs: () => START_MS });
    swapPlaces(w, 26, 31);
    expect(await verifyLedger(inputOf(w))).toMatchObject({ code: 'root-mismatch', firstBad: 20 });
  });
});

describe('what nobody can know', () => {
  it('a rewritten entry younger than the last checkpoint that keeps its door: hence `proved` and the receipts', async () => {
    const w = await world();
    rewrite(w, 58, hideOutcome);
    expect(await verifyLedger(inputOf(w))).toMatchObject({ ok: true, entries: 60, proved: 55 });
  });
});
