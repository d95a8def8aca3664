// Sends a feed file over HTTPS as a stream: bounded memory, back-pressure, and an ear for a refusal that comes before
// the end. Must never hold more of the file than a few pieces, nor show any of it.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import type { Credentials, Reply } from './operator-client.ts';

export type FeedUpload = {
  operatorUrl: string;
  credentials: Credentials;
  /** Manifest line without its newline, and the detached JWS over it. */
  manifest: string;
  jws: string;
  file: string;
  /** Where the lines begin in the file: after its own manifest line. */
  linesAt: number;
  /** First line to send, from 1. */
  fromLine: number;
  /** Bytes of lines handed to the connection so far, those passed over included. */
  onBytes(bytes: number): void;
};

/** The operator's answer; null when the connection was cut before one came: ask for the feed's status. */
export async function uploadFeed(upload: FeedUpload): Promise<Reply | null> {
  const { ca, cert, key } = upload.credentials;
  const [caPem, certPem, keyPem] = await Promise.all([readFile(ca), readFile(cert), readFile(key)]);
  const agent = new Agent({ ca: caPem, cert: certPem, key: keyPem, keepAlive: false });
  try {
    return await send(agent, upload);
  } finally {
    agent.destroy();
  }
}

function send(agent: Agent, upload: FeedUpload): Promise<Reply | null> {
  return new Promise((resolve, reject) => {
    const call = request(new URL('/v1/feeds', upload.operatorUrl), {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        'feed-signature': upload.jws,
        ...(upload.fromLine > 1 ? { 'feed-resume-from': String(upload.fromLine) } : {}),
      },
    });
    const stop = new AbortController();
    let answered = false;
    call.on('response', (response) => {
      answered = true;
      stop.abort(); // whatever is left of the file is not wanted
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(parts)) }),
      );
      response.on('error', () => resolve(null));
    });
    call.on('error', () => {
      stop.abort();
      if (!answered) resolve(null);
    });
    pour(upload, call, stop.signal).catch((error: unknown) => {
      if (stop.signal.aborted) return; // an answer or a cut connection ended it
      call.destroy();
      reject(error as Error); // the file could not be read
    });
  });
}

async function pour(
  upload: FeedUpload,
  call: ReturnType<typeof request>,
  signal: AbortSignal,
): Promise<void> {
  call.write(`${upload.manifest}\n`);
  let bytes = 0;
  let toSkip = upload.fromLine - 1;
  const stream = createReadStream(upload.file, {
    start: upload.linesAt,
    highWaterMark: 256 * 1024,
    signal,
  }) as AsyncIterable<Buffer>;
  for await (const piece of stream) {
    const { rest, skipped } = passOver(piece, toSkip);
    toSkip -= skipped;
    if (rest.length > 0 && !call.write(rest)) await drained(call, signal);
    bytes += piece.length;
    upload.onBytes(bytes);
  }
  call.end();
}

/** What follows the first `lines` newlines of the piece. */
function passOver(piece: Buffer, lines: number): { rest: Buffer; skipped: number } {
  let at = 0;
  let skipped = 0;
  while (skipped < lines) {
    const newline = piece.indexOf(10, at);
    if (newline === -1) return { rest: Buffer.alloc(0), skipped };
    skipped += 1;
    at = newline + 1;
  }
  return { rest: piece.subarray(at), skipped };
}

function drained(call: ReturnType<typeof request>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      call.off('drain', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    call.once('drain', go);
    signal.addEventListener('abort', go, { once: true });
  });
}

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    return { code: 'bad-answer', title: 'The operator’s answer is not JSON.' };
  }
}
