// PURE. Whether an insurer's terms ask for its agreement before the care.

import { chosenFor, type QuoteLine, type Terms } from '../../core/quote.ts';

/** Without lines: is it asked for by what the rule says of its domain as a whole? */
export function wantsAgreement(terms: Terms, lines: readonly QuoteLine[]): boolean {
  const formulas = lines.length > 0 ? lines.map((line) => chosenFor(line, terms).formula) : [terms.formula];
  return formulas.some(({ pec }) => pec === true);
}
