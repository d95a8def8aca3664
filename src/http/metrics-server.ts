// /metrics on its own loopback port: never on the address that professionals and insurers reach.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export async function listenMetrics(
  port: number,
  metrics: { contentType: string; text(): Promise<string> },
): Promise<{ port: number; close(): void }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
