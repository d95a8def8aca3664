// PURE. Tells a database that is away (it comes back, nothing is lost) from a statement that failed (a bug).

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
]);

/** Connection lost, or PostgreSQL shutting down or starting (classes 08 and 57P). */
export function isDatabaseAway(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  return CONNECTION_CODES.has(code) || code.startsWith('08') || code.startsWith('57P');
}
