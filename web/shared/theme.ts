// Light, dark, or as the system says. `data-theme` on the root element chooses; the colours are in tokens.css.

import { useState } from 'react';
import { recall, remember } from './preferences.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

function chosen(): Theme {
  return THEMES.find((theme) => theme === recall('theme')) ?? 'system';
}

/** Called before the first paint of the application. */
export function applyTheme(theme: Theme = chosen()): void {
  document.documentElement.dataset['theme'] = theme;
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(chosen);
  return [
    theme,
    (next) => {
      remember('theme', next);
      applyTheme(next);
      setTheme(next);
    },
  ];
}
