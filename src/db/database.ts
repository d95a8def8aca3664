// Opens connections to PostgreSQL with the conventions every store relies on. It must never log a query's values.

import postgres from 'postgres';

/** A connection pool (often of one pipelined connection) of one database role. */
export type Database = postgres.Sql<{ bigint: number }>;
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/** 64-bit counters are read as numbers: ledger positions and feed numbers stay far below 2^53. */
const bigint = {
  to: 20,
  from: [20],
  serialize: (value: number | bigint) => value.toString(),
  parse: (text: string) => Number(text),
};

/**
 * PostgreSQL's numbers of the arrays we write: a bare JavaScript array is not understood. They are known beforehand
 * (`fetch_types: false`), because the driver's own question after every connect ends the process when the connection
 * breaks just then: nobody handles its failure.
 */
export const BYTEA_ARRAY = 1001;
export const INT_ARRAY = 1007;
export const TEXT_ARRAY = 1009;
export const BIGINT_ARRAY = 1016;
export const UUID_ARRAY = 2951;

const plain = String;
/** JSON escapes quotes and backslashes as an array literal does, and nothing else in such a text, nine times as fast. */
const JSON_ESCAPES_MORE = /[^ -\ud7ff\ue000-\uffff]/;
const quoted = (text: string) =>
  JSON_ESCAPES_MORE.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : JSON.stringify(text);
const ARRAYS = {
  byteaArray: arrayType(
    BYTEA_ARRAY,
    ({ buffer, byteOffset, byteLength }: Uint8Array) =>
      `"\\\\x${Buffer.from(buffer, byteOffset, byteLength).toString('hex')}"`,
    (text) => Buffer.from(text.slice(2), 'hex'),
  ),
  intArray: arrayType(INT_ARRAY, plain, Number),
  textArray: arrayType(TEXT_ARRAY, quoted, plain),
  bigintArray: arrayType(BIGINT_ARRAY, plain, Number),
  uuidArray: arrayType(UUID_ARRAY, plain, plain),
};

/** Arrays of one dimension, as PostgreSQL writes them: `{a,"b \"c\"",NULL}`. */
function arrayType<In, Out>(number: number, write: (one: In) => string, read: (text: string) => Out) {
  return {
    to: number,
    from: [number],
    serialize: (values: readonly (In | null)[]) =>
      `{${values.map((one) => (one === null ? 'null' : write(one))).join(',')}}`,
    parse: (text: string) =>
      Array.from(text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/gs), ([, inside, bare]) => {
        if (inside !== undefined) return read(inside.replace(/\\(.)/gs, '$1'));
        return bare === 'NULL' ? null : read(bare ?? '');
      }),
  };
}

export type DatabaseOptions = {
  max: number;
  applicationName: string;
  /** A commit does not wait for the disk: for whoever always makes a later one durable before anything is answered. */
  commitsLater?: boolean;
};

/**
 * `max` connections at most; one is enough for a store, as the driver pipelines (TECHNOLOGY.md 3.3).
 * `applicationName` shows in pg_stat_activity, so that an operator sees which part of Rempart is busy.
 *
 * A pool that lost a connection is given up whole and replaced. The driver would reconnect, but what it was just
 * writing stays in its buffers: such a query, and every later one behind it, waits for ever (porsager/postgres 1130,
 * 1142). Whoever still waits on the old pool is told that the connection is gone.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  let ended = false;
  const open = (): Database => {
    const pool: Database = openPool(url, options, () => {
      if (ended || pool !== current) return;
      current = open();
      pool.end({ timeout: 0 }).catch(() => undefined); // how it ends is of no interest any more
    });
    return pool;
  };
  let current = open();
  const end: Database['end'] = (how) => {
    ended = true;
    return current.end(how);
  };
  return new Proxy((() => undefined) as unknown as Database, {
    apply: (_target, _this, words) => Reflect.apply(current, undefined, words),
    get: (_target, name) => (name === 'end' ? end : Reflect.get(current, name)),
  });
}

function openPool(
  url: string,
  { max, applicationName, commitsLater = false }: DatabaseOptions,
  onclose: () => void,
): Database {
  return postgres(url, {
    max,
    idle_timeout: 0,
    max_lifetime: null, // a connection is kept: the ledger's lock ends with it
    connect_timeout: 5,
    fetch_types: false,
    // Dates stay text (YYYY-MM-DD): a care date is a day of the French calendar, not an instant.
    types: { bigint, date: { to: 1082, from: [1082], serialize: plain, parse: plain }, ...ARRAYS },
    connection: {
      application_name: applicationName,
      timezone: 'UTC',
      ...(commitsLater && { synchronous_commit: 'off' }),
    },
    onnotice: () => undefined, // notices of migrations ("already exists, skipping") say nothing an operator needs
    onclose,
  }) as unknown as Database;
}
