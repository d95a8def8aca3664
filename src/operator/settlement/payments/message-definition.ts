// PURE. Holds a message against a table of what its public definition says: which elements, in which order, how often, how
// long, which codes. It must never pass an element that the table does not name.

import type { XmlElement } from './xml.ts';

export type LeafRule = {
  pattern: RegExp;
  most?: number;
  /** Attributes that must be there, and what each must be; others are refused. */
  attributes?: Readonly<Record<string, RegExp>>;
  /** What a pattern cannot say. */
  holds?: (text: string) => boolean;
};
export type ElementRule = {
  name: string;
  least: number;
  most: number;
  of: readonly ElementRule[] | LeafRule;
};

/** Exactly one. */
export const one = (name: string, of: ElementRule['of']): ElementRule => ({ name, least: 1, most: 1, of });
export const maybe = (name: string, of: ElementRule['of']): ElementRule => ({ name, least: 0, most: 1, of });
export const many = (name: string, of: ElementRule['of']): ElementRule => ({
  name,
  least: 1,
  most: Number.POSITIVE_INFINITY,
  of,
});

/** What is wrong, as `path: what`, values left out; empty when nothing is. */
export function departures(element: XmlElement, rule: ElementRule, namespace: string): string[] {
  if (element.name !== rule.name) return [`${element.name}: not the element expected`];
  return departuresIn(element, rule, { namespace, path: rule.name });
}

type Place = { namespace: string; path: string };

function departuresIn(element: XmlElement, { of }: ElementRule, place: Place): string[] {
  const found = element.namespace === place.namespace ? [] : [`${place.path}: of another message`];
  return found.concat(isLeaf(of) ? inLeaf(element, of, place.path) : inGroup(element, of, place));
}

/** The children in the order of the table, each as often as it says. */
function inGroup({ attributes, text, children }: XmlElement, rules: readonly ElementRule[], place: Place) {
  const { namespace, path } = place;
  const found = text.trim() === '' ? [] : [`${path}: text where elements belong`];
  if (Object.keys(attributes).some((name) => name !== 'xmlns')) found.push(`${path}: attributes`);
  let next = 0;
  for (const rule of rules) {
    const first = next;
    const inside = `${path}/${rule.name}`;
    for (let child = children[next]; child?.name === rule.name; child = children[next]) {
      found.push(...departuresIn(child, rule, { namespace, path: inside }));
      next += 1;
    }
    const count = next - first;
    if (count < rule.least || count > rule.most) found.push(`${inside}: ${count} times`);
  }
  const left = children[next];
  if (left) found.push(`${path}/${left.name}: not expected here`);
  return found;
}

function inLeaf({ attributes, text, children }: XmlElement, rule: LeafRule, path: string): string[] {
  const found = children.length === 0 ? [] : [`${path}: elements where a text belongs`];
  if (text.length > (rule.most ?? Number.POSITIVE_INFINITY)) found.push(`${path}: too long`);
  if (!rule.pattern.test(text)) found.push(`${path}: not of the form expected`);
  else if (rule.holds?.(text) === false) found.push(`${path}: not valid`);
  const asked = rule.attributes ?? {};
  for (const name of new Set([...Object.keys(asked), ...Object.keys(attributes)])) {
    if (!asked[name]?.test(attributes[name] ?? '')) found.push(`${path}@${name}: not as expected`);
  }
  return found;
}

const isLeaf = (of: ElementRule['of']): of is LeafRule => !Array.isArray(of);
