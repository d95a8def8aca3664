// A day and an hour in whole words: `vendredi 4 décembre 2026 à 03:12`.

import { clockTime, longDay, parisToday } from '../../shared/format.ts';
import { useLanguage } from '../../shared/i18n.tsx';

export function useMoment(): (instant: string) => string {
  const { language } = useLanguage();
  const at = language === 'fr' ? 'à' : 'at';
  return (instant) => `${longDay(parisToday(Date.parse(instant)), language)} ${at} ${clockTime(instant)}`;
}
