// PURE. Sets of small whole numbers, one bit each: a year of look-ups (33 million) takes four megabytes.
// The verifier's memory for doors and blanked bodies; a Set of numbers would take a gigabyte.

export class Bits {
  #bytes = new Uint8Array(1024);

  has(n: number): boolean {
    return ((this.#bytes[n >>> 3] ?? 0) & (1 << (n & 7))) !== 0;
  }

  add(n: number): void {
    const at = n >>> 3;
    if (at >= this.#bytes.length) this.#grow(at + 1);
    this.#bytes[at] = (this.#bytes[at] as number) | (1 << (n & 7));
  }

  /** Takes out all of first..last, both included. */
  removeRange(first: number, last: number): void {
    let n = first;
    while (n <= last) {
      const at = n >>> 3;
      if (at >= this.#bytes.length) return; // nothing was ever added from here on
      if ((n & 7) === 0 && n + 7 <= last) {
        this.#bytes[at] = 0;
        n += 8;
      } else {
        this.#bytes[at] = (this.#bytes[at] as number) & ~(1 << (n & 7));
        n += 1;
      }
    }
  }

  /** The smallest member; null when there is none. */
  first(): number | null {
    return this.firstNotIn(NONE, Number.MAX_SAFE_INTEGER);
  }

  /** The smallest member up to `max` that the other set does not have; null when there is none. */
  firstNotIn(other: Bits, max: number): number | null {
    for (let at = 0; at < this.#bytes.length; at += 1) {
      const left = (this.#bytes[at] as number) & ~(other.#bytes[at] ?? 0);
      if (left === 0) continue;
      const n = at * 8 + 31 - Math.clz32(left & -left);
      return n <= max ? n : null;
    }
    return null;
  }

  /** The largest such member; null when there is none. */
  lastNotIn(other: Bits, max: number): number | null {
    for (let n = Math.min(max, this.#bytes.length * 8 - 1); n >= 0; n -= 1) {
      if (this.has(n) && !other.has(n)) return n;
    }
    return null;
  }

  #grow(bytes: number): void {
    const grown = new Uint8Array(Math.max(bytes, 2 * this.#bytes.length));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const NONE = new Bits();
