// Progress of a command that makes many cards.

import type { CliIo } from './io.ts';

const PROGRESS_EVERY_MS = 2_000;

/** Says on stderr, every few seconds, how many of the cards are done, how fast, and how long it still takes. */
export function counting(total: number, io: CliIo): (done: number) => void {
  const startedAt = io.now();
  let saidAt = startedAt;
  return (done) => {
    const now = io.now();
    if (now - saidAt < PROGRESS_EVERY_MS || done >= total) return;
    saidAt = now;
    const rate = done / ((now - startedAt) / 1000);
    const [so, all] = [done.toLocaleString('en-US'), total.toLocaleString('en-US')];
    io.stderr(
      `${so} of ${all} cards, ${Math.round(rate)} a second, ${Math.ceil((total - done) / rate)} s left\n`,
    );
  };
}
