// PURE. Every reason for which a line of a feed is rejected, with its sentences: those of the line itself
// (core/feed-line.ts) and those that only show beside other lines and records. No sentence quotes a line.

import { FEED_LINE_REASONS } from '../../core/feed-line.ts';

type Sentence = { readonly fr: string; readonly en: string };

/** Found when all lines are there: the numbers are what the store writes while it looks. */
export const CONFLICT_REASONS = {
  'ref-repeated': {
    fr: 'La référence « ref » figure déjà sur une ligne précédente de ce flux : une seule ligne par personne et par flux.',
    en: 'The reference "ref" already stands on an earlier line of this feed: one line per person and feed.',
  },
  'fields-taken': {
    fr: 'Le numéro d’adhérent, le NIR, la date et le rang de naissance, ou la carte, désignent déjà une autre référence : corrigez l’une des deux, ou effacez l’ancienne (ERASE).',
    en: 'Member number, NIR, birth date and rank, or the card, already belong to another reference: correct one of the two, or erase the old one (ERASE).',
  },
  'ref-unknown': {
    fr: 'Aucun droit n’est enregistré sous cette référence : il n’y a rien à clore ou à effacer.',
    en: 'No rights are registered under this reference: there is nothing to close or to erase.',
  },
} as const satisfies Record<string, Sentence>;
export type ConflictReason = keyof typeof CONFLICT_REASONS;

const SENTENCES: Readonly<Record<string, Sentence>> = { ...FEED_LINE_REASONS, ...CONFLICT_REASONS };
const UNKNOWN: Sentence = { fr: 'La ligne a été rejetée.', en: 'The line was rejected.' };

export function reasonSentence(reason: string): Sentence {
  return SENTENCES[reason] ?? UNKNOWN;
}
