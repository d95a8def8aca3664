// PURE. Limits in words: what each is called, and its reason in French. The table in the code gives reasons in English,
// and that sentence is the key here; one that is not translated yet is shown as it is.

import type { Language } from '../shared/format.ts';
import { MESSAGES_FR, type MessageKey } from './messages-fr.ts';
import { REASONS_FR } from './reasons-fr.ts';

/** Null for a limit that has no words yet: its own name is shown. */
export function budgetName(name: string): MessageKey | null {
  const key = `budget.${name}`;
  return Object.hasOwn(MESSAGES_FR, key) ? (key as MessageKey) : null;
}

export function reasonIn(english: string, language: Language): string {
  return language === 'en' ? english : (REASONS_FR.get(english) ?? english);
}
