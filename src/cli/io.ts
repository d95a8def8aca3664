// What a command may touch of the outside: its two streams and the clock, handed in so that tests own them.
// Results go to stdout, everything said along the way to stderr (CONTRACT.md 1).

export type CliIo = {
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** `--json`: exactly one JSON document on stdout (NDJSON where the contract says so). */
  json: boolean;
  /** Milliseconds, for durations. */
  now: () => number;
};

/** The problem document on stdout; the exit code of a refusal. */
export function printProblem(problem: Record<string, unknown>, io: CliIo): 1 {
  io.stdout(`${JSON.stringify(problem, null, io.json ? 0 : 2)}\n`);
  return 1;
}
