// Every refusal the operator can give: code, status, sentence. One catalogue, closed: a code that is not here
// cannot be sent. PURE. No sentence may say why a person was not found (DESIGN.md I5).

import { AppError, type ErrorExtras, type ErrorFacts } from '../lib/app-error.ts';
import { SETTLEMENT_ERRORS } from './settlement/settlement-errors.ts';

const catalogue = {
  ...SETTLEMENT_ERRORS,
  'certificate-required': {
    status: 401,
    fr: 'Aucun certificat client n’a été présenté. Configurez le certificat de votre logiciel ; votre éditeur peut vous aider.',
    en: 'No client certificate was presented. Configure the certificate of your software; its vendor can help.',
  },
  'certificate-expired': {
    status: 401,
    fr: 'Le certificat client a expiré ou n’est pas encore valable. Renouvelez-le auprès de votre éditeur.',
    en: 'The client certificate has expired or is not valid yet. Renew it with your software vendor.',
  },
  'certificate-unknown': {
    status: 401,
    fr: 'Ce certificat client n’est pas reconnu par cet opérateur. Faites-le enrôler, ou vérifiez l’adresse appelée.',
    en: 'This client certificate is not known to this operator. Have it enrolled, or check the address you call.',
  },
  'token-required': {
    status: 401,
    fr: 'Le certificat du logiciel est reconnu, mais personne n’est identifié. Demandez au professionnel de se connecter avec Pro Santé Connect.',
    en: 'The certificate of the software is known, but no person is. Ask the professional to sign in with Pro Santé Connect.',
  },
  'token-invalid': {
    status: 401,
    fr: 'Le jeton présenté n’est pas ou n’est plus valable avec ce certificat. Renouvelez-le, ou reconnectez-vous avec Pro Santé Connect.',
    en: 'The token presented is not, or no longer, valid with this certificate. Renew it, or sign in again with Pro Santé Connect.',
  },
  'sign-in-refused': {
    status: 401,
    fr: 'La connexion Pro Santé Connect présentée n’est pas acceptée : expirée, destinée à un autre service ou non vérifiable. Reconnectez-vous.',
    en: 'The Pro Santé Connect sign-in presented is not accepted: expired, meant for another service or not verifiable. Sign in again.',
  },
  'session-ended': {
    status: 401,
    fr: 'Votre session est terminée. Reconnectez-vous avec Pro Santé Connect.',
    en: 'Your session has ended. Sign in again with Pro Santé Connect.',
  },
  'session-locked': {
    status: 401,
    fr: 'Votre session est verrouillée après 15 minutes sans activité. Déverrouillez-la, ou reconnectez-vous.',
    en: 'Your session is locked after 15 minutes without activity. Unlock it, or sign in again.',
  },
  'proof-required': {
    status: 401,
    fr: 'Cet appel n’est pas signé par le navigateur qui a ouvert la session. Reconnectez-vous depuis ce poste.',
    en: 'This call is not signed by the browser that opened the session. Sign in again from this computer.',
  },
  'nonce-unknown': {
    status: 401,
    fr: 'Cet appel est signé avec un numéro périmé. La page en redemande un et recommence d’elle-même.',
    en: 'This call is signed with a number that is out of date. The page asks for another and tries again by itself.',
  },
  'passkey-refused': {
    status: 401,
    fr: 'Cette clé d’accès n’est pas reconnue, ou n’a pas répondu à temps. Recommencez, ou connectez-vous avec Pro Santé Connect.',
    en: 'This passkey is not known, or did not answer in time. Try again, or sign in with Pro Santé Connect.',
  },
  'bank-details-refused': {
    status: 422,
    fr: 'Ces coordonnées bancaires ne sont pas valables : vérifiez le titulaire, l’IBAN et le BIC (zone SEPA). Rien n’a été changé.',
    en: 'These bank details are not valid: check the holder, the IBAN and the BIC (SEPA area). Nothing was changed.',
  },
  'passkeys-full': {
    status: 409,
    fr: 'Vous avez déjà deux clés d’accès. Retirez-en une avant d’en ajouter une autre.',
    en: 'You have two passkeys already. Remove one before you add another.',
  },
  'passkeys-off': {
    status: 403,
    fr: 'Les clés d’accès ne sont pas en service chez cet opérateur. Connectez-vous avec Pro Santé Connect.',
    en: 'Passkeys are not in use at this operator. Sign in with Pro Santé Connect.',
  },
  'step-up-required': {
    status: 403,
    fr: 'Cette action demande une session ouverte avec Pro Santé Connect. Déconnectez-vous, reconnectez-vous ainsi, puis recommencez.',
    en: 'This action needs a session that was opened with Pro Santé Connect. Sign out, sign in that way, then try again.',
  },
  'fresh-sign-in-required': {
    status: 403,
    fr: 'Confirmez que c’est bien vous : reconnectez-vous avec Pro Santé Connect ou votre clé d’accès, puis recommencez. Les cartes scannées passent sans attendre.',
    en: 'Confirm that it is you: sign in again with Pro Santé Connect or your passkey, then try again. Scanned cards go through without waiting.',
  },
  'emergency-spent': {
    status: 429,
    fr: 'Les demandes supplémentaires d’urgence de cette structure ont déjà été prises dans les dernières 24 heures. Scannez les cartes ; l’assistance de l’opérateur peut vous aider.',
    en: 'The emergency look-ups of this structure have been taken in the last 24 hours already. Scan cards; the operator’s support can help.',
  },
  'typed-closed': {
    status: 403,
    fr: 'La saisie à la main est suspendue pour ce compte : son activité ne ressemble pas à l’habitude. Scannez la carte du patient ; l’assistance de l’opérateur peut rouvrir la saisie.',
    en: 'Typed look-ups are suspended for this account: its activity is unlike its own. Scan the patient’s card; the operator’s support can open typing again.',
  },
  'account-closed': {
    status: 403,
    fr: 'Ce compte est fermé par précaution. Reconnectez-vous pour le rouvrir ; si ce n’était pas vous, appelez l’assistance de l’opérateur. Vos collègues peuvent continuer avec leur propre compte.',
    en: 'This account is closed as a precaution. Sign in again to open it; if it was not you, call the operator’s support. Your colleagues can go on with their own accounts.',
  },
  'alarm-unknown': {
    status: 404,
    fr: 'Il n’y a pas d’alerte de ce numéro.',
    en: 'There is no alarm of this number.',
  },
  'alarm-not-standing': {
    status: 409,
    fr: 'Cette mesure est déjà terminée. Actualisez la page.',
    en: 'This response has ended already. Refresh the page.',
  },
  'certificates-full': {
    status: 409,
    fr: 'Cette structure a déjà 50 certificats en service. Révoquez ceux qui ne servent plus, puis recommencez.',
    en: 'This structure has 50 certificates in use already. Revoke those that are no longer needed, then try again.',
  },
  'certificate-refused': {
    status: 409,
    fr: 'Ce certificat ne peut pas être enrôlé : il appartient à un assureur, ou l’opérateur l’a révoqué. Demandez-en un autre à votre éditeur.',
    en: 'This certificate cannot be enrolled: it belongs to an insurer, or the operator has revoked it. Ask your software vendor for another.',
  },
  'origin-refused': {
    status: 403,
    fr: 'Cet appel vient d’une autre adresse que celle du portail. Ouvrez le portail par sa propre adresse.',
    en: 'This call comes from an address that is not the portal’s. Open the portal at its own address.',
  },
  'site-refused': {
    status: 403,
    fr: 'Cette personne n’exerce pas dans cette structure selon l’annuaire, ou ce logiciel n’y est pas enrôlé. Faites mettre à jour l’annuaire ou l’enrôlement.',
    en: 'According to the directory this person does not work at this structure, or this software is not enrolled for it. Have the directory or the enrolment updated.',
  },
  'account-idle': {
    status: 403,
    fr: 'Ce compte n’a pas servi depuis 90 jours : il est fermé. Le support de l’opérateur peut le rouvrir.',
    en: 'This account has not been used for 90 days: it is closed. The operator’s support can reopen it.',
  },
  'wrong-role': {
    status: 403,
    fr: 'Ce certificat ne donne pas accès à cette opération. Utilisez celui de l’organisme concerné.',
    en: 'This certificate does not give access to this operation. Use the one of the organisation concerned.',
  },
  'structure-mismatch': {
    status: 403,
    fr: 'La structure indiquée n’est pas celle de votre jeton. Corrigez structureId dans votre logiciel.',
    en: 'The structure named is not the one of your token. Correct structureId in your software.',
  },
  'domain-not-allowed': {
    status: 403,
    fr: 'Votre profession ne peut pas interroger ce domaine de soins. Vérifiez le domaine choisi.',
    en: 'Your profession may not ask about this care domain. Check the domain you chose.',
  },
  'code-refused': {
    status: 401,
    fr: 'Ce code n’est pas valable : déjà utilisé, expiré ou mal recopié. Faites-en établir un autre.',
    en: 'This code is not good: already used, expired or mistyped. Have another one made.',
  },
  'staff-passkey-refused': {
    status: 401,
    fr: 'Cette clé d’accès n’est pas acceptée pour cette demande. Recommencez avec votre propre clé.',
    en: 'This passkey is not accepted for this request. Try again with your own.',
  },
  'second-person-needed': {
    status: 403,
    fr: 'Rouvrir demande deux personnes : une autre que vous doit signer.',
    en: 'Opening again takes two persons: somebody other than you must sign.',
  },
  'not-found': {
    status: 404,
    fr: 'Cette adresse n’existe pas. La liste des opérations est sur /openapi.json.',
    en: 'There is nothing at this address. The operations are listed at /openapi.json.',
  },
  'routing-unknown': {
    status: 404,
    fr: 'Aucune mutuelle ne correspond au numéro AMC, type de convention et CSR. Relisez-les sur la carte.',
    en: 'No insurer matches this AMC number, convention type and CSR. Read them again on the card.',
  },
  'scope-unknown': {
    status: 404,
    fr: 'Rien ne porte ce nom : relisez la portée (structure:…, account:…, insurer:…, platform).',
    en: 'Nothing has this name: read the scope again (structure:…, account:…, insurer:…, platform).',
  },
  'id-unknown': {
    status: 404,
    fr: 'Aucun compte ni structure de cet identifiant exact.',
    en: 'No account or structure has this exact id.',
  },
  'feed-unknown': {
    status: 404,
    fr: 'Aucun flux de ce numéro pour votre organisme.',
    en: 'Your organisation has no feed of this number.',
  },
  'request-replayed': {
    status: 409,
    fr: 'Ce requestId a déjà servi pour une autre demande. Tirez un nouvel identifiant pour chaque demande.',
    en: 'This requestId has already served for another request. Draw a new one for each request.',
  },
  'switch-is-open': {
    status: 409,
    fr: 'Cette portée est déjà ouverte.',
    en: 'This scope is open already.',
  },
  'act-not-waiting': {
    status: 409,
    fr: 'Cette demande n’attend plus de signature : faite, retirée, dépassée ou trop ancienne.',
    en: 'This request waits for no signature any more: done, withdrawn, overtaken or too old.',
  },
  'verification-running': {
    status: 409,
    fr: 'Une vérification du registre est déjà en cours. Attendez son résultat.',
    en: 'The ledger is being verified already. Wait for the result.',
  },
  'feed-seq-gap': {
    status: 409,
    fr: 'Le numéro de séquence du flux n’est pas celui attendu (expectedSeq). Envoyez d’abord les flux manquants.',
    en: 'The feed’s sequence number is not the one expected (expectedSeq). Send the missing feeds first.',
  },
  'feed-seq-used': {
    status: 409,
    fr: 'Un autre flux porte déjà ce numéro de séquence. Utilisez le suivant (expectedSeq).',
    en: 'Another feed already has this sequence number. Use the next one (expectedSeq).',
  },
  'feed-busy': {
    status: 409,
    fr: 'Un flux de votre organisme est déjà en cours. Attendez sa fin, puis recommencez.',
    en: 'A feed of your organisation is already under way. Wait for it to end, then try again.',
  },
  'feed-not-waiting': {
    status: 409,
    fr: 'Ce flux n’attend pas d’approbation.',
    en: 'This feed is not waiting for an approval.',
  },
  'approval-same-person': {
    status: 403,
    fr: 'L’approbation doit venir d’une autre personne que celle qui a envoyé le flux.',
    en: 'The approval must come from another person than the one who sent the feed.',
  },
  'body-too-large': {
    status: 413,
    fr: 'La demande est trop longue.',
    en: 'The request is too long.',
  },
  'content-type': {
    status: 415,
    fr: 'Type de contenu non accepté pour cette opération.',
    en: 'This content type is not accepted for this operation.',
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
  'nir-invalid': {
    status: 422,
    fr: 'Le NIR est mal formé ou sa clé est fausse. Relisez les 15 caractères sur la carte Vitale.',
    en: 'The NIR is malformed or its key is wrong. Read the 15 characters on the Vitale card again.',
  },
  'care-date-in-future': {
    status: 422,
    fr: 'La date de soins est dans le futur. Seuls les établissements annoncent une entrée prévue.',
    en: 'The care date is in the future. Only hospitals may announce a planned admission.',
  },
  'card-unreadable': {
    status: 422,
    fr: 'Ce qui a été lu n’est pas une carte de tiers payant signée, ou le code est abîmé (voir problem). Scannez-la de nouveau, ou saisissez le numéro d’adhérent.',
    en: 'What was read is not a signed tiers-payant card, or the code is damaged (see problem). Scan it again, or type the member number.',
  },
  'identity-closed': {
    status: 503,
    fr: 'La recherche par NIR seul n’est pas ouverte pour cette mutuelle en ce moment. Scannez la carte, ou saisissez le numéro d’adhérent.',
    en: 'Looking up by NIR alone is not open for this insurer at the moment. Scan the card, or type the member number.',
  },
  'identity-half-missing': {
    status: 503,
    fr: 'Le coffre de l’opérateur attend la moitié de clé de cet organisme (PUT /v1/identity-half). Envoyez-la, puis reprenez le flux.',
    en: 'The operator’s vault is waiting for this organisation’s half of the key (PUT /v1/identity-half). Send it, then resume the feed.',
  },
  'identity-half-refused': {
    status: 422,
    fr: 'Cette moitié de clé ne se vérifie pas : adressée à un autre coffre, ou signée d’une clé qui n’est pas de cet organisme. Demandez de nouveau la clé du coffre, puis recommencez.',
    en: 'This half of the key does not verify: sealed to another vault, or signed with a key that is not this organisation’s. Ask for the vault’s key again, then try again.',
  },
  'identity-half-changed': {
    status: 409,
    fr: 'Cette moitié de clé n’est pas celle avec laquelle les droits ont été scellés. Envoyez la même, ou ouvrez d’abord une nouvelle époque.',
    en: 'This half of the key is not the one with which the rights were sealed. Send the same one, or begin a new epoch first.',
  },
  'status-list-refused': {
    status: 422,
    fr: 'La liste d’état ne se vérifie pas avec les clés de cet organisme (voir problem). Rien n’a changé ; signez-la de nouveau et renvoyez-la.',
    en: 'The status list does not verify with the keys of this organisation (see problem). Nothing has changed; sign it again and send it again.',
  },
  'status-list-older': {
    status: 409,
    fr: 'Une liste d’état plus récente a déjà été publiée pour ce fragment. Signez-la de nouveau à l’heure présente.',
    en: 'A newer status list was published for this shard already. Sign it again with the present time.',
  },
  'not-yours': {
    status: 403,
    fr: 'Ce fragment appartient à un autre organisme que celui de votre certificat.',
    en: 'This shard belongs to another organisation than that of your certificate.',
  },
  'feed-manifest': {
    status: 422,
    fr: 'La première ligne du flux n’est pas un manifeste valable (voir problem).',
    en: 'The first line of the feed is not a valid manifest (see problem).',
  },
  'feed-signature': {
    status: 422,
    fr: 'La signature du manifeste manque, est fausse ou n’est pas de la clé de flux de cet organisme.',
    en: 'The manifest’s signature is missing, wrong or not made with this organisation’s feed key.',
  },
  'feed-insurer': {
    status: 403,
    fr: 'Le manifeste nomme un autre organisme que celui de votre certificat.',
    en: 'The manifest names another organisation than that of your certificate.',
  },
  'feed-block-hash': {
    status: 422,
    fr: 'Un bloc du flux n’a pas l’empreinte annoncée (voir block). Tout le flux est refusé ; renvoyez-le.',
    en: 'A block of the feed does not have the hash announced (see block). The whole feed is refused; send it again.',
  },
  'feed-count': {
    status: 422,
    fr: 'Le flux ne contient pas le nombre de lignes annoncé. Tout le flux est refusé ; renvoyez-le entier.',
    en: 'The feed does not hold the number of lines announced. The whole feed is refused; send it whole.',
  },
  'feed-line-too-long': {
    status: 422,
    fr: 'Une ligne du flux dépasse 64 Kio (voir line). Tout le flux est refusé.',
    en: 'A line of the feed is longer than 64 KiB (see line). The whole feed is refused.',
  },
  'feed-block-too-large': {
    status: 422,
    fr: 'Un bloc de 10 000 lignes dépasse 64 Mio (voir block). Tout le flux est refusé.',
    en: 'A block of 10,000 lines is larger than 64 MiB (see block). The whole feed is refused.',
  },
  'feed-resume': {
    status: 422,
    fr: 'La reprise demandée ne commence pas où le flux s’était arrêté (voir resumeFrom).',
    en: 'The resumption asked for does not begin where the feed had stopped (see resumeFrom).',
  },
  'budget-exhausted': {
    status: 429,
    fr: 'Le nombre de demandes permis est atteint pour le moment. Scannez la carte, réessayez plus tard, ou téléphonez à la mutuelle.',
    en: 'The number of requests allowed is used up for the moment. Scan the card, try later, or phone the insurer.',
  },
  disconnected: {
    status: 503,
    fr: 'Le service est coupé ou en cours de reprise. Servez le patient avec sa carte de tiers payant et réessayez dans quelques minutes.',
    en: 'The service is cut off or recovering. Serve the patient with the tiers-payant card and try again in a few minutes.',
  },
  'staff-closed': {
    status: 503,
    fr: 'L’accès du personnel est coupé : seules les signatures de fermeture et de réouverture sont possibles.',
    en: 'Staff access is cut off: only signatures for closing and opening again are possible.',
  },
  'verification-unavailable': {
    status: 503,
    fr: 'Ce serveur ne peut pas lire le journal du coffre : lancez « rempart ledger verify » là où il est.',
    en: 'This server cannot read the vault’s journal: run “rempart ledger verify” where it is.',
  },
  overloaded: {
    status: 503,
    fr: 'Trop de demandes en même temps. Réessayez dans quelques secondes.',
    en: 'Too many requests at once. Try again in a few seconds.',
  },
  internal: {
    status: 500,
    fr: 'Une erreur interne a empêché de répondre. Rien n’a été communiqué ; réessayez, puis prévenez l’opérateur.',
    en: 'An internal error prevented an answer. Nothing was disclosed; try again, then tell the operator.',
  },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof catalogue;
export const ERRORS: Readonly<Record<ErrorCode, ErrorFacts>> = catalogue;

/** Makes (does not throw) the refusal of that code. */
export function refusal(code: ErrorCode, extras: ErrorExtras = {}): AppError {
  return new AppError(code, ERRORS[code], extras);
}
