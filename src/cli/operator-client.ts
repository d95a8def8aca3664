// Talks to the operator as a piece of software would: TLS with a client certificate, one connection kept open.

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';

export type Credentials = { ca: string; cert: string; key: string };
export type Reply = { status: number; body: Record<string, unknown> };

export type OperatorClient = {
  /** `token`: sent as `Authorization: Bearer`. */
  send(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, token?: string): Promise<Reply>;
  close(): void;
};

const PATIENCE_MS = 15_000;

/** The operator is not there: in the shape of a problem, so that scripts read one kind of document. */
export const UNREACHABLE: Reply = {
  status: 0,
  body: {
    type: 'urn:rempart:problem:unreachable',
    title: 'The operator cannot be reached. Is the demo running (npm start)?',
    status: 0,
    code: 'unreachable',
    detail: 'L’opérateur est injoignable. La démonstration tourne-t-elle (npm start) ?',
  },
};

/** `credentials` are paths of PEM files. Replies come in order; a lost connection gives UNREACHABLE. */
export async function openOperatorClient(url: string, credentials: Credentials): Promise<OperatorClient> {
  const [ca, cert, key] = await Promise.all(
    [credentials.ca, credentials.cert, credentials.key].map((path) => readFile(path)),
  );
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  });
  return {
    send: (method, path, body, token) => send(agent, new URL(path, url), { method, body, token }),
    close: () => agent.destroy(),
  };
}

type Message = { method: string; body: unknown; token: string | undefined };

function send(agent: Agent, url: URL, { method, body, token }: Message): Promise<Reply> {
  const headers = {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve) => {
    const call = request(
      url,
      { agent, method, timeout: PATIENCE_MS, headers: { ...headers, ...(text ? jsonHeaders(text) : {}) } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }),
        );
        response.on('error', () => resolve(UNREACHABLE));
      },
    );
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(UNREACHABLE));
    call.end(text);
  });
}

function jsonHeaders(text: string) {
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
}

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    return UNREACHABLE.body; // not our operator at that address
  }
}
