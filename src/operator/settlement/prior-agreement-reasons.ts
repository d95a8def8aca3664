// PURE. Why a prior agreement is as it is, in the words of those who decide: rules, structure, insurer. A closed list, so
// that nobody can write about a person where professionals read and the database keeps it.

export type Words = { readonly fr: string; readonly en: string };

/** What the rules say. `within-rules` accepts; the others leave it to the insurer. */
const OF_RULES = {
  'within-rules': {
    fr: 'Accepté : la demande respecte les règles du contrat.',
    en: 'Accepted: the request keeps to the rules of the contract.',
  },
  'too-early': {
    fr: 'L’équipement précédent est trop récent pour un renouvellement sans l’avis de l’assureur.',
    en: 'The last equipment is too recent to be renewed without the insurer’s word.',
  },
  'nothing-to-pay': {
    fr: 'Le contrat ne prévoit rien à payer, ou son plafond est atteint : l’assureur doit se prononcer.',
    en: 'The contract has nothing to pay, or its limit is reached: the insurer must decide.',
  },
} as const satisfies Record<string, Words>;

/** What the structure itself did. */
const OF_STRUCTURES = {
  withdrawn: {
    fr: 'Annulé par la structure, ou remplacé par une autre demande.',
    en: 'Taken back by the structure, or replaced by another request.',
  },
} as const satisfies Record<string, Words>;

/** What an insurer answers. The first two accept, the others refuse. */
const OF_INSURERS = {
  agreed: { fr: 'Accepté par l’assureur.', en: 'Accepted by the insurer.' },
  'agreed-as-exception': {
    fr: 'Accepté par l’assureur à titre exceptionnel.',
    en: 'Accepted by the insurer as an exception.',
  },
  'renewal-not-due': {
    fr: 'Refusé par l’assureur : le délai de renouvellement n’est pas écoulé.',
    en: 'Refused by the insurer: the renewal is not due yet.',
  },
  'not-in-contract': {
    fr: 'Refusé par l’assureur : ces soins ne sont pas prévus au contrat.',
    en: 'Refused by the insurer: this care is not part of the contract.',
  },
  'price-too-high': {
    fr: 'Refusé par l’assureur : le prix demandé est trop élevé. Proposez un autre devis.',
    en: 'Refused by the insurer: the price asked is too high. Make another offer.',
  },
  'papers-missing': {
    fr: 'Refusé par l’assureur : il manque une pièce (prescription, devis signé). Renouvelez la demande avec elle.',
    en: 'Refused by the insurer: a paper is missing (prescription, signed offer). Ask again with it.',
  },
  'ask-us-directly': {
    fr: 'Refusé par l’assureur, qui préfère en parler : que l’assuré l’appelle.',
    en: 'Refused by the insurer, who would rather talk about it: the member should call.',
  },
} as const satisfies Record<string, Words>;

export type RulesReason = keyof typeof OF_RULES;
export type InsurersReason = keyof typeof OF_INSURERS;
export type AgreementReason = RulesReason | InsurersReason | keyof typeof OF_STRUCTURES;

export const ACCEPTING_REASONS = [
  'agreed',
  'agreed-as-exception',
] as const satisfies readonly InsurersReason[];
export const REFUSING_REASONS = [
  'renewal-not-due',
  'not-in-contract',
  'price-too-high',
  'papers-missing',
  'ask-us-directly',
] as const satisfies readonly InsurersReason[];

export function wordsOf(reason: AgreementReason): Words {
  const { fr, en } = { ...OF_RULES, ...OF_STRUCTURES, ...OF_INSURERS }[reason];
  return { fr, en };
}
