// From lines and the terms of a contract to who pays what (DOMAIN.md 5.3). Also runs in the browser.
// Must never look at a clock, at a person or at anything but its arguments.

import type { CareDomain } from './care-domains.ts';
import type { Formula } from './formulas.ts';
import type { Cents, Percent } from './money.ts';
import type { CareDate } from './period.ts';

/** Class A / B of optics, I / II of hearing aids, the three baskets of dental prostheses. */
export type Basket = 'RAC0' | 'MODERATED' | 'FREE';

/** One act as billed (CONTRACT.md 3.2). `price` and `br` are of the whole line, not of one unit. */
export type QuoteLine = {
  readonly lineNo: number;
  readonly actCode: string;
  readonly quantity: number;
  readonly price: Cents;
  /** Reimbursement base; 0 for a charge the AMO has no part in. */
  readonly br: Cents;
  readonly amoRate: Percent;
  /** What the AMO says it pays: wins over our own arithmetic. */
  readonly amoAmount?: Cents;
  readonly careDate: CareDate;
  readonly basket?: Basket;
  /** Outside the pathway: the rate inside it. */
  readonly pathwayRate?: Percent;
  /** False: a doctor of sector 2 who is not in OPTAM. */
  readonly optam?: boolean;
  /** What an earlier insurer pays of this line. */
  readonly otherAmc?: Cents;
  /** No flat contribution is due: under 18, maternity, CSS … */
  readonly exempt?: boolean;
};

/** What the contract says about this domain, on these days. */
export type Terms = {
  readonly product: string;
  readonly rule: string;
  readonly domain: CareDomain;
  readonly responsible: boolean;
  readonly formula: Formula;
  /** Instead of `formula` for these baskets, and before that for these acts. */
  readonly baskets?: Readonly<Partial<Record<Basket, Formula>>>;
  readonly acts?: Readonly<Record<string, Formula>>;
};

/** A stretch of days and what of an amount is used in it. `to` included. */
export type CounterWindow = { readonly from: CareDate; readonly to: CareDate; readonly used: Cents };
export type CounterState = readonly CounterWindow[];

/** What a quote takes from a counter: which window, how much. Giving it back restores the counter exactly. */
export type Taken = {
  readonly counter: string;
  readonly from: CareDate;
  readonly to: CareDate;
  readonly cents: Cents;
};
