// XML as it is written and read back: no text becomes markup, and nothing is guessed at.

import { expect, it } from 'vitest';
import { element, leaf, readXml, textAt, XmlRefused } from './xml.ts';

it.each(['<b>', '&amp;', '"\'>', ']]>', '<!DOCTYPE a>', 'Œil & Fils'])(
  'the text %s is read as it was written',
  (text) => {
    const read = readXml(element('Document', leaf('Nm', text)));
    expect(textAt(read, 'Nm')).toBe(text);
    expect(read.children).toHaveLength(1);
  },
);

it.each([
  '<a>',
  '<a></b>',
  '<a/><a/>',
  '<a b="1" b="2"/>',
  'a',
  '<a>&nbsp;</a>',
  '<!DOCTYPE a><a/>',
  '<a>x<b/></a>',
  '',
])('%s is refused', (text) => {
  expect(() => readXml(text)).toThrow(XmlRefused);
});
