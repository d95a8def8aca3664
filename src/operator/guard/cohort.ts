// PURE state. One pattern over several: which members of a group alarmed within a time. What one of them cannot show,
// several can.

import type { CurvePoint } from './alarm.ts';
import { poissonTail } from './detectors.ts';

type Met = { member: string; atMs: number };

/** The smallest number of members whose alarms together are no chance any more. */
export function surprising({ expected, surprise }: { expected: number; surprise: number }): number {
  let count = 2;
  while (poissonTail(count, expected) >= surprise) count += 1;
  return count;
}

export class Cohort {
  readonly #withinMs: number;
  readonly threshold: number;
  readonly #groups = new Map<string, Met[]>();

  constructor({ withinMs, threshold }: { withinMs: number; threshold: number }) {
    this.#withinMs = withinMs;
    this.threshold = threshold;
  }

  /** A member of that group alarmed: how many different ones did within the time, and how that number grew. */
  alarmed(group: string, member: string, atMs: number): { count: number; curve: CurvePoint[] } {
    const before = (this.#groups.get(group) ?? []).filter(
      (one) => one.member !== member && one.atMs > atMs - this.#withinMs,
    );
    const met = [...before, { member, atMs }];
    this.#groups.set(group, met);
    const curve = met.map((one, i) => ({ at: new Date(one.atMs).toISOString(), value: i + 1 }));
    return { count: met.length, curve };
  }
}
