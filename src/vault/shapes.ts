// PURE. Shapes of values that come over a vault's socket: of the right type and bounded. What they mean is another matter.

export type Shape = (value: unknown) => boolean;

/** Upper bound of every list: bounds the work of one call. */
const MOST_ITEMS = 1_024;

/** `optional`: members that need not be there. */
export function record(
  fields: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  const entries = Object.entries(fields);
  const others = Object.entries(optional);
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    entries.every(
      ([name, isRight]) => Object.hasOwn(value, name) && isRight((value as Record<string, unknown>)[name]),
    ) &&
    others.every(
      ([name, isRight]) => !Object.hasOwn(value, name) || isRight((value as Record<string, unknown>)[name]),
    );
}

export function listOf(item: Shape): Shape {
  return (value) => Array.isArray(value) && value.length <= MOST_ITEMS && value.every(item);
}

export function matching(pattern: RegExp): Shape {
  return (value) => typeof value === 'string' && pattern.test(value);
}

export function oneOf(shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((isRight) => isRight(value));
}

export const text: Shape = (value) => typeof value === 'string';
export const count: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
