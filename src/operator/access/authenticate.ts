// From connection and request to a known caller: a certificate of ours, inside its dates, enrolled and not revoked; for
// a person also a token bound to that certificate. At every request, before a single byte of the body is parsed.

import type { Socket } from 'node:net';
import { presented } from '../../http/peer.ts';
import type { Caller, Who } from '../../http/route.ts';
import type { Clock } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { BoundTokens } from './bound-tokens.ts';
import type { Directory } from './directory.ts';

type Authenticable = { raw: { socket: Socket }; headers: { authorization?: string | undefined } };

export function authentication(parts: { directory: Directory; tokens: BoundTokens; clock: Clock }) {
  return (
    request: Authenticable,
    who: Exclude<Who, 'public'>,
    known: (caller: Caller) => void,
  ): Caller | Promise<Caller> => {
    const peer = presented(request.raw.socket, parts.clock.nowMs());
    if (typeof peer === 'string') throw refusal(peer);
    const caller = parts.directory.caller(peer.thumbprint);
    if (!caller) throw refusal('certificate-unknown');
    if (caller.role !== 'software' || who !== 'professional') return caller;
    known(caller); // a token that is missing, stolen or forged is refused to this client, and entered
    const token = bearerOf(request.headers.authorization);
    if (token === null) throw refusal('token-required');
    return parts.tokens.caller(caller, token);
  };
}

/** The token of `Authorization: Bearer …` (RFC 6750); null when there is none. */
function bearerOf(header: string | undefined): string | null {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? '')?.[1] ?? null;
}
