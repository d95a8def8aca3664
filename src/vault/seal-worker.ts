// The thread that seals: takes jobs from seal-pool.ts one at a time, gives back rows. Runs in the vault's process.
// Must never let an error out with its message: a message can quote the line that was being read.

import { parentPort } from 'node:worker_threads';
import { fingerprintBlock, sealBlock } from './seal-block.ts';
import type { SealReplyMessage, SealRequestMessage } from './seal-pool.ts';

const port = parentPort;
if (port === null) throw new Error('seal-worker.ts is started by seal-pool.ts, as a thread');

port.on('message', (request: SealRequestMessage) => {
  const reply = answer(request);
  port.postMessage(reply, reply.ok ? buffersOf(reply) : []);
});

function answer(request: SealRequestMessage): SealReplyMessage {
  try {
    return request.do === 'seal'
      ? { ok: true, do: 'seal', sealed: sealBlock(request.job) }
      : { ok: true, do: 'fingerprint', prints: fingerprintBlock(request.job) };
  } catch (error) {
    return { ok: false, where: placeOf(error) };
  }
}

/** The lines of a stack that name code, without the first, which holds the message. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return `${error.name}\n${frames.join('\n')}`;
}

/** Handed over, not copied. */
function buffersOf(reply: SealReplyMessage & { ok: true }): ArrayBuffer[] {
  const buffers = reply.do === 'seal' ? [reply.sealed.lines, reply.sealed.doors] : [reply.prints];
  return buffers.map((buffer) => buffer.buffer as ArrayBuffer);
}
