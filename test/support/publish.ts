// Publishes a feed as an insurer's own system would: manifest, block hashes, detached signature, HTTP.

import { createHash, createPrivateKey, type JsonWebKey, sign } from 'node:crypto';
import { readJson } from '../../src/demo/files.ts';
import type { DemoPaths } from '../../src/demo/paths.ts';
import type { Answer, SendOptions } from './world.ts';

export type Publishing = {
  paths: DemoPaths;
  send(path: string, options?: SendOptions): Promise<Answer>;
  amcNo: string;
  lines: readonly string[];
  kind?: 'full' | 'delta';
  /** Default: the next one. */
  seq?: number;
};

const END_STATES = new Set(['applied', 'refused', 'waiting-approval']);

export async function publishLines(publishing: Publishing): Promise<Record<string, unknown>> {
  const { paths, send, amcNo, lines } = publishing;
  const as = `${amcNo}-emetteur`;
  const seq = publishing.seq ?? Number((await send('/v1/feeds', { as })).body['nextSeq']);
  const manifest = manifestOf(publishing, seq);
  const signature = await signManifest(paths, amcNo, manifest);
  const raw = Buffer.from([manifest, ...lines, ''].join('\n'));
  const headers = { 'content-type': 'application/x-ndjson', 'feed-signature': signature };
  const posted = await send('/v1/feeds', { as, method: 'POST', raw, headers });
  if (posted.status !== 202) return posted.body;
  for (;;) {
    const { body } = await send(`/v1/feeds/${String(posted.body['feedId'])}`, { as });
    if (END_STATES.has(String(body['state']))) return body;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function manifestOf({ amcNo, lines, kind = 'full' }: Publishing, seq: number): string {
  const blocks: string[] = [];
  for (let i = 0; i < lines.length; i += 10_000) {
    const block = lines
      .slice(i, i + 10_000)
      .map((line) => `${line}\n`)
      .join('');
    blocks.push(createHash('sha256').update(block).digest('hex'));
  }
  return JSON.stringify({
    type: 'manifest',
    insurer: amcNo,
    kind,
    seq,
    count: lines.length,
    sentAt: '2026-11-22T06:00:00Z',
    blocks,
  });
}

/** Detached JWS, ES256 (RFC 7515 appendix F), made here a second time and not with the platform's code. */
async function signManifest(paths: DemoPaths, amcNo: string, manifest: string): Promise<string> {
  const { feedKey } = await readJson<{ feedKey: JsonWebKey }>(paths.insurer(amcNo));
  const header = Buffer.from('{"alg":"ES256"}').toString('base64url');
  const input = Buffer.from(`${header}.${Buffer.from(manifest).toString('base64url')}`);
  const signature = sign('sha256', input, {
    key: createPrivateKey({ key: feedKey, format: 'jwk' }),
    dsaEncoding: 'ieee-p1363',
  });
  return `${header}..${signature.toString('base64url')}`;
}
