// PURE. The configuration of the status process and of who writes for it: an address and a folder, nothing else. It has no
// secret and must never get one.

import { type Mode, Reader } from './config.ts';
import type { RawEnv } from './env.ts';

export type StatusConfig = {
  mode: Mode;
  host: string;
  port: number;
  /** Log and pages. */
  directory: string;
  /** Null in the demo only, on localhost. */
  tls: { certFile: string; keyFile: string } | null;
};

export const STATUS_VARIABLES = {
  REMPART_MODE: 'demo or production',
  STATUS_HOST: 'address the status page is served on',
  STATUS_PORT: 'port of the status page; 0 picks a free one',
  STATUS_DIRECTORY: 'folder of the status page, which `rempart status` writes',
  STATUS_TLS_CERT_FILE: 'the status page’s certificate (PEM); without it plain http, in the demo only',
  STATUS_TLS_KEY_FILE: 'the key of the status page’s certificate (PEM)',
} as const;

export function statusConfig(env: RawEnv): StatusConfig {
  const read = new Reader(env);
  const mode = read.oneOf<Mode>('REMPART_MODE', ['demo', 'production']);
  const certFile = read.optional('STATUS_TLS_CERT_FILE');
  const keyFile = read.optional('STATUS_TLS_KEY_FILE');
  if (mode === 'production' && (certFile === null || keyFile === null)) {
    read.problems.push('STATUS_TLS_CERT_FILE and _KEY_FILE are required outside demo mode');
  }
  return read.done({
    mode,
    host: read.text('STATUS_HOST', '127.0.0.1'),
    port: read.integer('STATUS_PORT', { min: 0, max: 65_535 }),
    directory: read.text('STATUS_DIRECTORY'),
    tls: certFile !== null && keyFile !== null ? { certFile, keyFile } : null,
  });
}

/** Where `rempart status` writes, outside the demo. */
export function statusDirectory(env: RawEnv): string | null {
  return new Reader(env).optional('STATUS_DIRECTORY');
}
