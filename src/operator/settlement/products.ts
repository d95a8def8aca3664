// What insurers have said they pay, all of it in memory: a quote and a check ask for the rule of a care date at every
// turn. It must never answer with a version that is not on disk.

import type { Terms } from '../../core/quote.ts';
import type { Promised } from './engagement.ts';
import type { Product, ProductsStore } from './products-store.ts';

export class Products {
  readonly #store: ProductsStore;
  /** By insurer and code, newest first. */
  #versions: ReadonlyMap<string, readonly Product[]> = new Map();
  #readings = 0;
  #newest = 0;

  constructor(store: ProductsStore) {
    this.#store = store;
  }

  /** A reading that began before another one does not undo what that one found. */
  async load(): Promise<void> {
    const reading = ++this.#readings;
    const all = (await this.#store.all()).sort((a, b) => (a.from < b.from ? 1 : -1));
    if (reading < this.#newest) return;
    this.#newest = reading;
    const versions = new Map<string, Product[]>();
    for (const one of all) versions.set(keyOf(one), [...(versions.get(keyOf(one)) ?? []), one]);
    this.#versions = versions;
  }

  /** Counts from this reply on. Whoever calls has checked it. */
  async put(product: Product, by: string, at: string): Promise<void> {
    await this.#store.put(product, by, at);
    await this.load();
  }

  /** Every version of an insurer's products, by code, newest first. */
  of(insurerId: number): Product[] {
    return [...this.#versions.values()].flat().filter((product) => product.insurerId === insurerId);
  }

  /** What is paid under a promise; null when its insurer has not published that product, or not for that day. */
  terms(insurerId: number, promised: Omit<Promised, 'recordId' | 'code'>): Terms | null {
    const { product, rule, domain, responsible, careDate } = promised;
    const versions = this.#versions.get(keyOf({ insurerId, code: product })) ?? [];
    const found = versions.find(({ from }) => from <= careDate)?.rules[rule];
    return found?.domain === domain ? { product, rule, responsible, ...found } : null;
  }
}

const keyOf = ({ insurerId, code }: Pick<Product, 'insurerId' | 'code'>) => `${insurerId} ${code}`;
