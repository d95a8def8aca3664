// What a log adds up to, entry by entry; and what each reader is told then.

import { describe, expect, it } from 'vitest';
import type { StatusEntry } from './log.ts';
import { rowsOf } from './rows.ts';
import { headline } from './sentences.ts';
import { storyOf } from './story.ts';

type Saying = Partial<StatusEntry> & Pick<StatusEntry, 'kind'>;

/** One entry an hour from ten past ten in Paris. */
function logOf(...said: Saying[]): StatusEntry[] {
  return said.map((one, i) => {
    const at = new Date(Date.UTC(2026, 11, 1, 9 + i, 10)).toISOString();
    const whole = {
      n: i + 1,
      previous: null,
      at,
      fr: null,
      en: null,
      nextUpdateAt: null,
      since: null,
      ...one,
    };
    return whole as StatusEntry;
  });
}

const set = (scope: string, state: string, more: object = {}): Saying =>
  ({ kind: 'set', scope, state, ...more }) as Saying;
const story = (...said: Saying[]) => storyOf({ entries: logOf(...said) });

describe('a story', () => {
  it('without an entry is that everything works', () => {
    expect(story()).toMatchObject({ incident: null, past: [], news: [], updatedAt: null });
    expect(headline(story(), 'fr')).toBe('Tout fonctionne.');
  });

  it('says since when, which may be before it was said', () => {
    const cut = story(set('platform', 'closed', { since: '2026-12-01T09:04:00.000Z' }));
    expect(headline(cut, 'fr')).toBe('Le contrôle des droits est coupé depuis mardi 1er décembre à 10 h 04.');
    expect(headline(cut, 'en')).toBe(
      'Rights checking has been cut off since Tuesday 1 December, 10:04 Paris time.',
    );
    expect(cut.incident).toMatchObject({ began: '2026-12-01T09:04:00.000Z', ended: null, worst: 'closed' });
  });

  it('keeps the hour of what is said again, and takes a new one for what got worse', () => {
    const same = story(set('platform', 'disturbed'), set('platform', 'disturbed'));
    expect(same.standing.get('platform')?.since).toBe('2026-12-01T09:10:00.000Z');
    const worse = story(set('platform', 'disturbed'), set('platform', 'closed'));
    expect(worse.standing.get('platform')?.since).toBe('2026-12-01T10:10:00.000Z');
    expect(worse.incident?.began).toBe('2026-12-01T09:10:00.000Z');
  });

  it('ends an incident when the last part works again, and remembers all that was said', () => {
    const one = [set('platform', 'closed'), set('profession:optician', 'closed'), set('platform', 'open')];
    const goesOn = story(...one);
    expect(goesOn.incident?.told).toHaveLength(3);
    expect(headline(goesOn, 'fr')).toContain('par les opticiens est coupé');
    const over = story(
      ...one,
      { kind: 'note', fr: 'Bientôt.', en: 'Soon.' },
      set('profession:optician', 'open'),
    );
    expect(over.incident).toBeNull();
    expect(over.past).toMatchObject([
      {
        n: 1,
        worst: 'closed',
        scopes: ['platform', 'profession:optician'],
        ended: '2026-12-01T13:10:00.000Z',
      },
    ]);
    expect(over.past[0]?.told).toHaveLength(5);
  });

  it('ends all at once, and the next incident is another', () => {
    const two = story(
      set('platform', 'closed'),
      set('feeds', 'closed'),
      { kind: 'resolve' },
      set('members', 'closed'),
    );
    expect(two.past).toHaveLength(1);
    expect(two.incident).toMatchObject({ n: 4, scopes: ['members'] });
    expect([...two.standing.keys()]).toEqual(['members']);
  });

  it('keeps news apart until the next incident', () => {
    const news = { kind: 'note', fr: 'Travaux dimanche.', en: 'Works on Sunday.' } as const;
    expect(story(news).news).toHaveLength(1);
    expect(story(news, set('platform', 'closed')).news).toEqual([]);
    expect(story(set('platform', 'closed'), { kind: 'resolve' }, news).news).toHaveLength(1);
  });

  it('forgets an announced hour when the next entry announces none', () => {
    const nextUpdateAt = '2026-12-01T11:00:00.000Z';
    expect(story(set('platform', 'closed', { nextUpdateAt })).nextUpdateAt).toBe(nextUpdateAt);
    expect(story(set('platform', 'closed', { nextUpdateAt }), { kind: 'resolve' }).nextUpdateAt).toBeNull();
  });
});

describe('what readers are told', () => {
  const told = (...said: Saying[]) =>
    rowsOf(story(...said)).map(({ who, state, advice }) => [
      who.map(({ fr }) => fr).join(', '),
      state,
      advice.fr,
    ]);

  it('is one row for all professions when they are told the same', () => {
    expect(told()).toEqual([
      ['tous les professionnels', 'open', 'Contrôlez les droits comme d’habitude.'],
      ['assurés', 'open', 'Présentez votre carte comme d’habitude.'],
      ['mutuelles', 'open', 'Envoyez les droits comme d’habitude.'],
    ]);
  });

  it('differs, when everything is cut, for those who need an agreement', () => {
    const [counter, agreement, members, feeds] = told(set('platform', 'closed'));
    expect(counter?.[0]).toMatch(/^pharmaciens, médecins/);
    expect(counter?.[2]).toContain('carte de tiers payant signée');
    expect(agreement?.[0]).toBe('opticiens, audioprothésistes, dentistes, hôpitaux');
    expect(agreement?.[2]).toContain('Gardez le devis');
    expect(members?.slice(0, 2)).toEqual(['assurés', 'card-only']);
    expect(members?.[2]).toContain('Emportez votre carte');
    expect(feeds?.slice(0, 2)).toEqual(['mutuelles', 'closed']);
  });

  it.each([
    ['a profession alone', [set('profession:optician', 'closed')], ['opticiens', 'closed']],
    [
      'the platform when it is worse',
      [set('platform', 'closed'), set('profession:optician', 'disturbed')],
      null,
    ],
    ['an insurer', [set('insurer:0999000101', 'closed')], ['mutuelle n° 0999000101', 'closed']],
    ['deliveries', [set('feeds', 'disturbed')], ['mutuelles', 'disturbed']],
    ['the members’ space', [set('members', 'closed')], ['assurés', 'closed']],
    ['cards alone: no delivery either', [set('platform', 'card-only')], ['mutuelles', 'closed']],
  ])('names %s', (_what, said, expected) => {
    const rows = told(...said).map(([who, state]) => [who, state]);
    if (expected) expect(rows).toContainEqual(expected);
    else expect(rows.every(([who, state]) => who === 'assurés' || state === 'closed')).toBe(true);
  });

  it('says the older hour when two reasons are alike', () => {
    const [row] = rowsOf(story(set('profession:pharmacist', 'closed'), set('platform', 'closed')));
    expect(row).toMatchObject({ since: '2026-12-01T09:10:00.000Z', who: [{ fr: 'pharmaciens' }] });
  });
});
