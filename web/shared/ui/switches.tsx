// Language and appearance, in the header of every application.

import { useLanguage } from '../i18n.tsx';
import { THEMES, type Theme, useTheme } from '../theme.ts';
import { Choice } from './choice.tsx';

export function LanguageSwitch({ label }: { label: string }) {
  const { language, speak } = useLanguage();
  return (
    <Choice
      className="tool"
      label={label}
      showLabel={false}
      value={language}
      onChange={speak}
      options={[
        { value: 'fr', label: 'FR' },
        { value: 'en', label: 'EN' },
      ]}
    />
  );
}

export function ThemeSwitch({ label, names }: { label: string; names: Record<Theme, string> }) {
  const [theme, setTheme] = useTheme();
  return (
    <Choice
      className="tool"
      label={label}
      showLabel={false}
      value={theme}
      onChange={setTheme}
      options={THEMES.map((value) => ({ value, label: names[value] }))}
    />
  );
}
