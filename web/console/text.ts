// `useText()` of this application.

import { textHook } from '../shared/i18n.tsx';
import { MESSAGES_EN } from './messages-en.ts';
import { MESSAGES_FR, type MessageKey } from './messages-fr.ts';

export const useText = textHook<MessageKey>({ fr: MESSAGES_FR, en: MESSAGES_EN });
