// PURE. The portal's sentences together with those of the screens about money.

import { MESSAGES_EN } from '../messages-en.ts';
import { MESSAGES_FR } from '../messages-fr.ts';
import { SETTLEMENT_EN } from '../messages-settlement-en.ts';
import { SETTLEMENT_FR } from '../messages-settlement-fr.ts';

export const SETTLEMENT_TEXTS = {
  fr: { ...MESSAGES_FR, ...SETTLEMENT_FR },
  en: { ...MESSAGES_EN, ...SETTLEMENT_EN },
} as const;
export type SettlementKey = keyof (typeof SETTLEMENT_TEXTS)['fr'];
