// PURE. Every reason for which the ledger can be found bad: stable code, sentence in French and English.
// One catalogue, closed. A sentence says what was found, never who did it: the verifier cannot know.

export const VERIFY_REASONS = {
  'entry-missing': {
    fr: 'Une entrée manque : sa place est vide ou la fin du registre a été coupée.',
    en: 'An entry is missing: its place is empty, or the end of the ledger was cut off.',
  },
  'entry-order': {
    fr: 'Les entrées ne sont pas dans l’ordre signé.',
    en: 'Entries do not stand in the order that was signed.',
  },
  'entry-inserted': {
    fr: 'Une entrée a été glissée entre celles qui sont signées.',
    en: 'An entry was put in between those that are signed.',
  },
  'row-edited': {
    fr: 'Une entrée a été modifiée : elle ne correspond plus à son empreinte.',
    en: 'An entry was edited: it no longer matches its leaf hash.',
  },
  'time-edited': {
    fr: 'L’heure d’une entrée a été modifiée : la colonne ne dit pas la même heure que le texte engagé.',
    en: 'The time of an entry was edited: the column does not say the time of the committed text.',
  },
  'body-malformed': {
    fr: 'Le texte d’une entrée n’a pas la forme prévue.',
    en: 'The text of an entry does not have the form it must have.',
  },
  'body-blank': {
    fr: 'Le texte d’une entrée a été effacé sans qu’une entrée d’effacement (motif, deux approbateurs) ne la nomme.',
    en: 'The text of an entry was blanked and no later erasure entry (reason, two approvers) names it.',
  },
  'root-mismatch': {
    fr: 'Les entrées ne donnent pas la racine signée : l’une d’elles a été réécrite, ajoutée ou retirée.',
    en: 'The entries do not give the signed root: one of them was rewritten, added or taken out.',
  },
  fork: {
    fr: 'Deux racines différentes ont été signées pour une même taille.',
    en: 'Two different roots were signed for one size.',
  },
  'signature-wrong': {
    fr: 'La signature d’un point de contrôle est fausse.',
    en: 'The signature of a checkpoint is wrong.',
  },
  'key-unknown': {
    fr: 'Un point de contrôle ne porte aucune signature de la clé de confiance.',
    en: 'A checkpoint carries no signature of the trusted key.',
  },
  'origin-wrong': {
    fr: 'Un point de contrôle est celui d’un autre registre.',
    en: 'A checkpoint belongs to another log.',
  },
  'checkpoint-malformed': {
    fr: 'Un point de contrôle n’a pas la forme prévue.',
    en: 'A checkpoint does not have the form it must have.',
  },
  'checkpoint-edited': {
    fr: 'La taille ou la racine enregistrée d’un point de contrôle n’est pas celle qui est signée.',
    en: 'The stored size or root of a checkpoint is not the one that is signed.',
  },
  'checkpoint-missing': {
    fr: 'Des points de contrôle que le coffre a signés ne sont plus enregistrés.',
    en: 'Checkpoints that the vault signed are no longer stored.',
  },
  'journal-broken': {
    fr: 'Le journal du coffre est rompu : une ligne ne prolonge pas la précédente.',
    en: 'The vault’s journal is broken: a line does not continue the one before.',
  },
  'journal-malformed': {
    fr: 'Une ligne du journal du coffre est illisible.',
    en: 'A line of the vault’s journal cannot be read.',
  },
  'journal-forked': {
    fr: 'Le journal du coffre contient deux points de contrôle qui ne se prolongent pas.',
    en: 'The vault’s journal holds two checkpoints of which the later does not extend the earlier.',
  },
  'door-without-entry': {
    fr: 'Une porte a été ouverte sans entrée dans le registre.',
    en: 'A door was opened without an entry.',
  },
  'door-entered-twice': {
    fr: 'Deux entrées se réclament de la même porte ouverte.',
    en: 'Two entries name the same opened door.',
  },
  'journal-line-missing': {
    fr: 'Une entrée nomme une ligne que le journal du coffre n’a pas.',
    en: 'An entry names a line that the vault’s journal does not have.',
  },
  'journal-line-not-open': {
    fr: 'Une entrée nomme une ligne du journal du coffre qui n’a ouvert aucune porte.',
    en: 'An entry names a line of the vault’s journal that opened no door.',
  },
} as const satisfies Record<string, { fr: string; en: string }>;

export type VerifyReason = keyof typeof VERIFY_REASONS;

/** Raw evidence: numbers, hashes in hex, file positions. Never the text of an entry. */
export type VerifyDetail = Readonly<Record<string, string | number | null>>;

/** One thing found wrong. `firstBad` is null when no entry of the ledger is bad, only what vouches for it. */
export type VerifyFailure = {
  readonly code: VerifyReason;
  readonly firstBad: number | null;
  readonly detail: VerifyDetail;
};
