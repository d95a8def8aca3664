// PURE. The pages of the Pro Santé Connect simulator: French first, English beside it, no script, one stylesheet.
// Each says that it is a simulator. They must never look as if they were the real Pro Santé Connect.

import { escaped } from '../lib/markup.ts';
import { type PscPerson, professionName } from './psc-claims.ts';

type Words = { fr: string; en: string };

const both = (words: Words, tag = 'p', className = ''): string => {
  const attribute = className ? ` class="${className}"` : '';
  return `<${tag}${attribute}>${escaped(words.fr)} <span class="en" lang="en">${escaped(words.en)}</span></${tag}>`;
};

const BANNER: Words = {
  fr: 'Simulateur de Pro Santé Connect pour la démonstration : ce n’est pas le vrai service. Aucune carte CPS ni e-CPS n’est utilisée, et les personnes sont fictives.',
  en: 'A simulator of Pro Santé Connect for the demo: this is not the real service. Nobody’s card is involved, and the people are fictitious.',
};

function page(title: Words, stylesheet: string, body: string): string {
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title.fr)} – simulateur de Pro Santé Connect</title>
<link rel="stylesheet" href="${escaped(stylesheet)}">
</head>
<body>
<header class="banner">
${both({ fr: 'SIMULATEUR', en: 'SIMULATOR' }, 'p', 'mark')}
${both(BANNER)}
</header>
<main>
${both(title, 'h1')}
${body}
</main>
</body>
</html>
`;
}

/** One button for each person: one choice, and the browser goes back to where it came from. */
export function signInPage(view: {
  stylesheet: string;
  action: string;
  client: string;
  people: readonly PscPerson[];
}): string {
  const lead = {
    fr: `« ${view.client} » demande qui vous êtes. Choisissez une personne.`,
    en: `“${view.client}” asks who you are. Choose a person.`,
  };
  return page(
    { fr: 'Qui se connecte ?', en: 'Who is signing in?' },
    view.stylesheet,
    `${both(lead)}
<form method="post" action="${escaped(view.action)}">
<ul class="people">
${view.people.map((person, place) => personButton(person, place === 0)).join('\n')}
</ul>
<button class="cancel" type="submit" name="cancel" value="yes">Annuler <span class="en" lang="en">Cancel</span></button>
</form>`,
  );
}

/** The first has the focus: whoever works without a mouse is one key away. */
function personButton(person: PscPerson, isFirst: boolean): string {
  const codes = [...new Set(person.activities.map(({ professionCode }) => professionCode))];
  const professions = codes.map(professionName);
  const places = person.activities.map(
    ({ structureName, place }) => `<span class="place">${escaped(`${structureName}, ${place}`)}</span>`,
  );
  return `<li><button type="submit" name="person" value="${escaped(person.idNps)}"${isFirst ? ' autofocus' : ''}>
<span class="as">Se connecter comme <span class="en" lang="en">Sign in as</span></span>
<span class="name">${escaped(`${person.givenName} ${person.familyName}`)}</span>
<span class="profession">${escaped(professions.map(({ fr }) => fr).join(', '))} <span class="en" lang="en">${escaped(professions.map(({ en }) => en).join(', '))}</span></span>
${places.join('\n')}
</button></li>`;
}

/** `form` comes from oidc-provider: it carries the secret that ties the answer to this browser. */
export function signOutPage(view: { stylesheet: string; form: string }): string {
  return page(
    { fr: 'Se déconnecter ?', en: 'Sign out?' },
    view.stylesheet,
    `${both({
      fr: 'La session du simulateur sera fermée, et les logiciels qui s’en servent en seront avertis.',
      en: 'The simulator’s session will end, and the software that uses it will be told.',
    })}
${view.form}
<p class="choices"><button type="submit" form="op.logoutForm" name="logout" value="yes">Se déconnecter <span class="en" lang="en">Sign out</span></button>
<button class="cancel" type="submit" form="op.logoutForm">Rester connecté <span class="en" lang="en">Stay signed in</span></button></p>`,
  );
}

export function signedOutPage(stylesheet: string): string {
  return page(
    { fr: 'Vous êtes déconnecté.', en: 'You are signed out.' },
    stylesheet,
    both({ fr: 'Vous pouvez fermer cette page.', en: 'You may close this page.' }),
  );
}

/** `code` and `detail` are the protocol's own words: they help whoever connects a software. */
export function errorPage(view: { stylesheet: string; code: string; detail: string | undefined }): string {
  const detail = view.detail ? ` – ${view.detail}` : '';
  return page(
    { fr: 'La connexion n’a pas pu se faire.', en: 'Signing in did not work.' },
    view.stylesheet,
    `${both({
      fr: 'Retournez au logiciel d’où vous veniez et recommencez. Si cela se répète, sa configuration est à revoir.',
      en: 'Go back to the software you came from and try again. If it happens again, its configuration needs a look.',
    })}
<p class="code">${escaped(`${view.code}${detail}`)}</p>`,
  );
}

export const STYLESHEET = `:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body {
  margin: 0; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
  background: light-dark(#f6f7f9, #14171c); color: light-dark(#1c2430, #e8ebf0);
}
.banner { padding: 1rem 0; background: light-dark(#fff1c9, #4a3a08); border-bottom: 3px solid light-dark(#8a5a00, #e0b040); }
.banner p, main { max-width: 46rem; margin: 0 auto; padding-inline: 1rem; }
.mark { font-weight: 700; letter-spacing: .06em; }
.banner p + p { margin-top: .25rem; }
main { padding-block: 1.5rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
.en { display: block; font-size: .875rem; font-weight: 400; letter-spacing: 0; color: light-dark(#4a5462, #b4bdca); }
.banner .en { color: inherit; margin-top: .25rem; }
.mark .en, .as .en, .profession .en { display: inline; margin-inline-start: .375rem; }
.people { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; gap: .75rem; }
button {
  font: inherit; color: inherit; min-height: 2.75rem; padding: .625rem 1rem; text-align: start; cursor: pointer;
  background: light-dark(#fff, #20252d); border: 1px solid light-dark(#6d7888, #8b95a5); border-radius: .5rem;
}
button:hover { border-color: currentColor; }
button:focus-visible { outline: 3px solid light-dark(#0b57b7, #8ab8ff); outline-offset: 2px; }
.people button { width: 100%; height: 100%; display: flex; flex-direction: column; justify-content: flex-start; }
.people button > span { display: block; }
.as { font-size: .875rem; }
.name { font-weight: 700; font-size: 1.125rem; }
.profession, .place { margin-top: .25rem; }
.place { font-size: .9375rem; }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; }
.code { font-family: ui-monospace, monospace; padding: .75rem; border: 1px solid light-dark(#6d7888, #8b95a5); border-radius: .5rem; }
@media (min-width: 48rem) { .people { grid-template-columns: 1fr 1fr; } }
`;
