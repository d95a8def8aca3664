// A server for LOOKING at the professional's portal: canned answers, fictitious people, not shipped, no rights, no vault.
// It checks session proofs for real (so that the page's signing is exercised), and sends the strict headers.
// Must never be taken for the platform: `npm start` brings up the real one.

import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

export const STRICT_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const PAGES = join(import.meta.dirname, '../../dist/web/professional');
const WHO = { name: 'Claire Vasseur' };
const ACCOUNTS = [
  {
    accountId: 'claire',
    profession: 'pharmacist',
    structure: { id: 'S-1', name: 'Pharmacie des Halles', place: 'Valmoreau' },
  },
  {
    accountId: 'claire-2',
    profession: 'hospital',
    structure: { id: 'S-2', name: 'Hôpital de Saint-Orban', place: 'Saint-Orban' },
  },
] as const;

type Refusal = { code: string; status: number; [extra: string]: unknown };
export type Scene = {
  state: 'none' | 'choose-structure' | 'open' | 'locked';
  account: 0 | 1;
  /** Milliseconds until idle lock and until the end. */
  idleMs: number;
  leftMs: number;
  /** The next answers' code, or a refusal. */
  outcome: string | Refusal;
  delayMs: number;
};

export type LookServer = {
  url: string;
  scene: Scene;
  /** Bodies of the eligibility questions that were asked. */
  asked: Record<string, unknown>[];
  badProofs: string[];
  close(): Promise<void>;
};

export async function startLookServer(): Promise<LookServer> {
  const app = fastify();
  const scene: Scene = {
    state: 'none',
    account: 0,
    idleMs: 15 * 60_000,
    leftMs: 3.2 * 3_600_000,
    outcome: '000',
    delayMs: 0,
  };
  const look: LookServer = { url: '', scene, asked: [], badProofs: [], close: () => app.close() };
  const proofs = new Proofs();

  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', STRICT_CSP);
    reply.header('referrer-policy', 'no-referrer');
    reply.header('x-content-type-options', 'nosniff');
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  await app.register(fastifyStatic, { root: PAGES, wildcard: false });
  app.setNotFoundHandler((_request, reply) => reply.sendFile('index.html'));

  app.post('/auth/sign-in', async (request) => {
    proofs.key = createPublicKey({ key: parsed(request)['publicKey'] as JsonWebKey, format: 'jwk' });
    return { redirectTo: '/auth/look' };
  });
  app.get('/auth/look', async (_request, reply) => {
    scene.state = 'choose-structure';
    return reply.redirect('/');
  });
  app.get('/v1/session', async () => session(scene, proofs));

  await app.register(async (proven) => {
    proven.addHook('preHandler', async (request, reply) => {
      const wrong = proofs.whatIsWrong(request);
      reply.header('session-nonce', proofs.fresh());
      if (wrong) look.badProofs.push(`${request.method} ${request.url}: ${wrong}`);
    });
    provenRoutes(proven, look);
  });
  look.url = await app.listen({ host: '127.0.0.1', port: 0 });
  return look;
}

function parsed(request: FastifyRequest): Record<string, unknown> {
  return request.body ? (JSON.parse(String(request.body)) as Record<string, unknown>) : {};
}

class Proofs {
  key: KeyObject | null = null;
  #count = 0;
  #open = new Set<string>();

  fresh(): string {
    this.#count += 1;
    const nonce = `nonce-${this.#count}`;
    this.#open.add(nonce);
    return nonce;
  }

  whatIsWrong(request: FastifyRequest): string | null {
    const header = String(request.headers['session-proof'] ?? '');
    const [nonce = '', signature = ''] = header.split('.');
    if (!this.#open.delete(nonce)) return `nonce ${nonce} is not open`;
    const digest = createHash('sha256')
      .update(String(request.body ?? ''))
      .digest('base64url');
    const text = Buffer.from(`${request.method}\n${request.url}\n${digest}\n${nonce}`);
    if (!this.key) return 'no key';
    const key = { key: this.key, dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', text, key, Buffer.from(signature, 'base64url')) ? null : 'signature';
  }
}

function session(scene: Scene, proofs: Proofs) {
  const nonces = Array.from({ length: 8 }, () => proofs.fresh());
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  if (scene.state === 'none') return { state: 'none' };
  if (scene.state === 'choose-structure') {
    const structures = ACCOUNTS.map(({ accountId, profession, structure }) => ({
      accountId,
      profession,
      ...structure,
    }));
    return { state: scene.state, who: WHO, structures, nonces };
  }
  const account = ACCOUNTS[scene.account];
  return {
    state: scene.state,
    who: WHO,
    account,
    idleEndsAt: at(scene.idleMs),
    endsAt: at(scene.leftMs),
    nonces,
  };
}

function provenRoutes(app: FastifyInstance, look: LookServer): void {
  const { scene } = look;
  const certificates = [
    certificate('officine-poste-1', 'A', null),
    certificate('officine-poste-2', 'B', '2026-10-02T09:12:00Z'),
  ];
  const passkeys = [
    {
      id: 'k1',
      label: 'Poste 1',
      createdAt: '2026-09-01T08:00:00Z',
      lastUsedAt: '2026-11-22T07:31:00Z' as string | null,
    },
  ];

  app.post('/v1/session/structure', async (request, reply) => {
    scene.account = parsed(request)['accountId'] === 'claire' ? 0 : 1;
    scene.state = 'open';
    return reply.code(204).send();
  });
  app.delete('/v1/session', async () => {
    scene.state = 'none';
    return { redirectTo: null };
  });
  app.post('/v1/eligibility', async (request, reply) => {
    const question = parsed(request);
    look.asked.push(question);
    if (scene.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, scene.delayMs));
    if (typeof scene.outcome !== 'string') return refuse(reply, scene.outcome);
    return answer(scene.outcome, question['requestId'] as string);
  });
  app.get('/v1/lookups', async () => ({ lookups: LOOKUPS }));
  app.get('/v1/certificates', async () => ({ certificates }));
  app.post('/v1/certificates', async (_request, reply) => {
    certificates.push(certificate('officine-poste-3', 'C', null));
    return reply.code(201).send(certificates.at(-1));
  });
  app.delete('/v1/certificates/:thumbprint', async (_request, reply) => {
    for (const one of certificates) one.revokedAt ??= '2026-11-22T10:00:00Z';
    return reply.code(204).send();
  });
  app.get('/v1/passkeys', async () => ({ passkeys }));
  app.delete('/v1/passkeys/:id', async (_request, reply) => {
    passkeys.pop();
    return reply.code(204).send();
  });
  for (const path of ['/v1/passkeys/options', '/v1/session/unlock/options', '/v1/session/unlock']) {
    app.post(path, async (_request, reply) => refuse(reply, { code: 'internal', status: 500 }));
  }
}

function refuse(reply: FastifyReply, { status, ...rest }: Refusal) {
  const problem = {
    type: `urn:rempart:problem:${rest.code}`,
    title: 'An English sentence.',
    detail: 'Une phrase en français.',
    status,
    ...rest,
  };
  return reply.code(status).type('application/problem+json').send(problem);
}

function answer(code: string, requestId: string) {
  const covered = ['000', '001', '102', '103'].includes(code);
  return {
    requestId,
    code,
    engagementNo: covered ? 'XXC1NMNJJS0DAV62T3YEG1Y0PV' : null,
    covered,
    coverFrom: covered ? '2026-01-01' : null,
    coverTo: code === '103' ? '2026-12-31' : null,
    guaranteeUntil: code === '000' ? '2026-11-23' : null,
    rule: covered ? 'R1' : null,
    responsible: covered ? true : null,
    receipt: { log: 'rempart.example/look/log-1', index: 48_213, leaf: '', signature: '' },
  };
}

function certificate(clientId: string, letter: string, revokedAt: string | null) {
  return {
    thumbprint: letter.repeat(43),
    clientId,
    enrolledAt: '2026-09-14T08:20:00Z',
    enrolledBy: WHO.name,
    revokedAt,
  };
}

const LOOKUPS = (
  [
    ['10:42', 'PHAR', '000', 48_213],
    ['10:39', 'PHAR', '200', 48_197],
    ['10:31', 'FOUR', '000', 48_160],
    ['10:20', 'PHAR', '101', 48_102],
    ['10:02', 'PHAR', 'budget-exhausted', null],
    ['09:58', 'PHAR', '000', 47_990],
    ['09:41', 'FOUR', '103', 47_871],
    ['09:12', 'PHAR', '301', 47_702],
  ] as const
).map(([time, domain, code, receiptIndex]) => ({
  at: `2026-11-22T${time}:00Z`,
  domain,
  code,
  receiptIndex,
}));
