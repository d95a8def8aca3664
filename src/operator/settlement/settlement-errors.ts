// PURE. The part of the operator's catalogue of refusals (errors.ts) that is about products, quotes, prior agreements, claims
// and payments. No sentence may name anybody.

import type { ErrorFacts } from '../../lib/app-error.ts';

export const SETTLEMENT_ERRORS = {
  'engagement-unknown': {
    status: 404,
    fr: 'Aucun engagement de ce numéro pour votre structure. Relisez-le, ou refaites la demande de droits.',
    en: 'Your structure has no engagement of this number. Read it again, or ask for the rights once more.',
  },
  'engagement-expired': {
    status: 409,
    fr: 'La garantie de cet engagement est dépassée. Refaites la demande de droits.',
    en: 'The guarantee of this engagement has ended. Ask for the rights once more.',
  },
  'engagement-used': {
    status: 409,
    fr: 'Cet engagement a déjà servi à une facture. Annulez-la d’abord, ou refaites la demande de droits.',
    en: 'This engagement has already served for a claim. Cancel that first, or ask for the rights once more.',
  },
  'engagement-cancelled': {
    status: 409,
    fr: 'Cet engagement a été annulé. Refaites la demande de droits.',
    en: 'This engagement was cancelled. Ask for the rights once more.',
  },
  'prior-agreement-needed': {
    status: 409,
    fr: 'La mutuelle veut donner son accord avant ces soins. Demandez une prise en charge, puis refaites le devis.',
    en: 'The insurer wants to agree before this care. Ask for a prior agreement, then quote again.',
  },
  'product-unknown': {
    status: 409,
    fr: 'La mutuelle n’a pas publié ce qu’elle paie pour ces soins à cette date. Les droits restent garantis ; l’opérateur la prévient.',
    en: 'The insurer has not published what it pays for this care on this date. The rights stay guaranteed; the operator tells it.',
  },
  'prior-agreement-unknown': {
    status: 404,
    fr: 'Aucune prise en charge de ce numéro ne vous concerne. Relisez-le.',
    en: 'No prior agreement of this number concerns you. Read it again.',
  },
  'prior-agreement-over': {
    status: 409,
    fr: 'Cette prise en charge n’attend plus rien : décidée, annulée ou dépassée. Consultez son état.',
    en: 'This prior agreement waits for nothing any more: decided, cancelled or lapsed. Look at its state.',
  },
  'prior-agreement-standing': {
    status: 409,
    fr: 'Une prise en charge est déjà accordée pour cet engagement. Annulez-la avant d’en demander une autre.',
    en: 'A prior agreement stands for this engagement already. Cancel it before you ask for another.',
  },
  'above-prior-agreement': {
    status: 409,
    fr: 'Le montant dépasse celui de la prise en charge accordée (voir limit, en centimes). Annulez-la et demandez-en une autre.',
    en: 'The amount is above that of the prior agreement (see limit, in cents). Cancel it and ask for another.',
  },
  'prior-agreement-other-domain': {
    status: 422,
    fr: 'Il n’y a pas de prise en charge dans ce domaine de soins : faites le devis directement.',
    en: 'There is no prior agreement in this care domain: make the quote directly.',
  },
  'claim-unknown': {
    status: 404,
    fr: 'Votre structure n’a pas de demande de paiement de ce numéro.',
    en: 'Your structure has no claim with this number.',
  },
  'claim-not-cancellable': {
    status: 409,
    fr: 'Cette demande est déjà en cours de paiement, payée ou rejetée : elle ne peut plus être annulée.',
    en: 'This claim is being paid, paid or rejected: it can no longer be cancelled.',
  },
  'act-unknown': {
    status: 422,
    fr: 'Ce code d’acte n’existe pas dans les nomenclatures connues (voir lineNo). Relisez-le.',
    en: 'This act code is in no nomenclature we know (see lineNo). Read it again.',
  },
  'act-other-domain': {
    status: 422,
    fr: 'Cet acte n’est pas du domaine de soins de l’engagement (voir lineNo). Demandez les droits pour son domaine.',
    en: 'This act is not of the engagement’s care domain (see lineNo). Ask for the rights of its domain.',
  },
  'price-above-limit': {
    status: 422,
    fr: 'Le prix dépasse la limite de vente du panier 100 % Santé (voir lineNo). Corrigez le prix ou le panier.',
    en: 'The price is above the legal limit of the 100 % Santé basket (see lineNo). Correct the price or the basket.',
  },
  'price-limit-unknown': {
    status: 422,
    fr: 'Ni le contrat ni l’acte ne disent la limite de vente de ce panier 100 % Santé (voir lineNo). Relisez le code d’acte.',
    en: 'Neither the contract nor the act says the legal limit of this 100 % Santé basket (see lineNo). Read the act code again.',
  },
  'tariff-unknown': {
    status: 422,
    fr: 'Aucun tarif n’est connu pour cet acte à cette date de soins (voir lineNo et item). Relisez la date.',
    en: 'No tariff is known for this act on this care date (see lineNo and item). Read the date again.',
  },
  'amo-above-price': {
    status: 422,
    fr: 'La part de l’Assurance maladie dépasse le prix (voir lineNo). Corrigez la ligne.',
    en: 'What health insurance pays is above the price (see lineNo). Correct the line.',
  },
  'other-amc-above-rest': {
    status: 422,
    fr: 'La part de l’autre mutuelle dépasse ce qui reste à payer (voir lineNo). Corrigez la ligne.',
    en: 'What the other insurer pays is above what is left to pay (see lineNo). Correct the line.',
  },
  'optics-part-unknown': {
    status: 422,
    fr: 'On ne sait pas si cet article est une monture ou un verre, et de quel type (voir lineNo). Donnez son code LPP.',
    en: 'Nobody can tell whether this article is a frame or which lens (see lineNo). Give its LPP code.',
  },
  'several-equipments': {
    status: 422,
    fr: 'Un devis porte sur un équipement : une monture et deux verres, ou deux aides auditives, au plus. Faites un devis par équipement.',
    en: 'A quote is for one equipment: one frame and two lenses, or two hearing aids, at most. Make one quote for each.',
  },
  'care-date-outside-guarantee': {
    status: 422,
    fr: 'La date de soins de cette ligne n’est pas dans la garantie (voir lineNo). Demandez les droits pour cette date.',
    en: 'The care date of this line is not within the guarantee (see lineNo). Ask for the rights on that date.',
  },
  'formula-refused': {
    status: 422,
    fr: 'Une formule n’est pas comprise (voir rule et field). Rien n’a changé ; corrigez-la et renvoyez le produit.',
    en: 'A formula is not understood (see rule and field). Nothing has changed; correct it and send the product again.',
  },
  'product-not-responsible': {
    status: 422,
    fr: 'Ce produit est annoncé responsable et ne respecte pas le contrat responsable (voir problems, avec l’article). Rien n’a changé.',
    en: 'This product is flagged as responsible and breaks the rules of such contracts (see problems, with the article). Nothing has changed.',
  },
} as const satisfies Record<string, ErrorFacts>;
