// A Vite plugin: React Aria brings its words in some thirty languages; the pages speak French and English.

import type { Plugin } from 'vite';

const OTHER_LANGUAGE = /[\\/]intl[\\/](?:[\w-]+[\\/])*(?!fr-FR|en-US)[a-z]{2}-[A-Z]{2}\.m?js$/;

export function onlyOurLanguages(): Plugin {
  return {
    name: 'only-our-languages',
    enforce: 'pre',
    load: (id) => (OTHER_LANGUAGE.test(id) ? 'export default {};' : null),
  };
}
