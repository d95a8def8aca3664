// Two languages, French first.
// Must never guess a language from the browser: French until somebody chooses, and the choice is kept.

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { type Catalogue, fill, type Values } from './catalogue.ts';
import type { Language } from './format.ts';
import { recall, remember } from './preferences.ts';

export type Text<Key extends string> = (key: Key, values?: Values) => string;

type Speech = { language: Language; speak(language: Language): void };
const SpeechContext = createContext<Speech>({ language: 'fr', speak: () => {} });

export function useLanguage(): Speech {
  return useContext(SpeechContext);
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => (recall('language') === 'en' ? 'en' : 'fr'));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () => ({
      language,
      speak: (chosen: Language) => {
        remember('language', chosen);
        setLanguage(chosen);
      },
    }),
    [language],
  );
  return (
    <SpeechContext value={speech}>
      <I18nProvider locale={language === 'fr' ? 'fr-FR' : 'en-GB'}>{children}</I18nProvider>
    </SpeechContext>
  );
}

/** Each application makes its own `useText` out of its two catalogues. */
export function textHook<Key extends string>(catalogues: Record<Language, Catalogue<Key>>): () => Text<Key> {
  return () => {
    const { language } = useLanguage();
    return useMemo(() => (key, values) => fill(catalogues[language][key], values), [language]);
  };
}
