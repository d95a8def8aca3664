// Puts declared routes on Fastify: authentication first, then the body, then the handler; one place where errors
// become problem documents. It must never log a body, a query or a header, nor answer with an internal detail.

import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { AppError, FatalError, problemDocument } from '../lib/app-error.ts';
import { monotonicMs } from '../lib/clock.ts';
import type { AnyRoute, Caller, Who } from './route.ts';

export type HttpParts = {
  /** Title and version of the published description. */
  info: { title: string; version: string };
  /** Key, certificate, and authorities when client certificates are asked for; null for a plain listener on loopback. */
  tls: { key: string; cert: string; ca?: string } | null;
  /** The caller proven by connection and request, as that route asks for one; throws the refusal when there is none. */
  authenticate(
    request: FastifyRequest,
    who: Exclude<Who, 'public'>,
    /** Told of a caller who is known so far: what is refused from then on is entered under this name. */
    known: (caller: Caller) => void,
  ): Caller | Promise<Caller>;
  /**
   * True for browsers, which sign what they send: the body's text is kept (`Call.received`), and a caller is known once
   * it has arrived, still before a single property of it is read.
   */
  signedBodies?: boolean;
  /** What a 401 asks for (RFC 9110, 11.6.1): `Bearer`, or a scheme of our own: signed calls, a client certificate. */
  scheme: 'Bearer' | 'Session-Proof' | 'Client-Certificate';
  /** Makes the refusals this layer needs out of the process's own catalogue. */
  refusals: {
    wrongRole(): AppError;
    invalid(field: string): AppError;
    badJson(): AppError;
    tooLarge(): AppError;
    contentType(): AppError;
    notFound(): AppError;
    internal(): AppError;
    /** Expected failures of the parts behind (vault away, database away) as a refusal; null when it is a bug. */
    known(error: unknown): AppError | null;
  };
  /** A caller who is known was refused; resolves when that is durable (ledger). */
  noteRefusal(caller: Caller, route: AnyRoute, code: string): Promise<void>;
  /** Counts every answer by route, status and, when refused, public code: never by person, insurer or cause. */
  observe(route: string, status: number, elapsedMs: number, refused?: string): void;
  onInternalError(error: unknown): void;
};

declare module 'fastify' {
  interface FastifyRequest {
    arrivedAtMs: number;
    caller: Caller | null;
    receivedBody: string;
  }
  interface FastifyContextConfig {
    route?: AnyRoute;
  }
}

const DEFAULT_BODY_LIMIT = 16 * 1024;
/** Headers, then a JSON body, must be there within these; a feed may take hours, but not fall silent. */
const HEADERS_LIMIT_MS = 10_000;
const BODY_LIMIT_MS = 15_000;
const STREAM_SILENCE_MS = 120_000;

/** A Fastify instance with the given routes; opens no port. */
export function buildHttp(parts: HttpParts, routes: readonly AnyRoute[]): FastifyInstance {
  const app = fastify({
    ...(parts.tls
      ? { https: { ...parts.tls, requestCert: parts.tls.ca !== undefined, rejectUnauthorized: false } }
      : {}),
    logger: false,
    bodyLimit: DEFAULT_BODY_LIMIT,
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 75_000,
    return503OnClosing: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    ajv: {
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        useDefaults: false,
        allErrors: false,
        discriminator: true,
      },
    },
  }) as unknown as FastifyInstance;
  app.server.headersTimeout = HEADERS_LIMIT_MS;
  app.decorateRequest('arrivedAtMs', 0);
  app.decorateRequest('caller', null);
  app.decorateRequest('receivedBody', '');
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/x-ndjson', (request, payload, done) => {
    const isStream = request.routeOptions.config.route?.bodyAs === 'stream';
    done(isStream ? null : parts.refusals.contentType(), payload);
  });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request, body, done) => {
      const isForm = request.routeOptions.config.route?.bodyAs === 'form';
      if (isForm) done(null, formOf(String(body)));
      else done(parts.refusals.contentType());
    },
  );
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAtMs = monotonicMs();
    const route = request.routeOptions.config.route;
    if (!route) return done();
    limitArrival(request, route);
    if (parts.signedBodies) done();
    else admit(parts, request, route, done);
  });
  if (parts.signedBodies) keepBodies(app, parts);
  app.setErrorHandler((error, request, reply) => sendProblem(parts, error, request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(parts, parts.refusals.notFound(), request, reply));
  app.register(swagger, { openapi: { openapi: '3.1.0', info: parts.info } });
  // The description is made of the routes mounted after it.
  void app.after(() => {
    for (const route of routes) mount(app, route, parts);
    app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  return app;
}

/** Known first, then judged: the refusal of a known caller is entered in the ledger. */
function admit(
  parts: HttpParts,
  request: FastifyRequest,
  { who }: AnyRoute,
  done: (error?: Error) => void,
): void {
  if (who === 'public') {
    done();
    return;
  }
  const known = (caller: Caller) => {
    request.caller = caller;
  };
  const judge = (caller: Caller) => {
    known(caller);
    done(caller.role === who ? undefined : parts.refusals.wrongRole());
  };
  let caller: Caller | Promise<Caller>;
  try {
    caller = parts.authenticate(request, who, known);
  } catch (error) {
    done(error as Error);
    return;
  }
  if (caller instanceof Promise) caller.then(judge, done);
  else judge(caller);
}

/** JSON stays text until its sender is known. */
function keepBodies(app: FastifyInstance, parts: HttpParts): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    request.receivedBody = String(body);
    done(null, undefined);
  });
  app.addHook('preValidation', (request, _reply, done) => {
    const route = request.routeOptions.config.route;
    if (!route) return done();
    admit(parts, request, route, (error) => {
      if (error || request.receivedBody === '') return done(error);
      try {
        request.body = JSON.parse(request.receivedBody);
        done();
      } catch {
        done(parts.refusals.badJson());
      }
    });
  });
}

/** A field that comes twice comes as a list, which no schema of ours takes: nobody chooses which of them counts. */
function formOf(text: string): Record<string, string | string[]> {
  const fields = new URLSearchParams(text);
  const only = (name: string) => {
    const [first = '', ...more] = fields.getAll(name);
    return more.length === 0 ? first : [first, ...more];
  };
  return Object.fromEntries([...new Set(fields.keys())].map((name) => [name, only(name)]));
}

/** A body that trickles in is cut off: a JSON body as a whole, a stream when nothing comes for too long. */
function limitArrival({ raw }: FastifyRequest, route: AnyRoute): void {
  if (route.method === 'GET') return;
  if (route.bodyAs === 'stream') {
    raw.setTimeout(STREAM_SILENCE_MS, () => raw.destroy());
    raw.once('close', () => raw.setTimeout(0));
    return;
  }
  const timer = setTimeout(() => raw.destroy(), BODY_LIMIT_MS);
  raw.once('end', () => clearTimeout(timer));
  raw.once('close', () => clearTimeout(timer));
}

function mount(app: FastifyInstance, route: AnyRoute, parts: HttpParts): void {
  const { params, query, body } = route.input;
  const schemas = {
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body && route.bodyAs !== 'stream' ? { body } : {}),
    ...(route.output === 'bytes' ? {} : { response: { [route.status ?? 200]: route.output as TSchema } }),
  };
  app.route({
    method: route.method,
    url: route.path,
    schema: { summary: route.summary, ...schemas },
    config: { route },
    bodyLimit:
      route.bodyAs === 'stream' ? Number.MAX_SAFE_INTEGER : (route.bodyLimitBytes ?? DEFAULT_BODY_LIMIT),
    handler: async (request, reply) => {
      const answer = await route.handle({
        params: request.params,
        query: request.query,
        body: request.body,
        caller: request.caller,
        headers: request.headers as Record<string, string | undefined>,
        received: { method: request.method, path: request.url, body: request.receivedBody },
        arrivedAtMs: request.arrivedAtMs,
      });
      const status = answer.status ?? route.status ?? 200;
      reply.code(status).header('cache-control', 'no-store');
      if (route.contentType) reply.type(route.contentType);
      if (answer.headers) reply.headers(answer.headers);
      parts.observe(route.path, status, monotonicMs() - request.arrivedAtMs);
      return route.padTo
        ? reply.type(JSON_TYPE).send(padded(reply, status, answer.body, route.padTo))
        : answer.body;
    },
  });
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Answers of one route have one length, whatever they say: JSON allows spaces at its end. */
function padded(reply: FastifyReply, status: number, body: unknown, size: number): string {
  const serialise = reply.getSerializationFunction(String(status)) ?? JSON.stringify;
  const text = serialise(body as Record<string, unknown>);
  return text.padEnd(Math.ceil(text.length / size) * size);
}

async function sendProblem(
  parts: HttpParts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refused = asRefusal(parts, error);
  if (refused.facts.status >= 500 && refused.code === 'internal') parts.onInternalError(error);
  const route = request.routeOptions.config?.route;
  if (request.caller && route) {
    // The refusal itself discloses nothing, so it leaves even when the ledger cannot take the entry just now.
    await parts.noteRefusal(request.caller, route, refused.code).catch(() => undefined);
  }
  parts.observe(
    route?.path ?? 'none',
    refused.facts.status,
    monotonicMs() - request.arrivedAtMs,
    refused.code,
  );
  if (refused.facts.status === 401) reply.header('www-authenticate', parts.scheme);
  if (typeof refused.extras['retryAfterSeconds'] === 'number') {
    reply.header('retry-after', String(refused.extras['retryAfterSeconds']));
  }
  return reply
    .code(refused.facts.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemDocument(refused));
}

type FrameworkError = {
  code?: string;
  statusCode?: number;
  validation?: { instancePath?: string; params?: Record<string, unknown> }[];
  validationContext?: string;
};

function asRefusal(parts: HttpParts, error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof FatalError) return parts.refusals.internal();
  const { code, statusCode, validation, validationContext } = error as FrameworkError;
  if (validation) return parts.refusals.invalid(fieldOf(validation, validationContext ?? 'body'));
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return parts.refusals.tooLarge();
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return parts.refusals.contentType();
  if (
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ||
    statusCode === 400
  ) {
    return parts.refusals.badJson();
  }
  return parts.refusals.known(error) ?? parts.refusals.internal();
}

/** Names the property that is wrong, never its value: `evidence.beneficiary.nir`. Unknown names are not repeated. */
function fieldOf(validation: NonNullable<FrameworkError['validation']>, context: string): string {
  const [first] = validation;
  const path = (first?.instancePath ?? '').replace(/^\//, '').replaceAll('/', '.');
  const missing = first?.params?.['missingProperty'];
  const unknown = first?.params?.['additionalProperty'] === undefined ? '' : 'unknown property';
  const parts = [path, typeof missing === 'string' ? missing : '', unknown].filter((part) => part !== '');
  return parts.join('.') || context;
}
