// Why a feed line is rejected: closed codes, and sentences that say what is wrong and how to mend it.
// A sentence must never quote the line: rejected lines travel in files and mails.

export type Sentence = { readonly fr: string; readonly en: string };

export const REASONS = {
  'nir-not-fictitious': {
    fr: 'La démonstration n’accepte que des NIR fictifs (commune 991 à 998) : n’y envoyez jamais de vraies personnes.',
    en: 'The demo accepts fictitious NIRs only (commune 991 to 998): never send real people to it.',
  },
  'line-not-json': {
    fr: 'La ligne n’est pas du JSON valide : écrivez un objet JSON complet par ligne, en UTF-8.',
    en: 'The line is not valid JSON: write one complete JSON object per line, in UTF-8.',
  },
  'not-an-object': {
    fr: 'La ligne n’est pas un objet JSON : commencez-la par { et terminez-la par }.',
    en: 'The line is not a JSON object: begin it with { and end it with }.',
  },
  'op-unknown': {
    fr: 'L’opération « op » est absente ou inconnue : écrivez UPSERT, CLOSE ou ERASE.',
    en: 'The operation "op" is missing or unknown: write UPSERT, CLOSE or ERASE.',
  },
  'property-unknown': {
    fr: 'La ligne contient une propriété que cette opération ne connaît pas : retirez-la, le format n’admet aucun ajout.',
    en: 'The line holds a property that this operation does not know: remove it, the format allows no additions.',
  },
  'ref-malformed': {
    fr: 'La référence « ref » est absente ou mal formée : envoyez 16 octets aléatoires en base64url, soit 22 caractères sans signe égal.',
    en: 'The reference "ref" is missing or malformed: send 16 random bytes in base64url, 22 characters without equals signs.',
  },
  'member-no-malformed': {
    fr: 'Le numéro d’adhérent « memberNo » est absent ou mal formé : 1 à 20 chiffres ou lettres majuscules, sans espace.',
    en: 'The member number "memberNo" is missing or malformed: 1 to 20 digits or upper-case letters, without spaces.',
  },
  'beneficiary-malformed': {
    fr: 'Le bloc « beneficiary » est absent ou n’est pas un objet : envoyez le NIR, la date de naissance et le rang.',
    en: 'The "beneficiary" block is missing or not an object: send the NIR, the birth date and the rank.',
  },
  'nir-length': {
    fr: 'Le NIR n’est pas un texte de 15 caractères : envoyez les 13 caractères et la clé, sans espace.',
    en: 'The NIR is not a text of 15 characters: send the 13 characters and the key, without spaces.',
  },
  'nir-shape': {
    fr: 'Le NIR n’a pas la forme attendue : vérifiez le sexe, le mois, le département (2A et 2B en majuscules) et la clé.',
    en: 'The NIR does not have the expected shape: check sex, month, department (2A and 2B in upper case) and key.',
  },
  'nir-key': {
    fr: 'La clé du NIR ne correspond pas à ses 13 premiers caractères : corrigez la faute de saisie à la source.',
    en: 'The key of the NIR does not match its first 13 characters: correct the typing error at its source.',
  },
  'birth-date-malformed': {
    fr: 'La date de naissance est absente ou mal formée : un texte de 8 chiffres AAAAMMJJ, tel que l’assurance maladie l’écrit.',
    en: 'The birth date is missing or malformed: a text of 8 digits YYYYMMDD, as the compulsory insurance writes it.',
  },
  'birth-rank-malformed': {
    fr: 'Le rang de naissance est absent ou mal formé : un nombre entier de 1 à 9, sans guillemets.',
    en: 'The birth rank is missing or malformed: a whole number from 1 to 9, without quotes.',
  },
  'quality-unknown': {
    fr: 'La qualité du bénéficiaire est absente ou inconnue : écrivez INSURED, SPOUSE, CHILD ou OTHER.',
    en: 'The quality of the beneficiary is missing or unknown: write INSURED, SPOUSE, CHILD or OTHER.',
  },
  'also-under-malformed': {
    fr: 'La liste « alsoUnder » est mal formée : 4 autres NIR au plus, chacun de 15 caractères avec une clé juste.',
    en: 'The list "alsoUnder" is malformed: at most 4 other NIRs, each of 15 characters with a right key.',
  },
  'card-malformed': {
    fr: 'La carte est mal formée : donnez « handle » (16 octets en base64url), « from » et « to » (AAAA-MM-JJ), ou null.',
    en: 'The card is malformed: give "handle" (16 bytes in base64url), "from" and "to" (YYYY-MM-DD), or null.',
  },
  'card-period-impossible': {
    fr: 'La carte finit avant de commencer : vérifiez ses deux dates.',
    en: 'The card ends before it begins: check its two dates.',
  },
  'identity-door-malformed': {
    fr: 'La propriété « identityDoor » n’est ni true ni false : corrigez-la ou retirez-la (absente, elle vaut false).',
    en: 'The property "identityDoor" is neither true nor false: correct it or leave it out (absent means false).',
  },
  'routing-malformed': {
    fr: 'Le routage est absent ou mal formé : « convType » de 2 chiffres ou majuscules, « csr » de 1 à 9 chiffres ou majuscules, ou null.',
    en: 'The routing is missing or malformed: "convType" of 2 digits or capitals, "csr" of 1 to 9 digits or capitals, or null.',
  },
  'responsible-malformed': {
    fr: 'La propriété « responsible » (contrat responsable) est absente ou n’est ni true ni false : écrivez l’un des deux.',
    en: 'The property "responsible" (responsible contract) is missing or neither true nor false: write one of the two.',
  },
  'product-malformed': {
    fr: 'Le code de produit est absent ou mal formé : 1 à 20 chiffres, lettres majuscules, tirets ou soulignés.',
    en: 'The product code is missing or malformed: 1 to 20 digits, upper-case letters, hyphens or underscores.',
  },
  'periods-malformed': {
    fr: 'Les périodes sont absentes ou mal formées : de 1 à 200 objets avec « domain », « from », « to » (AAAA-MM-JJ, ou null pour une fin ouverte) et « rule » ; pour mettre fin à une couverture, envoyez CLOSE.',
    en: 'The periods are missing or malformed: 1 to 200 objects with "domain", "from", "to" (YYYY-MM-DD, or null for an open end) and "rule"; to end a cover, send CLOSE.',
  },
  'domain-unknown': {
    fr: 'Le domaine de soins d’une période est absent ou inconnu : utilisez l’un des 19 codes du contrat et développez les codes groupés.',
    en: 'The care domain of a period is missing or unknown: use one of the 19 codes of the contract and expand grouped codes.',
  },
  'rule-malformed': {
    fr: 'La règle d’une période est absente ou mal formée : 1 à 20 chiffres, lettres majuscules, tirets ou soulignés.',
    en: 'The rule of a period is missing or malformed: 1 to 20 digits, upper-case letters, hyphens or underscores.',
  },
  'period-impossible': {
    fr: 'Une période finit avant de commencer : vérifiez ses deux dates.',
    en: 'A period ends before it begins: check its two dates.',
  },
  'period-overlap': {
    fr: 'Deux périodes d’un même domaine se chevauchent : terminez la première la veille du début de la seconde.',
    en: 'Two periods of one domain overlap: end the first on the day before the second begins.',
  },
  'canary-malformed': {
    fr: 'La propriété « canary » n’est ni true ni false : corrigez-la ou retirez-la (absente, elle vaut false).',
    en: 'The property "canary" is neither true nor false: correct it or leave it out (absent means false).',
  },
  'close-date-malformed': {
    fr: 'La date de clôture « on » est absente ou mal formée : donnez le dernier jour couvert, AAAA-MM-JJ.',
    en: 'The closing date "on" is missing or malformed: give the last day of cover, YYYY-MM-DD.',
  },
} as const satisfies Record<string, Sentence>;
