// PURE. How days, instants, amounts and long numbers are written for people, in French and English.
// Must never use the browser's own time zone: care happens on French days.

export type Language = 'fr' | 'en';

const LOCALES = { fr: 'fr-FR', en: 'en-GB' } as const;
const PARIS = 'Europe/Paris';

/** `22/11/2026`: the same in both languages, as it is typed. */
export function shortDay(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${date}/${month}/${year}`;
}

/** `lundi 23 novembre 2026`, `Monday 23 November 2026`. */
export function longDay(day: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${day}T12:00:00Z`),
  );
}

/** `14:05`, in Paris. */
export function clockTime(instant: string | number): string {
  const { hour, minute } = parisParts(instant);
  return `${hour}:${minute}`;
}

/** `22/11/2026 14:05`, in Paris. */
export function dayAndTime(instant: string | number): string {
  const { year, month, day, hour, minute } = parisParts(instant);
  return `${day}/${month}/${year} ${hour}:${minute}`;
}

/** The day in Paris, `YYYY-MM-DD`. */
export function parisToday(nowMs: number): string {
  const { year, month, day } = parisParts(nowMs);
  return `${year}-${month}-${day}`;
}

function parisParts(instant: string | number): Record<string, string> {
  const options = {
    timeZone: PARIS,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  const parts = new Intl.DateTimeFormat('en-GB', options).formatToParts(new Date(instant));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** `3 h 12`, `14 min`, `45 s`: what is left, rounded down so that it never promises too much. */
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')}`;
  return minutes >= 1 ? `${minutes} min` : `${seconds} s`;
}

/** `1 234,56 €`, `€1,234.56`. */
export function euros(cents: number, language: Language): string {
  return new Intl.NumberFormat(LOCALES[language], { style: 'currency', currency: 'EUR' }).format(cents / 100);
}

/** `1 85 05 75 991 456 73`, as printed on the Vitale card; shorter or longer texts are grouped as far as they go. */
export function groupNir(compact: string): string {
  const ends = [1, 3, 5, 7, 10, 13, compact.length];
  return ends
    .map((end, i) => compact.slice(i === 0 ? 0 : ends[i - 1], end))
    .filter((group) => group !== '')
    .join(' ');
}

/** Groups of `size` for the eye; joined again they are the number itself. */
export function groupsOf(text: string, size: number): string[] {
  return text.match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}
