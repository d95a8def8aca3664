// What Prometheus may know of an insurer's process: counts and times by route and status, cards, revocations owed. Never
// a card or a person.

import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type InsurerMetrics = {
  observe(route: string, status: number, elapsedMs: number): void;
  issued(cards: number): void;
  owed(revocations: number): void;
  listed(keys: { present: boolean; next: boolean }): void;
  text(): Promise<string>;
  contentType: string;
};

export function createInsurerMetrics(): InsurerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'rempart_insurer_requests_total',
    help: 'Answers by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'rempart_insurer_request_seconds',
    help: 'Time from arrival to answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const cards = new Counter({ name: 'rempart_insurer_cards_total', help: 'Cards issued.', registers });
  const owed = new Gauge({
    name: 'rempart_insurer_revocations_owed',
    help: 'Revoked cards of which the operator has not confirmed the end. Above 0 for long: worth an alarm.',
    registers,
  });
  const listed = new Gauge({
    name: 'rempart_insurer_card_key_listed',
    help: 'Is the card key of this quarter (present) and of the next in the operator’s trust list? 0 for present: worth an alarm.',
    labelNames: ['key'],
    registers,
  });
  return {
    observe(route, status, elapsedMs) {
      requests.inc({ route, status: String(status) });
      seconds.observe({ route }, elapsedMs / 1000);
    },
    issued: (count) => cards.inc(count),
    owed: (count) => owed.set(count),
    listed({ present, next }) {
      listed.set({ key: 'present' }, present ? 1 : 0);
      listed.set({ key: 'next' }, next ? 1 : 0);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
