// PURE state: payment runs that two persons have signed. Rebuilt from the journal. A run means what was signed first: it
// must never be approved under two digests.

/** How long the claims of a run may be opened after its bank details. */
const OPEN_MS = 3_600_000;

export type ApprovedRun = { readonly run: string; readonly digest: string };

export class ApprovedRuns {
  readonly #runs = new Map<string, { digest: string; atMs: number }>();

  approved({ run, digest }: ApprovedRun, atMs: number): void {
    this.#runs.set(run, { digest, atMs });
  }

  /** Was this run signed with another digest before? */
  contradicts({ run, digest }: ApprovedRun): boolean {
    const known = this.#runs.get(run);
    return known !== undefined && known.digest !== digest;
  }

  /** Also when the clock was put back: what is approved "in two hours" is not approved now. */
  isOpen(run: string, nowMs: number): boolean {
    const known = this.#runs.get(run);
    return known !== undefined && Math.abs(nowMs - known.atMs) < OPEN_MS;
  }
}
