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
 * `max` connections at most; one is enough for a store, as the driver pipelines (TECHNOLOGY.md 3.3).
 * `applicationName` shows in pg_stat_activity, so that an operator sees which part of Rempart is busy.
 */
export function openDatabase(url: string, options: { max: number; applicationName: string }): Database {
  return postgres(url, {
    max: options.max,
    idle_timeout: 0,
    connect_timeout: 5,
    // Dates stay text (YYYY-MM-DD): a care date is a day of the French calendar, not an instant.
    types: { bigint, date: { to: 1082, from: [1082], serialize: (v: string) => v, parse: (v: string) => v } },
    connection: { application_name: options.applicationName, timezone: 'UTC' },
    onnotice: () => undefined, // notices of migrations ("already exists, skipping") say nothing an operator needs
  }) as unknown as Database;
}

export const UUID_ARRAY = 2951;
export const BYTEA_ARRAY = 1001;
