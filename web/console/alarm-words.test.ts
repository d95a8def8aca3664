// Every detector has its sentence in both languages, with its numbers; what is not known is left out, never made up.

import { describe, expect, it } from 'vitest';
import * as guard from '../../src/operator/guard/alarm.ts';
import { fill } from '../shared/catalogue.ts';
import type { Language } from '../shared/format.ts';
import { alarmSentence, isStanding, type Speech } from './alarm-words.ts';
import { type AlarmSummary, DETECTORS, type Detector, type Facts, RESPONSES } from './guard-types.ts';
import { MESSAGES_EN } from './messages-en.ts';
import { MESSAGES_FR } from './messages-fr.ts';

const speech = (language: Language): Speech => ({
  language,
  text: (key, values) => fill({ fr: MESSAGES_FR, en: MESSAGES_EN }[language][key], values),
});
/** Numbers are grouped with narrow blanks; here with plain ones. */
const say = (detector: Detector, facts: Facts, language: Language = 'fr') =>
  alarmSentence({ detector, facts }, speech(language)).replaceAll(/\s/g, ' ');

describe('the sentence of an alarm', () => {
  it.each<[Detector, Facts, string, string]>([
    [
      'strangers',
      { people: 23, seconds: 3_840, usualPerDay: 6 },
      '23 personnes nouvelles en 64 minutes ; une journée habituelle de ce compte en compte 6.',
      '23 new people within 64 minutes; a usual day of this account has 6.',
    ],
    [
      'strangers-slow',
      { people: 61, seconds: 777_600, usualPerDay: 2.5 },
      'Lentement, mais sans relâche : 61 personnes nouvelles en 9 jours ; une journée habituelle de ce compte en compte 2,5.',
      'Slowly, without a pause: 61 new people within 9 days; a usual day of this account has 2.5.',
    ],
    [
      'regulars',
      { people: 1_180, seconds: 10_800, usualPerDay: 76 },
      '1 180 patients du lieu en 3 heures ; une journée habituelle de ce compte en compte 76.',
      '1,180 patients of the site within 3 hours; a usual day of this account has 76.',
    ],
    [
      'pace',
      { people: 1, seconds: 1 },
      '1 personne nouvelle en 1 seconde : plus vite que l’on ne tape à un comptoir.',
      '1 new person within 1 second: faster than anybody types at a counter.',
    ],
    [
      'misses',
      { misses: 9, asked: 12, seconds: 230 },
      '9 recherches sur 12 n’ont trouvé personne en 4 minutes.',
      '9 look-ups of 12 found nobody within 4 minutes.',
    ],
    [
      'emergency',
      { units: 10 },
      'Réserve d’urgence ouverte : 10 recherches de plus.',
      'Emergency reserve opened: 10 more look-ups.',
    ],
    [
      'refused',
      { refused: 30, seconds: 95 },
      '30 saisies refusées en 95 secondes, et ce compte continue.',
      '30 typed look-ups refused within 95 seconds, and this account goes on.',
    ],
    ['cohort', { structures: 5 }, '5 structures en alerte.', '5 structures in alarm.'],
    ['cohort', { accounts: 2 }, '2 comptes en alerte.', '2 accounts in alarm.'],
    [
      'cohort',
      { accounts: 12, structures: 9, hours: 3 },
      '12 comptes de 9 structures en alerte en 3 heures.',
      '12 accounts of 9 structures in alarm within 3 hours.',
    ],
    [
      'canary',
      { canaries: 1 },
      '1 leurre consulté : ces assurés n’existent pas, personne n’a de raison de les chercher.',
      '1 canary looked up: they do not exist, nobody has a reason to look them up.',
    ],
  ])('%s with %j', (detector, facts, french, english) => {
    expect(say(detector, facts)).toBe(french);
    expect(say(detector, facts, 'en')).toBe(english);
  });

  it.each([...DETECTORS])('without its facts %s says what it is about, and no number', (detector) => {
    for (const language of ['fr', 'en'] as const) {
      const said = say(detector, {}, language);
      expect(said).toMatch(/^[A-ZÀ-Ý].*\.$/);
      expect(said).not.toMatch(/[\d{}]|undefined|NaN/);
    }
  });
});

describe('a response', () => {
  const alarm = (more: Partial<AlarmSummary>) => ({ endsAt: null, endedAt: null, ...more }) as AlarmSummary;
  const now = '2026-11-30T12:00:00.000Z';
  it.each<[string, Partial<AlarmSummary>, boolean]>([
    ['until staff end it', {}, true],
    ['until later', { endsAt: '2026-11-30T12:00:00.001Z' }, true],
    ['until now', { endsAt: now }, false],
    ['that was ended', { endedAt: '2026-11-30T11:00:00.000Z' }, false],
  ])('%s', (_, more, stands) => {
    expect(isStanding(alarm(more), now)).toBe(stands);
  });
});

it('the page knows every detector and response of the guard', () => {
  expect(DETECTORS).toEqual(guard.DETECTORS);
  expect(RESPONSES).toEqual(guard.RESPONSES);
});
