// PURE. Instants as people in France read and hear them. Always with the day: a page may be read, or kept, days later.

export type Language = 'fr' | 'en';

type Parts = Record<'weekday' | 'day' | 'month' | 'year' | 'hour' | 'minute', string>;

const inParis = {
  timeZone: 'Europe/Paris',
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

const FORMATS: Record<Language, Intl.DateTimeFormat> = {
  fr: new Intl.DateTimeFormat('fr-FR', inParis),
  en: new Intl.DateTimeFormat('en-GB', inParis),
};

function partsOf(at: string, language: Language): Parts {
  const parts = FORMATS[language].formatToParts(Date.parse(at));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value])) as Parts;
}

const ordinal = (day: string) => (day === '1' ? '1er' : day);

/** “mardi 1er décembre à 10 h 04”, “Tuesday 1 December, 10:04 Paris time”. */
export function whenIn(language: Language, at: string): string {
  const { weekday, day, month, hour, minute } = partsOf(at, language);
  return language === 'fr'
    ? `${weekday} ${ordinal(day)} ${month} à ${Number(hour)} h ${minute}`
    : `${weekday} ${day} ${month}, ${hour}:${minute} Paris time`;
}

/** To be read aloud: “mardi 1er décembre à 10 heures 04”. */
export function spokenIn(language: Language, at: string): string {
  if (language === 'en') return whenIn('en', at);
  const { weekday, day, month, hour, minute } = partsOf(at, 'fr');
  return `${weekday} ${ordinal(day)} ${month} à ${Number(hour)} heures${minute === '00' ? '' : ` ${minute}`}`;
}

/** With the year and without the time: of what is long over. */
export function dayIn(language: Language, at: string): string {
  const { day, month, year } = partsOf(at, language);
  return `${language === 'fr' ? ordinal(day) : day} ${month} ${year}`;
}

const UNITS = [
  { ms: 86_400_000, fr: 'j', en: 'd' },
  { ms: 3_600_000, fr: 'h', en: 'h' },
  { ms: 60_000, fr: 'min', en: 'min' },
] as const;

/** “13 j 22 h”, “35 min”: the two largest units that count. */
export function durationIn(language: Language, from: string, to: string): string {
  let leftMs = Math.max(0, Date.parse(to) - Date.parse(from));
  const counts = UNITS.map(({ ms, [language]: unit }) => {
    const count = Math.floor(leftMs / ms);
    leftMs -= count * ms;
    return { count, text: `${count} ${unit}` };
  });
  const first = counts.findIndex(({ count }) => count > 0);
  if (first < 0) return language === 'fr' ? 'moins d’une minute' : 'less than a minute';
  return counts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(' ');
}
