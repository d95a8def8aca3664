// PURE. What thieves bring along: a perfect list of everybody, or one from another leak, without member numbers and with
// many wrong lines. Endless, in an order of their own.

import { below, type Draw } from '../../lib/seeded-random.ts';
import type { ListedPerson } from '../listed-person.ts';
import type { Target } from './session-thief.ts';

/** Everybody's true fields. */
export function* perfectList(
  people: readonly ListedPerson[],
  draw: Draw,
): Generator<Target, never, undefined> {
  for (;;) yield { person: anyOf(people, draw), firstDoor: 'number' };
}

const WRONG_SHARE = 0.45;

/**
 * NIRs and birth dates of another leak: by NIR alone as long as that is open, with made-up member numbers then. 45 % of
 * the lines have a wrong birth date.
 */
export function* leakedList(
  people: readonly ListedPerson[],
  draw: Draw,
): Generator<Target, never, undefined> {
  for (;;) {
    const person = anyOf(people, draw);
    const { birthDate } = person.beneficiary;
    const wrong = draw() < WRONG_SHARE ? { birthDate: otherDate(birthDate) } : {};
    const memberNo = `G${String(below(draw, 100_000_000_000)).padStart(11, '0')}`;
    const line = { ...person, memberNo, beneficiary: { ...person.beneficiary, ...wrong } };
    yield { person: line, firstDoor: 'identity' };
  }
}

function anyOf(people: readonly ListedPerson[], draw: Draw): ListedPerson {
  const person = people[below(draw, people.length)];
  if (!person) throw new Error('nobody is on the list');
  return person;
}

/** Another year: still a date. */
function otherDate(birthDate: string): string {
  const year = Number(birthDate.slice(0, 4));
  return `${year % 2 === 0 ? year - 1 : year + 1}${birthDate.slice(4)}`;
}
