// From the connection to a known caller: a certificate of ours, inside its dates, enrolled and not revoked, at every
// request. Runs before a single byte of the body is parsed.

import type { Socket } from 'node:net';
import { peerOf } from '../../http/peer.ts';
import type { Caller } from '../../http/route.ts';
import type { Clock } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { Directory } from './directory.ts';

export function certificateAuthentication(directory: Directory, clock: Clock) {
  return (request: { raw: { socket: Socket } }): Caller => {
    const peer = peerOf(request.raw.socket);
    if (peer.kind === 'none') throw refusal('certificate-required');
    if (peer.kind === 'foreign') throw refusal('certificate-unknown');
    const nowMs = clock.nowMs();
    if (nowMs < peer.notBeforeMs || nowMs > peer.notAfterMs) throw refusal('certificate-expired');
    const caller = directory.caller(peer.thumbprint);
    if (!caller) throw refusal('certificate-unknown');
    return caller;
  };
}
