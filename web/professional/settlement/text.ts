// `useText()` of the screens about money: the portal's words and their own, which come with these screens and not before.

import { textHook } from '../../shared/i18n.tsx';
import { MESSAGES_EN } from '../messages-en.ts';
import { MESSAGES_FR, type MessageKey } from '../messages-fr.ts';
import { SETTLEMENT_EN } from '../messages-settlement-en.ts';
import { SETTLEMENT_FR } from '../messages-settlement-fr.ts';

export type SettlementKey = MessageKey | keyof typeof SETTLEMENT_FR;

export const useText = textHook<SettlementKey>({
  fr: { ...MESSAGES_FR, ...SETTLEMENT_FR },
  en: { ...MESSAGES_EN, ...SETTLEMENT_EN },
});
