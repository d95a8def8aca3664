// What Prometheus may know: counts and times by route and status. Never a person, an insurer together with an
// outcome, or the cause behind code 200 (CONTRACT.md 3).

import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  observe(route: string, status: number, elapsedMs: number, refused?: string): void;
  ledgerSize(size: number): void;
  vaultUp(up: boolean): void;
  /** A session was ended because one of its signed calls came twice: somebody holds a copy. Worth an alarm. */
  sessionCopied(): void;
  /** The guard raised an alarm. */
  guardAlarmed(detector: string): void;
  /** Transfers that no statement of the paying account shows in time. Worth an alarm. */
  paymentsLate(transfers: number): void;
  /** Time spent in the guard for one look-up. */
  guardSpan(elapsedMs: number): void;
  text(): Promise<string>;
  contentType: string;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = new Counter({
    name: 'rempart_requests_total',
    help: 'Answers by route and status.',
    labelNames: ['route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'rempart_request_seconds',
    help: 'Time from arrival to answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  const children = new Map<string, { count: Counter.Internal; time: Histogram.Internal<string> }>();
  const size = new Gauge({
    name: 'rempart_ledger_entries',
    help: 'Entries in the ledger.',
    registers: [registry],
  });
  const up = new Gauge({
    name: 'rempart_vault_up',
    help: '1 when the vault answers.',
    registers: [registry],
  });
  const copied = new Counter({
    name: 'rempart_sessions_copied_total',
    help: 'Sessions closed because a signed call came twice: a copied browser profile, or a recorded call.',
    registers: [registry],
  });
  const alarms = new Counter({
    name: 'rempart_guard_alarms_total',
    help: 'Alarms of the guard by detector.',
    labelNames: ['detector'],
    registers: [registry],
  });
  const late = new Gauge({
    name: 'rempart_payments_late',
    help: 'Transfers that no bank statement shows by the third business day.',
    registers: [registry],
  });
  const guardSeconds = new Counter({
    name: 'rempart_guard_seconds_total',
    help: 'Time spent in the guard on the path of a check.',
    registers: [registry],
  });
  return {
    observe(route, status, elapsedMs) {
      // Looking labels up by name costs as much as a hash: each pair is looked up once.
      const key = `${route} ${status}`;
      let known = children.get(key);
      if (!known) {
        known = { count: requests.labels(route, String(status)), time: seconds.labels(route) };
        children.set(key, known);
      }
      known.count.inc();
      known.time.observe(elapsedMs / 1000);
    },
    ledgerSize: (entries) => size.set(entries),
    vaultUp: (isUp) => up.set(isUp ? 1 : 0),
    sessionCopied: () => copied.inc(),
    guardAlarmed: (detector) => alarms.inc({ detector }),
    paymentsLate: (transfers) => late.set(transfers),
    guardSpan: (elapsedMs) => guardSeconds.inc(elapsedMs / 1000),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
