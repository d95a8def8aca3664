// Work that is done again and again: at once when asked for, otherwise every so often, one turn at a time. A turn that
// fails is told and tried again at the next; nothing is owed to anybody in here.

export type Repeating = {
  /** A turn now, or right after the one that runs; resolves when it is over, whatever came of it. */
  now(): Promise<void>;
  /** No further turn begins; resolves when the running one is over. */
  stop(): Promise<void>;
};

export function repeating(
  everyMs: number,
  turn: () => Promise<void>,
  onProblem: (error: unknown) => void,
): Repeating {
  let stopped = false;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const one = (): Promise<void> => {
    running = turn()
      .catch(onProblem)
      .finally(() => {
        running = null;
      });
    return running;
  };
  const now = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (!running) return one();
    // What was asked for during a turn may have come too late for it: one more, shared by all who wait.
    next ??= running.then(() => {
      next = null;
      return stopped ? undefined : one();
    });
    return next;
  };
  const timer = setInterval(() => {
    if (!running) void now();
  }, everyMs);
  return {
    now,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
