// HTTP as somebody without a certificate of ours: what anybody on the network can send to any of the listeners.

import { request as plainRequest, type RequestOptions } from 'node:http';
import { request as tlsRequest } from 'node:https';

export type StrangerCall = {
  method: 'GET' | 'POST';
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON; text is sent as it is. */
  body?: unknown;
  tls: { ca: Buffer | string; cert?: string; key?: string };
};

/** `status` 0: not even a connection. `body`: of JSON answers. */
export type StrangerReply = { status: number; body: Record<string, unknown> };

export function strangerCall({ method, url, headers, body, tls }: StrangerCall): Promise<StrangerReply> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  const options: RequestOptions = {
    method,
    agent: false,
    headers: {
      ...(text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
      ...headers,
    },
  };
  const send = (onResponse: Parameters<typeof tlsRequest>[2]) =>
    url.startsWith('https:')
      ? tlsRequest(url, { ...options, ...tls }, onResponse)
      : plainRequest(url, options, onResponse);
  return new Promise((resolve) => {
    const call = send((response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) }),
      );
    });
    call.on('error', () => resolve({ status: 0, body: {} }));
    call.end(text);
  });
}

function parsed(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
