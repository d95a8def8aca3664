// A load generator for one thing: HTTP/1.1 requests over many keep-alive mTLS connections, at the least cost per
// request, since generator, operator, vault and database share two cores (TECHNOLOGY.md 13 c).

import { connect, type TLSSocket } from 'node:tls';

/** Without `cert` and `key`: a stranger. */
export type Credentials = { ca: Buffer; cert?: Buffer; key?: Buffer };
export type Response = { status: number; body: Buffer };

/** One connection that carries one request at a time. */
export class Connection {
  readonly #socket: TLSSocket;
  /** Sent with every request, when there is one. */
  readonly #authorization: string;
  #received: Buffer = Buffer.alloc(0);
  #waiting: ((response: Response) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(socket: TLSSocket, token: string | undefined) {
    this.#socket = socket;
    this.#authorization = token ? `authorization: Bearer ${token}\r\n` : '';
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('close', () => this.#failed?.(new Error('the operator closed a connection')));
    socket.on('error', (error) => this.#failed?.(error));
  }

  static open(url: URL, credentials: Credentials, token?: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: url.hostname, port: Number(url.port), ...credentials }, () =>
        resolve(new Connection(socket, token)),
      );
      socket.once('error', reject);
    });
  }

  send(request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#failed = reject;
      const { line, headers, body } = request;
      this.#socket.write(`${line}${this.#authorization}${headers}\r\n${body}`);
    });
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + 4 + length;
    if (this.#received.length < end) return;
    const response = { status: Number(head.slice(9, 12)), body: this.#received.subarray(headEnd + 4, end) };
    this.#received = this.#received.subarray(end);
    this.#waiting?.(response);
  }
}

/** Request line, further headers (each with its line end), body. */
export type Request = { line: string; headers: string; body: string };

export function getRequest(url: URL, path: string): Request {
  return { line: `GET ${path} HTTP/1.1\r\nhost: ${url.host}\r\n`, headers: '', body: '' };
}

export function postRequest(url: URL, path: string, body: string): Request {
  return {
    line: `POST ${path} HTTP/1.1\r\nhost: ${url.host}\r\n`,
    headers: `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`,
    body,
  };
}

/** Runs `once` on every connection again and again until the time is up; returns how many were done per second. */
export async function closedLoop(
  connections: readonly Connection[],
  milliseconds: number,
  once: (connection: Connection, index: number) => Promise<void>,
): Promise<{ perSecond: number; done: number }> {
  const startedAt = performance.now();
  let done = 0;
  await Promise.all(
    connections.map(async (connection, index) => {
      while (performance.now() - startedAt < milliseconds) {
        await once(connection, index);
        done += 1;
      }
    }),
  );
  return { done, perSecond: (done * 1000) / (performance.now() - startedAt) };
}
