// The score is the worst of its runs, and a list is judged by what the thief wrote down.

import { expect, it } from 'vitest';
import { reportHtml } from './report-html.ts';
import { comparedWithTruth, type DrillRun, honestScore, scoreOf, worstOf } from './score.ts';

const run = (rate: number, personsExposed: number): DrillRun => ({
  rate,
  stolenAccounts: 1,
  personsExposed,
  fieldsExposed: ['membership'],
  attackerQueries: personsExposed + 50,
  detectedAfterSeconds: 3,
  detectedBy: 'pace',
  cutAfterSeconds: 4,
  cutBy: 'fresh-sign-in-required',
  refusedBy: {},
  cohortAlarm: false,
  exposureList: { persons: personsExposed, precision: 1, recall: 1, seconds: 0.1 },
  blastRadius: null,
  curve: [
    { seconds: 0, persons: 1 },
    { seconds: 2.5, persons: personsExposed },
  ],
});
const asked = {
  drill: 'stolen-session',
  people: 1_000,
  seed: '<7>',
  profession: 'pharmacist',
  stolenAccounts: 1,
};
const honest = [honestScore(0.7, { checks: 20_000, refused: 1, refusedBy: { x: 1 }, freshSignIns: 2 })];

it('the worst run stands for all, and what does not apply is null', () => {
  expect(worstOf([run(5, 20), run(20, 25), run(100, 16)])?.rate).toBe(20);
  const score = scoreOf(asked, { runs: [run(5, 20), run(20, 25)], honest, wallSeconds: 1 });
  expect(score).toMatchObject({
    personsExposed: 25,
    honestChecks: 20_000,
    honestChecksRefused: 1,
    personsNotified: null,
  });
  expect(score.honest[0]?.per10000).toBe(0.5);
  expect(scoreOf(asked, { runs: [], honest: [], wallSeconds: 1 })).toMatchObject({
    personsExposed: 0,
    detectedAfterSeconds: null,
    exposureList: null,
    honestChecks: null,
  });
});

it('precision and recall are 1 when both sets are empty, and say what is missing or too much', () => {
  expect(comparedWithTruth(new Set(), new Set())).toEqual({ persons: 0, precision: 1, recall: 1 });
  expect(comparedWithTruth(new Set(['a', 'b']), new Set(['a']))).toEqual({
    persons: 2,
    precision: 0.5,
    recall: 1,
  });
  expect(comparedWithTruth(new Set(['a']), new Set(['a', 'b']))).toEqual({
    persons: 1,
    precision: 1,
    recall: 0.5,
  });
});

it('the report is one page without scripts or anything from elsewhere, and nothing of the command line becomes markup', () => {
  const page = reportHtml(scoreOf(asked, { runs: [run(5, 20), run(20_000, 18)], honest, wallSeconds: 1 }));
  expect(page).toContain('33\u202f000\u202f000');
  expect(page).toContain('&lt;7&gt;');
  expect(page).not.toContain('<7>');
  expect(page).not.toMatch(/<script|<link|<img|url\(|https?:/);
  expect(page.match(/class="curve"/g)).toHaveLength(4); // two lines, each with its legend
});
