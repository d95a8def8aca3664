// Why a claim is rejected: one code, one sentence, and who can mend it (DOMAIN.md 6.2). What is wrong with amounts and acts
// has its sentence in the operator's catalogue; here stands whose matter it is.

import { ERRORS, type ErrorCode } from '../errors.ts';

export type Mender = 'professional' | 'software' | 'insurer' | 'operator';
export type Rejection = {
  readonly code: string;
  readonly who: Mender;
  readonly fr: string;
  readonly en: string;
};

/** Only claims are rejected with these. */
const OWN = {
  'claim-late': {
    who: 'professional',
    fr: 'La demande arrive plus de 180 jours après la fin de la garantie. Adressez-la à la mutuelle avec la facture.',
    en: 'The claim comes more than 180 days after the guarantee ended. Send it to the mutuelle with the invoice.',
  },
  'lines-not-as-quoted': {
    who: 'professional',
    fr: 'Les actes, quantités, prix ou bases ne sont pas ceux du devis garanti. Refaites le devis, ou corrigez la demande.',
    en: 'Acts, quantities, prices or bases are not those of the guaranteed quote. Make the quote again, or correct the claim.',
  },
  'amount-above-quote': {
    who: 'professional',
    fr: 'Le montant demandé dépasse le montant garanti. Demandez au plus ce que le devis garantit.',
    en: 'The amount asked is above the guaranteed one. Ask for at most what the quote guarantees.',
  },
  duplicate: {
    who: 'software',
    fr: 'Cette facture a déjà été transmise : même structure, même numéro, même lot, même jour de soins.',
    en: 'This invoice was sent before: same structure, number, lot and day of care.',
  },
} as const satisfies Record<string, Omit<Rejection, 'code'>>;
export type OwnCode = keyof typeof OWN;

/** What the check of a quote finds too, and who can mend it in a claim. */
const SHARED = {
  'engagement-unknown': 'professional',
  'engagement-used': 'professional',
  'engagement-cancelled': 'professional',
  'prior-agreement-needed': 'professional',
  'above-prior-agreement': 'professional',
  'product-unknown': 'insurer',
  'care-date-outside-guarantee': 'professional',
  'care-date-in-future': 'professional',
  'domain-not-allowed': 'professional',
  invalid: 'software',
  'act-unknown': 'software',
  'act-other-domain': 'professional',
  'tariff-unknown': 'operator',
  'amo-above-price': 'software',
  'other-amc-above-rest': 'software',
  'price-above-limit': 'professional',
  'price-limit-unknown': 'professional',
  'optics-part-unknown': 'software',
  'several-equipments': 'professional',
} as const satisfies Partial<Record<ErrorCode, Mender>>;

export type RejectionCode = OwnCode | keyof typeof SHARED;

export function isRejection(code: string): code is RejectionCode {
  return Object.hasOwn(OWN, code) || Object.hasOwn(SHARED, code);
}

/** The code as it stands in a remittance, with what it says; null for none, and for a code of a later release. */
export function rejectionOf(code: string | null): Rejection | null {
  if (code === null || !isRejection(code)) return null;
  if (Object.hasOwn(OWN, code)) return { code, ...OWN[code as OwnCode] };
  const { fr, en } = ERRORS[code as keyof typeof SHARED];
  return { code, who: SHARED[code as keyof typeof SHARED], fr, en };
}
