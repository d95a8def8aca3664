// PURE. XML as banks exchange it: elements and texts, written and read. What is read must be well-formed and may not
// declare anything (no DTD, so no entities of its own); it must never guess at what is not.

import { SaxesParser } from 'saxes';

/** `text` is that of an element without children, '' otherwise. */
export type XmlElement = {
  name: string;
  namespace: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
};

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? '');
}

/** An element around elements that are written already. */
export function element(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

/** An element around a text. */
export function leaf(name: string, text: string): string {
  return element(name, escaped(text));
}

/** Thrown for what is no XML, or XML that declares entities; the message repeats nothing of it. */
export class XmlRefused extends Error {}

const DEEPEST = 40;

export function readXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  const refuse = (why: string) => () => {
    throw new XmlRefused(why);
  };
  parser.on('error', refuse('not well-formed'));
  parser.on('doctype', refuse('a document type is declared'));
  parser.on('opentag', ({ local, uri, attributes }) => {
    const plain = Object.fromEntries(Object.values(attributes).map((one) => [one.name, one.value]));
    const made = { name: local, namespace: uri, attributes: plain, children: [], text: '' };
    if (open.length >= DEEPEST) throw new XmlRefused('too deep');
    open.at(-1)?.children.push(made);
    root ??= made;
    open.push(made);
  });
  const said = (more: string) => {
    const inside = open.at(-1);
    if (inside) inside.text += more;
  };
  parser.on('text', said);
  parser.on('cdata', said);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (!closed || closed.children.length === 0) return;
    if (closed.text.trim() !== '') throw new XmlRefused('text between elements');
    closed.text = '';
  });
  parser.write(text).close();
  if (!root) throw new XmlRefused('empty');
  return root;
}

/** The children of that name. */
export function all(parent: XmlElement | undefined, name: string): XmlElement[] {
  return parent?.children.filter((child) => child.name === name) ?? [];
}

/** The first element at the end of that path. */
export function at(parent: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (inside, name) => inside?.children.find((child) => child.name === name),
    parent,
  );
}

/** Its text; '' when there is no such element. */
export function textAt(parent: XmlElement | undefined, ...path: readonly string[]): string {
  return at(parent, ...path)?.text.trim() ?? '';
}
