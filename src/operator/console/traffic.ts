// The last hour in numbers: checks and their times, refusals by status and code. Fixed arrays that are written in place,
// a few additions for each answer. It must never know a person, an insurer, an account, or what an answer said.

import type { Clock } from '../../lib/clock.ts';

const CHECK = '/v1/eligibility';
export const MINUTES = 60;
const SECONDS = 64;
const MINUTE_MS = 60_000;

/** Upper edges of the latency classes in milliseconds: each a sixth wider than the one before, 1 ms to half a minute. */
const EDGES = Float64Array.from({ length: 70 }, (_, i) => (7 / 6) ** i);
const CLASSES = EDGES.length + 1;

export type Minute = {
  /** Checks that were answered, and checks that were refused. */
  answered: number;
  refused: number;
  /** Of answered checks, in milliseconds; null when there were none. */
  p50Ms: number | null;
  p99Ms: number | null;
};

export type TrafficNow = {
  /** Answered checks a second, over the last ten whole seconds. */
  perSecond: number;
  p50Ms: number | null;
  p99Ms: number | null;
  /** The oldest first; the last one is still running. */
  minutes: Minute[];
  /** Refusals of all calls in the last hour, most frequent first. */
  refusals: { code: string; status: number; count: number }[];
};

export class Traffic {
  readonly #clock: Clock;
  readonly #codes: readonly { code: string; status: number }[];
  readonly #codeIndex: ReadonlyMap<string, number>;
  /** Which minute or second a place of the ring stands for. */
  readonly #minuteOf = new Float64Array(MINUTES).fill(-1);
  readonly #secondOf = new Float64Array(SECONDS).fill(-1);
  readonly #answeredInSecond = new Uint32Array(SECONDS);
  readonly #refused = new Uint32Array(MINUTES);
  readonly #times = new Uint32Array(MINUTES * CLASSES);
  readonly #refusals: Uint32Array;

  /** `codes`: the whole catalogue of refusals; a code that is not in it is not counted by name. */
  constructor(clock: Clock, codes: readonly { code: string; status: number }[]) {
    this.#clock = clock;
    this.#codes = codes;
    this.#codeIndex = new Map(codes.map(({ code }, i) => [code, i]));
    this.#refusals = new Uint32Array(MINUTES * codes.length);
  }

  observe(route: string, elapsedMs: number, refused: string | undefined): void {
    const nowMs = this.#clock.nowMs();
    const minute = this.#place(Math.floor(nowMs / MINUTE_MS));
    if (refused !== undefined) {
      const code = this.#codeIndex.get(refused);
      if (code !== undefined) bump(this.#refusals, minute * this.#codes.length + code);
    }
    if (route !== CHECK) return;
    if (refused !== undefined) {
      bump(this.#refused, minute);
      return;
    }
    bump(this.#times, minute * CLASSES + classOf(elapsedMs));
    const second = Math.floor(nowMs / 1000);
    const at = second % SECONDS;
    if (this.#secondOf[at] !== second) {
      this.#secondOf[at] = second;
      this.#answeredInSecond[at] = 0;
    }
    bump(this.#answeredInSecond, at);
  }

  now(): TrafficNow {
    const nowMs = this.#clock.nowMs();
    const last = Math.floor(nowMs / MINUTE_MS);
    const minutes = Array.from({ length: MINUTES }, (_, i) => this.#minute(last - MINUTES + 1 + i));
    const recent = new Uint32Array(CLASSES);
    for (const minute of [last - 1, last]) {
      const times = this.#timesOf(minute);
      if (times) for (let i = 0; i < CLASSES; i += 1) recent[i] = (recent[i] ?? 0) + (times[i] ?? 0);
    }
    return {
      perSecond: this.#perSecond(Math.floor(nowMs / 1000)),
      p50Ms: quantile(recent, 0.5),
      p99Ms: quantile(recent, 0.99),
      minutes,
      refusals: this.#refusedByCode(last),
    };
  }

  #perSecond(now: number): number {
    const whole = 10;
    let sum = 0;
    for (let second = now - whole; second < now; second += 1) {
      const at = second % SECONDS;
      if (this.#secondOf[at] === second) sum += this.#answeredInSecond[at] ?? 0;
    }
    return sum / whole;
  }

  #minute(minute: number): Minute {
    const times = this.#timesOf(minute);
    if (!times) return { answered: 0, refused: 0, p50Ms: null, p99Ms: null };
    return {
      answered: total(times),
      refused: this.#refused[minute % MINUTES] ?? 0,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
    };
  }

  #timesOf(minute: number): Uint32Array | null {
    const at = minute % MINUTES;
    return this.#minuteOf[at] === minute ? this.#times.subarray(at * CLASSES, (at + 1) * CLASSES) : null;
  }

  #refusedByCode(last: number): TrafficNow['refusals'] {
    const counts = new Uint32Array(this.#codes.length);
    for (let minute = last - MINUTES + 1; minute <= last; minute += 1) {
      const at = minute % MINUTES;
      if (this.#minuteOf[at] !== minute) continue;
      for (let i = 0; i < counts.length; i += 1) {
        counts[i] = (counts[i] ?? 0) + (this.#refusals[at * counts.length + i] ?? 0);
      }
    }
    return this.#codes
      .map((one, i) => ({ ...one, count: counts[i] ?? 0 }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count);
  }

  /** The ring's place of that minute, wiped when it stood for an older one. */
  #place(minute: number): number {
    const at = minute % MINUTES;
    if (this.#minuteOf[at] !== minute) {
      this.#minuteOf[at] = minute;
      this.#refused[at] = 0;
      this.#times.fill(0, at * CLASSES, (at + 1) * CLASSES);
      this.#refusals.fill(0, at * this.#codes.length, (at + 1) * this.#codes.length);
    }
    return at;
  }
}

function bump(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}

/** The first class whose upper edge is not below; the last one has none. */
function classOf(ms: number): number {
  if (!(ms > 1)) return 0;
  return Math.min(CLASSES - 1, Math.ceil(Math.log(ms) / Math.log(7 / 6)));
}

function total(times: Uint32Array): number {
  let sum = 0;
  for (const count of times) sum += count;
  return sum;
}

/** The upper edge of the class in which that share of the answers is reached: never better than it was. */
function quantile(times: Uint32Array, share: number): number | null {
  const wanted = Math.ceil(total(times) * share);
  if (wanted === 0) return null;
  let sum = 0;
  for (let i = 0; i < CLASSES; i += 1) {
    sum += times[i] ?? 0;
    if (sum >= wanted) return Math.round((EDGES[Math.min(i, EDGES.length - 1)] ?? 0) * 10) / 10;
  }
  return null;
}
