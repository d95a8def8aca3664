// PURE. What a catalogue of sentences is, and how values are put into one.

/** A flat table: one sentence for each key. English must have the keys of French, which this type enforces. */
export type Catalogue<Key extends string> = Readonly<Record<Key, string>>;
export type Values = Readonly<Record<string, string | number>>;

/** Puts values in place of `{name}`. */
export function fill(sentence: string, values: Values = {}): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
