// PURE state: which browsers a structure knows, by the key that their sign-ins are bound to. Rebuilt from the journal.
// What is forgotten counts as new: no bound of the memory ever makes a stranger's browser an old one.

const DAY_MS = 86_400_000;
/** As long as a device works without the platform (DESIGN.md 7). */
const KEPT_MS = 35 * DAY_MS;
/** Several browsers for every site of the country. */
const MOST_KEPT = 1_000_000;

/** `key`: digest of the browser's public key, as the journal names it. */
export type BoundBrowser = { structure: string; key: string };

export class BrowserKeys {
  readonly #mostKept: number;
  /** The one whose last sign-in is longest ago comes first. */
  readonly #seen = new Map<string, { firstMs: number; lastMs: number }>();

  constructor(mostKept = MOST_KEPT) {
    this.#mostKept = mostKept;
  }

  /** Somebody has signed in with it. */
  bound(browser: BoundBrowser, atMs: number): void {
    const name = nameOf(browser);
    const known = this.#seen.get(name);
    this.#seen.delete(name);
    const isKept = known !== undefined && atMs - known.lastMs < KEPT_MS;
    this.#seen.set(name, { firstMs: isKept ? known.firstMs : atMs, lastMs: atMs });
    for (const [oldest, { lastMs }] of this.#seen) {
      if (this.#seen.size <= this.#mostKept && atMs - lastMs < KEPT_MS) break;
      this.#seen.delete(oldest);
    }
  }

  /** First seen at that structure less than a day ago, or not at all. */
  isNew(browser: BoundBrowser, nowMs: number): boolean {
    const known = this.#seen.get(nameOf(browser));
    return known === undefined || nowMs - known.firstMs < DAY_MS;
  }
}

const nameOf = ({ structure, key }: BoundBrowser) => `${structure} ${key}`;
