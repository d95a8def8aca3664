// How the screens speak of an alarm: its sentence, whom it is about, and how its response stands.

import { useMemo } from 'react';
import { dayAndTime } from '../shared/format.ts';
import { useLanguage } from '../shared/i18n.tsx';
import { alarmSentence, isStanding } from './alarm-words.ts';
import type { AlarmSummary } from './guard-types.ts';
import type { MessageKey } from './messages-fr.ts';
import { useScopeName } from './scope-name.ts';
import { useText } from './text.ts';

export function useAlarmSpeech() {
  const text = useText();
  const nameOf = useScopeName();
  const { language } = useLanguage();
  return useMemo(
    () => ({
      sentence: (alarm: AlarmSummary) => alarmSentence(alarm, { text, language }),
      /** `compte claire, structure S-1, Pharmacie`. */
      who: ({ scope, structure, profession }: AlarmSummary) => {
        const name = text(`profession.${profession}` as MessageKey);
        if (scope.startsWith('profession:')) return text('who.profession', { name });
        const site = structure === null ? [] : [nameOf(`structure:${structure}`)];
        return [...new Set([nameOf(scope), ...site, name])].join(', ');
      },
      outcome: (alarm: AlarmSummary, now: string) => {
        const { response, endsAt, endedAt, endedBecause, endedBy, endedReason } = alarm;
        if (response === 'watched') return text('outcome.watched');
        if (isStanding(alarm, now)) {
          if (endsAt !== null) return text('outcome.until', { at: dayAndTime(endsAt) });
          return text(response === 'fresh-sign-in' ? 'outcome.until-sign-in' : 'outcome.until-staff');
        }
        const at = dayAndTime(endedAt ?? endsAt ?? alarm.at);
        return text(`outcome.${endedBecause ?? 'expired'}`, {
          at,
          by: endedBy ?? '',
          reason: endedReason ?? '',
        });
      },
    }),
    [text, nameOf, language],
  );
}
