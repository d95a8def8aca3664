// Every refusal an insurer's process can give: code, status, sentence. One catalogue, closed: a code that is not here
// cannot be sent. PURE.

import { AppError, type ErrorExtras, type ErrorFacts } from '../lib/app-error.ts';

const catalogue = {
  'certificate-required': {
    status: 401,
    fr: 'Aucun certificat client n’a été présenté. Utilisez le certificat que votre mutuelle vous a remis.',
    en: 'No client certificate was presented. Use the certificate your insurer gave you.',
  },
  'certificate-expired': {
    status: 401,
    fr: 'Le certificat client a expiré ou n’est pas encore valable. Faites-le renouveler par votre mutuelle.',
    en: 'The client certificate has expired or is not valid yet. Have it renewed by your insurer.',
  },
  'certificate-unknown': {
    status: 401,
    fr: 'Ce certificat client n’est pas enrôlé dans cette mutuelle.',
    en: 'This client certificate is not enrolled at this insurer.',
  },
  'wrong-role': {
    status: 403,
    fr: 'Cette opération n’est pas ouverte à ce certificat.',
    en: 'This operation is not open to this certificate.',
  },
  'not-found': {
    status: 404,
    fr: 'Cette adresse n’existe pas (voir /openapi.json).',
    en: 'There is nothing at this address (see /openapi.json).',
  },
  'card-unknown': {
    status: 404,
    fr: 'Cette mutuelle n’a émis aucune carte de ce numéro interne.',
    en: 'This insurer has issued no card with this handle.',
  },
  'body-too-large': {
    status: 413,
    fr: 'La demande est trop longue. Demandez au plus 1 000 cartes à la fois.',
    en: 'The request is too long. Ask for 1,000 cards at a time at most.',
  },
  'content-type': {
    status: 415,
    fr: 'Le corps de la demande doit être du JSON (application/json).',
    en: 'The body of the request must be JSON (application/json).',
  },
  'bad-json': {
    status: 400,
    fr: 'Le corps de la demande n’est pas du JSON valide.',
    en: 'The body of the request is not valid JSON.',
  },
  invalid: {
    status: 422,
    fr: 'La demande ne respecte pas le format attendu (voir field et /openapi.json).',
    en: 'The request does not have the expected form (see field and /openapi.json).',
  },
  'card-order-refused': {
    status: 422,
    fr: 'Le coffre refuse une de ces cartes : vérifiez la période (24 mois au plus), les domaines et les règles.',
    en: 'The vault refuses one of these cards: check the period (24 months at most), the domains and the rules.',
  },
  'cards-spent': {
    status: 429,
    fr: 'Le coffre a signé toutes les cartes permises aujourd’hui. Reprenez demain.',
    en: 'The vault has signed all the cards it may sign today. Go on tomorrow.',
  },
  disconnected: {
    status: 503,
    fr: 'Le coffre est verrouillé, ou une partie du service est en cours de reprise. Réessayez dans quelques minutes.',
    en: 'The vault is locked, or a part of the service is recovering. Try again in a few minutes.',
  },
  internal: {
    status: 500,
    fr: 'Une erreur interne a empêché de répondre. Réessayez, puis prévenez l’exploitant de ce service.',
    en: 'An internal error prevented an answer. Try again, then tell whoever runs this service.',
  },
} as const satisfies Record<string, ErrorFacts>;

type ErrorCode = keyof typeof catalogue;
export const INSURER_ERRORS: Readonly<Record<ErrorCode, ErrorFacts>> = catalogue;

/** Makes (does not throw) the refusal of that code. */
export function refusal(code: ErrorCode, extras: ErrorExtras = {}): AppError {
  return new AppError(code, INSURER_ERRORS[code], extras);
}
