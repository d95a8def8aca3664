// Who is at the other end of a TLS connection: the client certificate, checked once per connection and its dates at
// every request (a resumed session keeps a certificate that may have expired since).

import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { thumbprint } from '../crypto/digest.ts';

export type Peer =
  | { kind: 'none' }
  | { kind: 'foreign' }
  | { kind: 'certificate'; thumbprint: string; notBeforeMs: number; notAfterMs: number };

const NONE: Peer = { kind: 'none' };
const known = new WeakMap<Socket, Peer>();

/** The certificate presented on this connection; `foreign` when no authority of ours issued it. */
function peerOf(socket: Socket): Peer {
  const seen = known.get(socket);
  if (seen) return seen;
  const peer = socket instanceof TLSSocket ? read(socket) : NONE;
  known.set(socket, peer);
  return peer;
}

function read(socket: TLSSocket): Peer {
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return NONE;
  const dated = {
    kind: 'certificate' as const,
    thumbprint: thumbprint(certificate.raw),
    notBeforeMs: Date.parse(certificate.validFrom),
    notAfterMs: Date.parse(certificate.validTo),
  };
  const error = String(socket.authorizationError ?? '');
  const onlyDated = error === 'CERT_HAS_EXPIRED' || error === 'CERT_NOT_YET_VALID';
  return socket.authorized || onlyDated ? dated : { kind: 'foreign' };
}

export type PeerProblem = 'certificate-required' | 'certificate-unknown' | 'certificate-expired';

/** The thumbprint of a certificate of ours within its dates, or why there is none. */
export function presented(socket: Socket, nowMs: number): { thumbprint: string } | PeerProblem {
  const peer = peerOf(socket);
  if (peer.kind === 'none') return 'certificate-required';
  if (peer.kind === 'foreign') return 'certificate-unknown';
  return nowMs < peer.notBeforeMs || nowMs > peer.notAfterMs ? 'certificate-expired' : peer;
}
