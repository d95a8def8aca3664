// The way from an insurer to the operator: HTTPS with the insurer's client certificate, one connection kept open. An
// operator that is away is an answer like another (status 0): what is owed is sent again later.

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';

export type OperatorReply = { status: number; body: Record<string, unknown> };

export interface OperatorLink {
  send(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<OperatorReply>;
  close(): void;
}

const PATIENCE_MS = 10_000;
/** The longest answer of ours is the trust list, of some 250 bytes a key; anything longer is not ours. */
const MOST_ANSWER_BYTES = 4 * 1024 * 1024;
const AWAY: OperatorReply = { status: 0, body: {} };

/** `files`: PEM. */
export async function openOperatorLink(
  url: string,
  files: { caFile: string; certFile: string; keyFile: string },
): Promise<OperatorLink> {
  const [ca, cert, key] = await Promise.all([
    readFile(files.caFile),
    readFile(files.certFile),
    readFile(files.keyFile),
  ]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, cert, key });
  return {
    send: (method, path, body) => send(agent, new URL(path, url), method, body),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, url: URL, method: string, body: unknown): Promise<OperatorReply> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const call = request(url, { agent, method, timeout: PATIENCE_MS, headers }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MOST_ANSWER_BYTES) call.destroy();
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(chunks) }));
      response.on('error', () => resolve(AWAY));
      response.on('close', () => resolve(AWAY)); // cut short; after the end it changes nothing
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(AWAY));
    call.end(text);
  });
}

function parsed(chunks: readonly Buffer[]): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  } catch {
    return {}; // not an answer of an operator of ours
  }
}

/** What we sent was not taken. `code`: the operator’s own code of the refusal, or `operator-away`. */
export class NotTaken extends Error {
  readonly code: string;
  constructor(what: string, { status, body }: OperatorReply) {
    super(`the operator did not take ${what}`);
    this.name = 'NotTaken';
    this.code = status === 0 ? 'operator-away' : String(body['code'] ?? status);
  }
}
