// Port: insurers' products, by the first care date they are for. They concern nobody in particular.

import type { CareDate } from '../../core/period.ts';
import type { ProductRule } from '../../core/responsible-product.ts';

/** By rule, as feeds name them. */
export type ProductRules = Readonly<Record<string, ProductRule>>;

/** One version: from this care date until the next one's. */
export type Product = {
  readonly insurerId: number;
  readonly code: string;
  readonly from: CareDate;
  readonly responsible: boolean;
  readonly rules: ProductRules;
};

export interface ProductsStore {
  all(): Promise<Product[]>;
  /** Replaces the version of the same day. `by`: who at the insurer; `at`: RFC 3339. Durable when it resolves. */
  put(product: Product, by: string, at: string): Promise<void>;
}
