// How a route is declared: who may call it, which limit, which ledger event, what happens when disconnected.
// The four are required, so that a route without an answer to one of them does not compile.

import type { Readable } from 'node:stream';
import type { Static, TSchema } from 'typebox';
import type { AskerProof } from '../vault/protocol.ts';

/**
 * Who may call: nobody known; a client by its certificate alone; a professional at a site (through such a client, with
 * a token bound to its certificate); an insurer's system; a person of the operator's own staff (console only).
 */
export type Who = 'public' | 'software' | 'professional' | 'insurer' | 'staff';

/** A limit by its name in the budget table, or none with the reason why that is safe. */
export type RouteBudget = { kind: 'budget'; name: string } | { kind: 'none'; reason: string };
export const budget = (name: string): RouteBudget => ({ kind: 'budget', name });
export const none = (reason: string): RouteBudget => ({ kind: 'none', reason });

/** Which entry this call leaves in the ledger, or none with the reason why nothing is owed to anybody. */
export type RouteLedger = { kind: 'event'; event: string } | { kind: 'none'; reason: string };
export const event = (name: string): RouteLedger => ({ kind: 'event', event: name });
export const noEntry = (reason: string): RouteLedger => ({ kind: 'none', reason });

/** A caller, proven by the connection and, for a person, by what came with the request. */
export type Caller =
  | { role: 'software'; thumbprint: string; client: string }
  | {
      role: 'professional';
      account: string;
      structure: string;
      profession: string;
      client: string;
      /** When the person proved who they are, at Pro Santé Connect or with a passkey; a renewed token keeps it. */
      signedInAtMs: number;
      /** What the vault checks once more before it opens a door. */
      proof: AskerProof;
    }
  | { role: 'insurer'; thumbprint: string; client: string; person: string; amcNo: string }
  /** Nothing of it opens a door: the vault knows no staff session. */
  | { role: 'staff'; staff: string; client: string };

export type Call<Params, Query, Body> = {
  params: Params;
  query: Query;
  body: Body;
  /** Present (and of the right role) unless `who` is public. */
  caller: Caller | null;
  /** Lower-case header values that the route declared it reads. */
  headers: Readonly<Record<string, string | undefined>>;
  /** What a browser signs of its call. `body` is kept where bodies are signed, empty elsewhere. */
  received: { method: string; path: string; body: string };
  arrivedAtMs: number;
};

/** What `handle` gives back: a value of the output schema, or bytes with their own type. */
export type Reply<Output> = { status?: number; body: Output; headers?: Record<string, string | string[]> };

export type RouteDefinition<
  Params extends TSchema = TSchema,
  Query extends TSchema = TSchema,
  Body extends TSchema = TSchema,
  Output extends TSchema = TSchema,
> = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  summary: string;
  who: Who;
  input: { params?: Params; query?: Query; body?: Body; headers?: readonly string[] };
  /** `bytes`: the answer is sent as it is. */
  output: Output | 'bytes';
  /** `stream`: the body is not parsed; `handle` gets a Readable. `form`: a form (as OAuth sends it) or JSON. */
  bodyAs?: 'json' | 'stream' | 'form';
  contentType?: string;
  bodyLimitBytes?: number;
  /** Answers are padded with spaces to a multiple of this many characters, so that lengths say nothing. */
  padTo?: number;
  /** Status of a normal answer (default 200). */
  status?: number;
  budget: RouteBudget;
  ledger: RouteLedger;
  whenDisconnected: 'refused' | 'goes on';
  handle(call: Call<Static<Params>, Static<Query>, Static<Body>>): Promise<Reply<unknown>>;
};

/** Checks the declaration's types where it is written and forgets them where routes are collected. */
export function defineRoute<P extends TSchema, Q extends TSchema, B extends TSchema, O extends TSchema>(
  route: RouteDefinition<P, Q, B, O>,
): AnyRoute {
  return route as unknown as AnyRoute;
}
export type AnyRoute = Omit<RouteDefinition, 'handle'> & {
  handle(call: Call<unknown, unknown, unknown>): Promise<Reply<unknown>>;
};

/** The body of a route declared with `bodyAs: 'stream'`. */
export type StreamBody = Readable;
