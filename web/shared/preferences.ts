// Language and theme, kept in this browser. Must never keep anything else: no person, no session, no number.

type Preference = 'language' | 'theme';

export function recall(name: Preference): string | null {
  try {
    return localStorage.getItem(`rempart.${name}`);
  } catch {
    return null; // storage is switched off: the default serves
  }
}

export function remember(name: Preference, value: string): void {
  try {
    localStorage.setItem(`rempart.${name}`, value);
  } catch {
    // storage is switched off: the choice lasts as long as the page
  }
}
