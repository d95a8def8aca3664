// JSON objects from outside: what counts as one, and that no unknown property slips in.
import { expect, test } from 'vitest';
import { hasOnly, isJsonObject } from './json-object.ts';

const KNOWN = new Set(['a', 'b']);

test.each([null, undefined, 1, 'text', true, []])('%j is not a JSON object', (value) => {
  expect(isJsonObject(value)).toBe(false);
});

test('an object is a JSON object', () => {
  expect(isJsonObject({})).toBe(true);
});

test.each(['{}', '{"a":1}', '{"b":null,"a":[]}'])('%s holds only known properties', (text) => {
  expect(hasOnly(JSON.parse(text), KNOWN)).toBe(true);
});

test.each(['{"c":1}', '{"a":1,"A":1}', '{"__proto__":{"a":1}}', '{"constructor":1}', '{"":1}', '{"0":1}'])(
  '%s holds an unknown property',
  (text) => {
    expect(hasOnly(JSON.parse(text), KNOWN)).toBe(false);
  },
);
