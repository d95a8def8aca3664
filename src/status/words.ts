// PURE. What readers of the status page are told, in words a pharmacist understands: every sentence in one file, French and
// English side by side. It must never promise what does not work without the platform.

import type { Profession } from '../core/care-domains.ts';
import type { PublicScope, State } from './scopes.ts';
import type { Incident } from './story.ts';
import type { Language } from './times.ts';

export type Words = Readonly<Record<Language, string>>;

export const PROFESSION_NAMES: Readonly<Record<Profession, Words>> = {
  pharmacist: { fr: 'pharmaciens', en: 'pharmacists' },
  optician: { fr: 'opticiens', en: 'opticians' },
  audioprosthetist: { fr: 'audioprothésistes', en: 'hearing-aid specialists' },
  doctor: { fr: 'médecins', en: 'doctors' },
  dentist: { fr: 'dentistes', en: 'dentists' },
  midwife: { fr: 'sages-femmes', en: 'midwives' },
  nurse: { fr: 'infirmiers', en: 'nurses' },
  physiotherapist: { fr: 'kinésithérapeutes', en: 'physiotherapists' },
  'speech-therapist': { fr: 'orthophonistes', en: 'speech therapists' },
  laboratory: { fr: 'laboratoires', en: 'laboratories' },
  hospital: { fr: 'hôpitaux', en: 'hospitals' },
  'health-centre': { fr: 'centres de santé', en: 'health centres' },
  transporter: { fr: 'transporteurs', en: 'medical transport' },
};

export const EVERY_PROFESSION: Words = { fr: 'tous les professionnels', en: 'all professionals' };
export const MEMBERS: Words = { fr: 'assurés', en: 'insured persons' };
export const FEEDS: Words = { fr: 'mutuelles', en: 'insurers' };
export const INSURER: Words = { fr: 'mutuelle n° ', en: 'insurer no. ' };

export const STATE_LABELS: Readonly<Record<State, Words>> = {
  open: { fr: 'Fonctionne', en: 'Works' },
  disturbed: { fr: 'Perturbé', en: 'Disturbed' },
  'card-only': { fr: 'Carte signée seulement', en: 'Signed card only' },
  closed: { fr: 'Coupé', en: 'Cut off' },
};

const STATE_PREDICATES: Readonly<Record<State, Words>> = {
  open: { fr: 'fonctionne de nouveau', en: 'works again' },
  disturbed: { fr: 'est perturbé', en: 'has been disturbed' },
  'card-only': { fr: 'ne répond qu’à la carte signée', en: 'has answered the signed card only' },
  closed: { fr: 'est coupé', en: 'has been cut off' },
};

/** Masculine and singular in French, so that every predicate fits. */
function subjectOf(scope: PublicScope): Words {
  const [kind, id = ''] = scope.split(':');
  if (kind === 'profession') {
    const name = PROFESSION_NAMES[id as Profession];
    return { fr: `le contrôle des droits par les ${name.fr}`, en: `rights checking by ${name.en}` };
  }
  if (kind === 'insurer')
    return {
      fr: `le contrôle des droits de la mutuelle n° ${id}`,
      en: `rights checking for insurer no. ${id}`,
    };
  if (kind === 'members') return { fr: 'l’espace des adhérents', en: 'the members’ space' };
  if (kind === 'feeds')
    return { fr: 'l’envoi des droits par les mutuelles', en: 'delivery of rights by insurers' };
  return { fr: 'le contrôle des droits', en: 'rights checking' };
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** “Le contrôle des droits est coupé depuis mardi …”; of what is open again, without its time. */
export function standingSentence(
  scope: PublicScope,
  { state, since }: { state: State; since: string },
  language: Language,
): string {
  const what = `${capital(subjectOf(scope)[language])} ${STATE_PREDICATES[state][language]}`;
  if (state === 'open') return `${what}.`;
  return `${what} ${language === 'fr' ? 'depuis' : 'since'} ${since}.`;
}

export const ALL_WELL: Words = { fr: 'Tout fonctionne.', en: 'Everything works.' };
export const RESOLVED: Words = {
  fr: 'Tout fonctionne de nouveau. Merci de votre patience.',
  en: 'Everything works again. Thank you for your patience.',
};

/** What an incident that is over is called: “Le contrôle des droits”, and others. */
export function incidentTitle({ scopes }: Incident, language: Language): string {
  const [first = 'platform', ...others] = scopes;
  const more = { fr: ' et d’autres services', en: ' and other services' }[language];
  return `${capital(subjectOf(first)[language])}${others.length > 0 ? more : ''}`;
}

/** Professions whose work needs an agreement of the insurer beforehand have something to keep. */
export type Kind = 'at-the-counter' | 'with-agreement';

export const PROFESSION_ADVICE: Readonly<Record<State, Readonly<Record<Kind, Words>>>> = {
  open: alike({ fr: 'Contrôlez les droits comme d’habitude.', en: 'Check rights as usual.' }),
  disturbed: alike({
    fr: 'Des réponses sont lentes ou manquent. Réessayez une fois, puis utilisez la carte de tiers payant signée.',
    en: 'Some answers are slow or missing. Try once more, then use the signed card.',
  }),
  'card-only': alike({
    fr: 'Scannez la carte de tiers payant signée. Sans la carte, aucune recherche ne répond.',
    en: 'Scan the signed card. Without the card no look-up answers.',
  }),
  closed: {
    'at-the-counter': {
      fr: 'Utilisez la carte de tiers payant signée : elle se vérifie sans réseau. Sans carte, le patient règle la part de la mutuelle et lui envoie sa facture.',
      en: 'Use the signed card: it is verified without any network. Without a card, the patient pays the insurer’s part and sends the bill there.',
    },
    'with-agreement': {
      fr: 'Vérifiez la carte de tiers payant signée, sans réseau. Gardez le devis : la prise en charge se demande à la réouverture.',
      en: 'Verify the signed card, without any network. Keep the quote: ask for the agreement when the service is back.',
    },
  },
};

function alike(words: Words): Record<Kind, Words> {
  return { 'at-the-counter': words, 'with-agreement': words };
}

export const MEMBERS_ADVICE: Readonly<Record<'all-well' | 'take-card' | 'space-closed', Words>> = {
  'all-well': { fr: 'Présentez votre carte comme d’habitude.', en: 'Show your card as usual.' },
  'take-card': {
    fr: 'Emportez votre carte de tiers payant signée : elle suffit au comptoir. Vos droits ne changent pas.',
    en: 'Take your signed card with you: it is enough at the counter. Your rights do not change.',
  },
  'space-closed': {
    fr: 'Votre espace est coupé. Vos droits ne changent pas. Gardez vos factures : elles seront traitées dans l’ordre d’arrivée.',
    en: 'Your space is cut off. Your rights do not change. Keep your bills: they will be handled in the order they arrive.',
  },
};

export const FEEDS_ADVICE: Readonly<Record<Exclude<State, 'card-only'>, Words>> = {
  open: { fr: 'Envoyez les droits comme d’habitude.', en: 'Send rights as usual.' },
  disturbed: {
    fr: 'Les envois sont lents. Un envoi interrompu reprend là où il s’est arrêté.',
    en: 'Deliveries are slow. One that was interrupted goes on where it stopped.',
  },
  closed: {
    fr: 'Gardez vos fichiers de droits : ils seront pris dans l’ordre à la réouverture. Ne les envoyez par aucun autre moyen.',
    en: 'Keep your files of rights: they will be taken in order when the service is back. Send them by no other way.',
  },
};

export const NEVER_ASKED: Words = {
  fr: 'Nous ne demandons jamais un code, un mot de passe ou un numéro de sécurité sociale par téléphone, par e-mail ou par SMS.',
  en: 'We never ask for a code, a password or a social security number by phone, e-mail or text message.',
};

export const LABELS = {
  title: { fr: 'État du service', en: 'Service status' },
  inOtherLanguage: { fr: 'En français', en: 'In English' },
  since: { fr: 'Depuis', en: 'Since' },
  updated: { fr: 'Mis à jour', en: 'Updated' },
  next: { fr: 'Prochaine information', en: 'Next update' },
  late: {
    fr: 'Si cette heure est passée, suivez les consignes ci-dessous : elles restent valables.',
    en: 'If that time has passed, do as said below: it still holds.',
  },
  todo: { fr: 'Que faire', en: 'What to do' },
  said: { fr: 'Ce que nous avons dit', en: 'What we said' },
  news: { fr: 'Informations', en: 'News' },
  past: { fr: 'Incidents passés', en: 'Past incidents' },
  noPast: { fr: 'Aucun incident à ce jour.', en: 'No incident so far.' },
  lasted: { fr: 'durée', en: 'lasted' },
  log: { fr: 'Journal', en: 'Log' },
  asText: { fr: 'Texte pour le téléphone', en: 'Text for the phone line' },
  asFeed: { fr: 'Fil Atom', en: 'Atom feed' },
  asData: { fr: 'Données', en: 'Data' },
  hello: {
    fr: 'Bonjour. Ceci est l’état du service Rempart.',
    en: 'Hello. This is the status of the Rempart service.',
  },
  bye: { fr: 'Merci. Au revoir.', en: 'Thank you. Goodbye.' },
} as const satisfies Record<string, Words>;
