// PURE. The report of a drill as one page that a director reads: what was tried, how many people, when it ended, what honest
// work felt, beside 2024. French first, English beside. No script, nothing from elsewhere, nobody named.

import { escaped } from '../lib/markup.ts';
import { curveSvg } from './report-curve.ts';
import { REPORT_STYLE } from './report-style.ts';
import type { DrillRun, DrillScore, HonestScore } from './score.ts';

type Two = { fr: string; en: string };

const DRILL_WORDS: Readonly<Record<string, { title: Two; tried: Two }>> = {
  'stolen-session': {
    title: { fr: 'Une session volée', en: 'A stolen session' },
    tried: {
      fr: 'Un logiciel malveillant prend la session ouverte d’un professionnel, clé comprise. Il possède la liste exacte de tous les assurés et interroge aussi vite qu’il le souhaite.',
      en: 'Malware takes a professional’s open session, key included. It holds an exact list of every member and asks as fast as it likes.',
    },
  },
  'leaked-list': {
    title: { fr: 'Une liste issue d’une autre fuite', en: 'A list from another leak' },
    tried: {
      fr: 'Le voleur a une session ouverte et une liste d’ailleurs : aucun numéro d’adhérent, 45 % de lignes fausses.',
      en: 'The thief has an open session and a list from elsewhere: no member numbers, 45 % of its lines wrong.',
    },
  },
  'stolen-password': {
    title: { fr: 'Des mots de passe volés', en: 'Stolen passwords' },
    tried: {
      fr: 'Le voleur connaît tous les identifiants, essaie des mots de passe partout, et possède la liste exacte de tous les assurés.',
      en: 'The thief knows every identifier, tries passwords everywhere, and holds an exact list of every member.',
    },
  },
  'stolen-database': {
    title: { fr: 'La base de données volée', en: 'A stolen database' },
    tried: {
      fr: 'Le voleur emporte toute la base et les fichiers de l’opérateur, sauf les clés du coffre.',
      en: 'The thief carries off the operator’s whole database and files, without the vault’s keys.',
    },
  },
  'edited-ledger': {
    title: { fr: 'Le registre falsifié', en: 'An edited ledger' },
    tried: {
      fr: 'Le propriétaire de la base efface, modifie, déplace et coupe des lignes du registre des consultations.',
      en: 'The owner of the database deletes, edits, moves and cuts entries of the ledger of look-ups.',
    },
  },
};

export function reportHtml(score: DrillScore): string {
  const words = DRILL_WORDS[score.drill] ?? {
    title: { fr: score.drill, en: score.drill },
    tried: { fr: '', en: '' },
  };
  return `<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(words.title.fr)} · ${escaped(words.title.en)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<header>
${both('p', { fr: 'Exercice sur des personnes fictives', en: 'Exercise with fictitious people' }, 'kicker')}
${both('h1', words.title)}
${both('p', words.tried, 'lead')}
</header>
${answer(score)}
${score.runs.length > 0 ? curveSection(score) : ''}
${score.runs.length > 0 ? runsSection(score.runs) : ''}
${score.attempts.length > 0 ? attemptsSection(score) : ''}
${score.honest.length > 0 ? honestSection(score.honest) : ''}
${meaning(score)}
<footer>${both('p', {
    fr: `${number(score.people)} personnes fictives, graine « ${score.seed} », horloge simulée. Même commande, mêmes personnes et mêmes voleurs.`,
    en: `${number(score.people, 'en')} fictitious people, seed “${score.seed}”, simulated clock. The same command gives the same people and thieves.`,
  })}<p class="command"><code>rempart drill ${escaped(score.drill)} --people ${score.people} --seed ${escaped(score.seed)}</code></p></footer>
</main>
</body>
</html>
`;
}

// ---- The answer first ---------------------------------------------------------------------------------------------

function answer(score: DrillScore): string {
  const { history, exposureList, cutAfterSeconds } = score;
  const cards = [
    ...named(score),
    figure(
      number(score.personsExposed),
      { fr: 'personnes exposées, au pire', en: 'people exposed, at worst' },
      score.changes === null ? 'main' : '',
    ),
    figure(number(history.personsReferenced), {
      fr: 'personnes dans les bases ouvertes en janvier 2024',
      en: 'people in the databases opened in January 2024',
    }),
    ...(cutAfterSeconds === null
      ? []
      : [
          figure(duration(cutAfterSeconds), {
            fr: 'jusqu’à la coupure, dans ce pire cas',
            en: 'until cut off, in that worst case',
          }),
        ]),
    ...(exposureList === null
      ? []
      : [
          exposureList.precision === 1
            ? figure(percent(exposureList.recall), {
                fr: 'des personnes touchées retrouvées, personne de trop',
                en: 'of those concerned found, nobody too many',
              })
            : figure(`${percent(exposureList.recall)} / ${percent(exposureList.precision)}`, {
                fr: 'des personnes touchées retrouvées / justes',
                en: 'of those concerned found / right',
              }),
        ]),
  ];
  return `<section class="figures">${cards.join('\n')}</section>`;
}

/** Of a falsified ledger it matters first whether the falsification was found. */
function named({ changes }: DrillScore): string[] {
  if (changes === null) return [];
  const words = { fr: 'falsifications retrouvées et nommées', en: 'falsifications found and named' };
  return [figure(`${changes.named} / ${changes.made}`, words, 'main')];
}

function figure(value: string, words: Two, kind = ''): string {
  return `<div class="figure ${kind}"><strong>${escaped(value)}</strong>${both('span', words)}</div>`;
}

// ---- Curve --------------------------------------------------------------------------------------------------------

function curveSection(score: DrillScore): string {
  const { runs, history } = score;
  const lines = runs.map((run) => ({
    label: rateLabel(run),
    points: run.curve,
    endsAtSeconds: run.cutAfterSeconds,
  }));
  return `<section>
${both('h2', { fr: 'Combien de personnes, et quand', en: 'How many people, and when' })}
${curveSvg(lines, history.personsReferenced)}
${both(
  'p',
  {
    fr: `Une ligne par vitesse du voleur ; elle s’arrête quand il est coupé. Les deux échelles sont logarithmiques. ${heightIn2024(score, 'fr')}En 2026, un seul identifiant volé a ouvert ${number(history.personsPerStolenLogin)} comptes (FICOBA).`,
    en: `One line for each speed of the thief; it ends where he is cut off. Both scales are logarithmic. ${heightIn2024(score, 'en')}In 2026 a single stolen login opened ${number(history.personsPerStolenLogin, 'en')} accounts (FICOBA).`,
  },
  'note',
)}
</section>`;
}

/** What a logarithmic scale hides. */
function heightIn2024({ personsExposed, history }: DrillScore, language: 'fr' | 'en'): string {
  if (personsExposed === 0) return '';
  const km = number(Math.round(history.personsReferenced / personsExposed / 100_000), language);
  return language === 'fr'
    ? `À échelle ordinaire, si la plus haute de ces lignes mesurait un centimètre, celle de 2024 en mesurerait ${km} kilomètres. `
    : `On an ordinary scale, were the highest of these lines one centimetre, that of 2024 would be ${km} kilometres. `;
}

function rateLabel({ rate, stolenAccounts }: DrillRun): string {
  const speed = rate === null ? 'prudent · careful' : `${number(rate)}\u00a0/\u00a0h`;
  return stolenAccounts > 1 ? `${speed} × ${stolenAccounts}` : speed;
}

// ---- Tables -------------------------------------------------------------------------------------------------------

function runsSection(runs: readonly DrillRun[]): string {
  const rows = runs.map((run) => [
    rateLabel(run),
    number(run.personsExposed),
    number(run.attackerQueries),
    run.detectedAfterSeconds === null ? '–' : duration(run.detectedAfterSeconds),
    run.cutAfterSeconds === null ? '–' : duration(run.cutAfterSeconds),
    escaped(reason(run.cutBy)),
    run.blastRadius ? boundOf(run.blastRadius.day) : '–',
  ]);
  const head: Two[] = [
    { fr: 'Vitesse', en: 'Rate' },
    { fr: 'Personnes', en: 'People' },
    { fr: 'Questions', en: 'Queries' },
    { fr: 'Remarqué après', en: 'Noticed after' },
    { fr: 'Coupé après', en: 'Cut after' },
    { fr: 'Par quoi', en: 'By what' },
    {
      fr: 'Plafond annoncé, un jour : nouvelles (+ connues du site)',
      en: 'Bound shown, one day: new (+ the site’s own)',
    },
  ];
  return `<section>
${both('h2', { fr: 'Chaque vitesse du voleur', en: 'Each speed of the thief' })}
${table(head, rows)}
</section>`;
}

/** Strangers, and the patients that the site knows anyway. */
function boundOf({ strangers, regulars }: { strangers: number; regulars: number }): string {
  return `${number(strangers)} (+ ${number(regulars)})`;
}

const REASONS: Readonly<Record<string, string>> = {
  'fresh-sign-in-required': 'nouvelle identification exigée · fresh sign-in demanded',
  'typed-closed': 'saisie fermée · typing closed',
  'account-closed': 'compte fermé · account closed',
  'budget-exhausted': 'plafond atteint · budget used up',
  'token-invalid': 'session expirée · session over',
};

function reason(code: string | null): string {
  return code === null ? '–' : (REASONS[code] ?? code);
}

function attemptsSection({ attempts, how }: DrillScore): string {
  const rows = attempts.map(({ what, count, result }) => [escaped(what), number(count), escaped(result)]);
  const head: Two[] = [
    { fr: 'Essai', en: 'Attempt' },
    { fr: 'Nombre', en: 'Count' },
    { fr: 'Résultat', en: 'Result' },
  ];
  return `<section>
${both('h2', { fr: 'Ce qui a été tenté', en: 'What was tried' })}
${how.map((sentence) => both('p', sentence)).join('\n')}
${table(head, rows)}
</section>`;
}

function honestSection(honest: readonly HonestScore[]): string {
  const rows = honest.map((one, i) => [
    `${percent(one.proofShare)}${i === 0 ? ' *' : ''}`,
    number(one.checks),
    number(one.refused),
    String(one.per10000).replace('.', ','),
    number(one.freshSignIns),
  ]);
  const head: Two[] = [
    { fr: 'Nouveaux patients avec carte', en: 'New patients with a card' },
    { fr: 'Questions honnêtes', en: 'Honest checks' },
    { fr: 'Refusées', en: 'Refused' },
    { fr: 'Pour 10 000', en: 'Per 10,000' },
    { fr: 'Identifications redemandées', en: 'Sign-ins asked for' },
  ];
  return `<section>
${both('h2', { fr: 'Le travail honnête pendant ce temps', en: 'Honest work meanwhile' })}
${table(head, rows)}
${both('p', footnote(honest), 'note')}
</section>`;
}

function footnote(honest: readonly HonestScore[]): Two {
  const scored = { fr: '* La part retenue pour le score.', en: '* The share that is scored.' };
  if (!honest.some(({ proofShare, refused }) => proofShare === 0 && refused > 0)) return scored;
  return {
    fr: `${scored.fr} Quand personne ne présente de carte (0 %), les comptoirs les plus fréquentés atteignent leur plafond de saisie.`,
    en: `${scored.en} Where nobody shows a card (0 %), the busiest counters reach their limit of typed look-ups.`,
  };
}

function table(head: readonly Two[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map(
    (row) =>
      `<tr>${row
        .map(
          (cell, i) =>
            `<td data-label="${escaped(head[i]?.fr ?? '')} · ${escaped(head[i]?.en ?? '')}">${cell}</td>`,
        )
        .join('')}</tr>`,
  );
  return `<table><thead><tr>${head.map((one) => `<th scope="col">${escaped(one.fr)}<span lang="en">${escaped(one.en)}</span></th>`).join('')}</tr></thead><tbody>${cells.join('\n')}</tbody></table>`;
}

// ---- What it means ------------------------------------------------------------------------------------------------

function meaning(score: DrillScore): string {
  const { personsExposed, exposureList } = score;
  const nobody = personsExposed === 0;
  const told: Two = exposureList
    ? {
        fr: 'Le registre a donné, sans personne d’autre et sans oublier personne, la liste exacte des personnes à prévenir.',
        en: 'The ledger gave the exact list of the people to be told: nobody else, and nobody left out.',
      }
    : { fr: '', en: '' };
  return `<section class="meaning">
${both('h2', { fr: 'Ce que cela veut dire', en: 'What it means' })}
${both(
  'p',
  nobody
    ? { fr: 'Cette attaque n’a exposé personne.', en: 'This attack exposed nobody.' }
    : {
        fr: `Dans le pire des cas essayés, ${number(personsExposed)} personnes ont été exposées, au lieu de toutes.`,
        en: `In the worst case tried, ${number(personsExposed, 'en')} people were exposed instead of everybody.`,
      },
)}
${exposureList && exposureList.precision === 1 && exposureList.recall === 1 ? both('p', told) : ''}
</section>`;
}

// ---- Small change -------------------------------------------------------------------------------------------------

function both(tag: string, { fr, en }: Two, kind = ''): string {
  const at = kind ? ` class="${kind}"` : '';
  return `<${tag}${at}>${escaped(fr)}<span class="en" lang="en">${escaped(en)}</span></${tag}>`;
}

/** French digits unless said otherwise; a thin space that does not break. */
function number(value: number, language: 'fr' | 'en' = 'fr'): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, language === 'fr' ? '\u202f' : ',');
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10}\u00a0%`.replace('.', ',');
}

export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds * 10) / 10}\u00a0s`.replace('.', ',');
  if (seconds < 5_400) return `${Math.round(seconds / 60)}\u00a0min`;
  if (seconds < 172_800) return `${(Math.round(seconds / 360) / 10).toString().replace('.', ',')}\u00a0h`;
  return `${Math.round(seconds / 86_400)}\u00a0j`;
}
