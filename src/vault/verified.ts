// Remembers what was verified until it expires, so that a signature is checked once. By digest: a dump of the memory
// should not be a list of tokens.

import { hash } from 'node:crypto';

const MOST_REMEMBERED = 100_000;

export class Verified<T extends { expiresAt: number }> {
  readonly #known = new Map<string, T>();

  get(token: string): T | undefined {
    return this.#known.get(nameOf(token));
  }

  /** `expiresAt` and `nowSeconds` in seconds since 1970. */
  set(token: string, value: T, nowSeconds: number): void {
    if (this.#known.size >= MOST_REMEMBERED) {
      for (const [name, one] of this.#known) if (one.expiresAt <= nowSeconds) this.#known.delete(name);
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear(); // they are verified once more
    }
    this.#known.set(nameOf(token), value);
  }
}

const nameOf = (token: string) => hash('sha256', token, 'base64');
