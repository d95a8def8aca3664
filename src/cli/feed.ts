// `rempart feed`: sends an insurer's feed and waits until its rows are visible; gives a second person's word.
// Results on stdout, progress on stderr. Must never print, log or write a value of a line.

import { createPrivateKey } from 'node:crypto';
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type FeedManifest, readManifest } from '../core/feed-manifest.ts';
import type { AmcNo } from '../core/ids.ts';
import { problemDocument } from '../lib/app-error.ts';
import { refusal } from '../operator/errors.ts';
import { MANIFEST_LIMIT_BYTES, signManifest } from '../vault/feed-signature.ts';
import { uploadFeed } from './feed-upload.ts';
import { type InsurerAccess, namedInsurer } from './insurer-access.ts';
import type { CliIo } from './io.ts';
import { type OperatorClient, openOperatorClient, type Reply, UNREACHABLE } from './operator-client.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart feed import FILE --insurer AMC [--confirm-closures]
       rempart feed approve ID --insurer AMC
  import    sends FILE (in the demo: signed with that insurer's key, under the next number) and waits until its
            rows are visible; rejected lines go to FILE.rejected.ndjson. An import that was cut off goes on.
  approve   the second person's word on a feed that closes more than the insurer's limit
  --confirm-closures   the second person agrees at once
`;

const OPTIONS = { insurer: { type: 'string' }, 'confirm-closures': { type: 'boolean' } } as const;
const POLL_MS = 200;
const PROGRESS_EVERY_MS = 2_000;
/** How long an operator may be away (restarting) before we give up. */
const PATIENCE_MS = 60_000;
const MOST_CUTS_WITHOUT_PROGRESS = 5;

/** Exit code: 0 done, 1 refused or failed, 2 wrong usage. `argv` is what follows `feed`. */
export function feedCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, OPTIONS);
    const [action, what, ...more] = words;
    if ((action !== 'import' && action !== 'approve') || what === undefined || more.length > 0) {
      throw new UsageError('say `import FILE` or `approve ID`');
    }
    const { amcNo, ...access } = await namedInsurer(values['insurer']);
    const confirm = values['confirm-closures'] === true;
    const run =
      action === 'import' ? importFile(what, amcNo, access, confirm, io) : approve(what, access, io);
    return run.catch((error: unknown) => failed(error, io));
  });
}

/** Carries the problem document of a refusal to the one place that prints it. */
class Refused extends Error {
  readonly problem: Record<string, unknown>;
  constructor(problem: Record<string, unknown>) {
    super(String(problem['code']));
    this.problem = problem;
  }
}

function failed(error: unknown, io: CliIo): number {
  if (error instanceof Refused) {
    print(error.problem, io);
    if (!io.json) io.stderr(`${String(error.problem['title'])}\n`);
    return 1;
  }
  if (error instanceof Error && 'syscall' in error) {
    const title = `The file cannot be read or written: ${error.message}`;
    print({ type: 'urn:rempart:problem:file', title, code: 'file' }, io);
    return 1;
  }
  throw error;
}

/** Prints what came of it; the rows are visible when it resolves. */
export async function importFile(
  file: string,
  amcNo: AmcNo,
  access: InsurerAccess,
  confirm: boolean,
  io: CliIo,
): Promise<number> {
  const client = await openOperatorClient(access.operatorUrl, { ca: access.ca, ...access.sender });
  try {
    const source = await readSource(file);
    const { nextSeq } = ok(await client.send('GET', '/v1/feeds')) as { nextSeq: number };
    const signed = await sign(source, access, nextSeq);
    const id = `${amcNo}-${signed.seq}`;
    await send({ id, source, signed, access, client, io });
    const status = await settled(id, client, access, confirm, io);
    await writeRejects(file, id, status, client, io);
    print(status['result'] as Record<string, unknown>, io);
    return 0;
  } finally {
    client.close();
  }
}

async function approve(id: string, access: InsurerAccess, io: CliIo): Promise<number> {
  const client = await openOperatorClient(access.operatorUrl, {
    ca: access.ca,
    ...(access.approver ?? access.sender),
  });
  try {
    const status = ok(await client.send('GET', feedPath(id)));
    ok(await client.send('POST', approvalPath(id, status)));
    const done = await settled(id, client, access, false, io);
    print(done['result'] as Record<string, unknown>, io);
    return 0;
  } finally {
    client.close();
  }
}

// ---- The file and its signature -----------------------------------------------------------------------------------

type Source = { file: string; manifest: FeedManifest; text: string; linesAt: number; bytes: number };

/** Reads the first line only. */
async function readSource(file: string): Promise<Source> {
  const { size } = await stat(file);
  const handle = await open(file, 'r');
  try {
    const head = Buffer.alloc(Math.min(size, MANIFEST_LIMIT_BYTES));
    await handle.read(head, 0, head.length, 0);
    const newline = head.indexOf(10);
    const end = newline === -1 ? head.length : newline;
    const text = head.toString('utf8', 0, end);
    const read = readManifest(parsed(text));
    if (!read.ok) throw new Refused(problemDocument(refusal('feed-manifest', { problem: read.problem })));
    const linesAt = Math.min(end + 1, size);
    return { file, manifest: read.manifest, text, linesAt, bytes: size - linesAt };
  } finally {
    await handle.close();
  }
}

type Signed = { seq: number; text: string; jws: string };

/** With the demo's feed key: under the next number. Otherwise the file is sent as its insurer signed it. */
async function sign(source: Source, access: InsurerAccess, nextSeq: number): Promise<Signed> {
  if (access.feedKeyJwk === null) {
    const jws = (await readFile(`${source.file}.jws`, 'utf8')).trim();
    return { seq: source.manifest.seq, text: source.text, jws };
  }
  const text = JSON.stringify({ ...source.manifest, seq: nextSeq });
  const key = createPrivateKey({ key: access.feedKeyJwk, format: 'jwk' });
  return { seq: nextSeq, text, jws: signManifest(text, key) };
}

// ---- Sending ------------------------------------------------------------------------------------------------------

type Sending = {
  id: string;
  source: Source;
  signed: Signed;
  access: InsurerAccess;
  client: OperatorClient;
  io: CliIo;
};

/**
 * Sends from where an earlier attempt stopped, and again after a cut connection or a 503, as long as it gets further.
 * After a cut the operator may still be busy with what it had received of this very feed: that is waited for.
 */
async function send({ id, source, signed, access, client, io }: Sending): Promise<void> {
  let fromLine = await resumeLine(id, client);
  let lastReply: Reply = UNREACHABLE;
  let wasCut = false;
  for (let cuts = 0; cuts < MOST_CUTS_WITHOUT_PROGRESS; cuts += 1) {
    if (fromLine > 1) io.stderr(`going on with line ${grouped(fromLine)}\n`);
    const reply = await uploadFeed({
      operatorUrl: access.operatorUrl,
      credentials: { ca: access.ca, ...access.sender },
      manifest: signed.text,
      jws: signed.jws,
      file: source.file,
      linesAt: source.linesAt,
      fromLine,
      onBytes: progress(source, io),
    });
    if (reply?.status === 202) return;
    // Another file was begun under this number: ours starts from its first line.
    const otherPlace = reply?.body['code'] === 'feed-resume' ? Number(reply.body['resumeFrom']) : null;
    const isOwnBefore = wasCut && reply?.body['code'] === 'feed-busy';
    const isOver = reply !== null && reply.status !== 503 && otherPlace === null && !isOwnBefore;
    if (isOver) throw new Refused(reply.body);
    wasCut ||= reply === null || reply.status === 503;
    if (reply !== null) lastReply = reply;
    if (otherPlace === null) await delay(1_000);
    const next = otherPlace ?? (await resumeLine(id, client));
    if (next > fromLine) cuts = 0;
    fromLine = next;
  }
  throw new Refused(lastReply.body);
}

/** Where the operator wants us to go on; 1 when it knows nothing of this feed. */
async function resumeLine(id: string, client: OperatorClient): Promise<number> {
  const { status, body } = await client.send('GET', feedPath(id));
  if (status === 200 && body['state'] === 'receiving') return Number(body['resumeFrom'] ?? 1);
  return 1;
}

/** Says how far a long upload is: rate so far and the time left at that rate. */
function progress({ manifest, bytes: total }: Source, io: CliIo): (bytes: number) => void {
  const startedAt = io.now();
  let saidAt = startedAt;
  return (bytes) => {
    const now = io.now();
    if (now - saidAt < PROGRESS_EVERY_MS || bytes >= total) return;
    saidAt = now;
    const share = bytes / total;
    const seconds = (now - startedAt) / 1000;
    const rate = grouped(Math.round((manifest.count * share) / seconds));
    const left = Math.ceil((seconds / share) * (1 - share));
    const sent = grouped(Math.floor(manifest.count * share));
    io.stderr(
      `${sent} of ${grouped(manifest.count)} lines (${Math.floor(share * 100)} %), ${rate} a second, ${left} s left\n`,
    );
  };
}

// ---- Waiting for the end ------------------------------------------------------------------------------------------

/** The status of the feed once it is applied; a refusal, or closings nobody confirms, are thrown. */
async function settled(
  id: string,
  client: OperatorClient,
  access: InsurerAccess,
  confirm: boolean,
  io: CliIo,
): Promise<Record<string, unknown>> {
  const startedAt = io.now();
  let answeredAt = startedAt;
  let said = false;
  for (;;) {
    const reply = await client.send('GET', feedPath(id));
    if (reply.status === 200) {
      answeredAt = io.now();
      const { state } = reply.body;
      if (state === 'applied') return reply.body;
      if (state === 'refused') throw new Refused(problemOf(reply.body));
      if (state === 'receiving') throw new Refused(lostRows(reply.body));
      if (state === 'waiting-approval') await secondPerson(id, reply.body, access, confirm);
    } else if (reply.status !== 0 && reply.status < 500) throw new Refused(reply.body);
    else if (io.now() - answeredAt > PATIENCE_MS) throw new Refused(reply.body);
    if (!said && io.now() - startedAt > PROGRESS_EVERY_MS) {
      said = true;
      io.stderr('all lines are there; the rows are being made visible …\n');
    }
    await delay(POLL_MS);
  }
}

async function secondPerson(
  id: string,
  status: Record<string, unknown>,
  access: InsurerAccess,
  confirm: boolean,
): Promise<void> {
  if (!confirm || access.approver === null) throw new Refused(waitingProblem(id, status));
  const second = await openOperatorClient(access.operatorUrl, { ca: access.ca, ...access.approver });
  try {
    ok(await second.send('POST', approvalPath(id, status)));
  } finally {
    second.close();
  }
}

/** The number seen is sent along: what is approved is what was looked at. */
function approvalPath(id: string, status: Record<string, unknown>): string {
  const waiting = status['waiting'] as { closes: number } | null;
  return `${feedPath(id)}/approval${waiting ? `?closes=${waiting.closes}` : ''}`;
}

function feedPath(id: string): string {
  return `/v1/feeds/${encodeURIComponent(id)}`;
}

function waitingProblem(id: string, status: Record<string, unknown>): Record<string, unknown> {
  const { closes, limit } = status['waiting'] as { closes: number; limit: number };
  return {
    type: 'urn:rempart:problem:feed-waiting',
    title: `The feed ends the cover of ${grouped(closes)} persons, more than ${grouped(limit)}: a second person must agree (rempart feed approve ${id}).`,
    code: 'feed-waiting',
    detail: `Ce flux met fin à la couverture de ${closes} personnes, plus que la limite de ${limit} : une deuxième personne doit l’approuver.`,
    feedId: id,
    closes,
    limit,
  };
}

function problemOf(status: Record<string, unknown>): Record<string, unknown> {
  const { code, en, fr, ...facts } = status['problem'] as Record<string, unknown>;
  return { type: `urn:rempart:problem:${String(code)}`, title: en, code, detail: fr, ...facts };
}

/** The operator's database crashed and lost the rows that waited: they are to be sent again. */
function lostRows(status: Record<string, unknown>): Record<string, unknown> {
  return {
    type: 'urn:rempart:problem:feed-interrupted',
    title: 'The operator lost the rows that were waiting. Import the file again: it goes on by itself.',
    code: 'feed-interrupted',
    detail: 'L’opérateur a perdu les lignes en attente. Relancez l’import : il reprend de lui-même.',
    resumeFrom: status['resumeFrom'],
  };
}

// ---- Rejected lines -----------------------------------------------------------------------------------------------

/** FILE.rejected.ndjson: line numbers and reasons. A file left by an earlier import goes. */
async function writeRejects(
  file: string,
  id: string,
  status: Record<string, unknown>,
  client: OperatorClient,
  io: CliIo,
): Promise<void> {
  const target = `${file}.rejected.ndjson`;
  const { rejected } = status['result'] as { rejected: number };
  await rm(target, { force: true });
  let written = 0;
  for (let after: number | null = rejected > 0 ? 0 : null; after !== null; ) {
    const page = ok(await client.send('GET', `${feedPath(id)}/rejects?after=${after}`));
    const rejects = page['rejects'] as Record<string, unknown>[];
    await writeFile(target, rejects.map((one) => `${JSON.stringify(one)}\n`).join(''), {
      flag: 'a',
      mode: 0o600,
    });
    written += rejects.length;
    after = page['next'] as number | null;
  }
  if (rejected > 0) io.stderr(`${grouped(rejected)} lines were rejected: see ${target}\n`);
  if (rejected > written) io.stderr(`(the operator keeps the first ${grouped(written)} only)\n`);
}

// ---- Small change -------------------------------------------------------------------------------------------------

function ok(reply: Reply): Record<string, unknown> {
  if (reply.status !== 200) throw new Refused(reply.body);
  return reply.body;
}

function print(document: Record<string, unknown>, io: CliIo): void {
  io.stdout(`${JSON.stringify(document, null, io.json ? 0 : 2)}\n`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // readManifest says that it is no object
  }
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
