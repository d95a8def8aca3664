// `usePaymentsText()`: the words of these screens, apart from the portal's own so that the counter does not wait for them.

import { textHook } from '../../shared/i18n.tsx';
import { PAYMENTS_EN } from './messages-payments-en.ts';
import { PAYMENTS_FR, type PaymentsKey } from './messages-payments-fr.ts';

export const usePaymentsText = textHook<PaymentsKey>({ fr: PAYMENTS_FR, en: PAYMENTS_EN });
