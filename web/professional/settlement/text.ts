// `useText()` of the screens about money, which bring their own words: the counter's first load does not wait for them.

import { textHook } from '../../shared/i18n.tsx';
import { SETTLEMENT_TEXTS, type SettlementKey } from './texts.ts';

export const useText = textHook<SettlementKey>(SETTLEMENT_TEXTS);
