// The two questions asked of every object that comes from outside: is it one, and does it hold only what we know?
// Must never repair, copy or default anything: unknown properties are refused at every level (CONTRACT.md 3).

/** An object whose named properties have not been looked at yet. */
export type Unchecked<Key extends string> = { readonly [K in Key]?: unknown };

export function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * True when the object has no property outside `known`.
 * `for in` rather than `Object.keys`: this runs many times per feed line and allocates nothing.
 */
export function hasOnly(value: object, known: ReadonlySet<string>): boolean {
  for (const property in value) {
    if (!known.has(property)) return false;
  }
  return true;
}

/** The object that a text is, or null: who asks knows what to say of a text that is none. */
export function jsonObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null; // not JSON
  }
}
