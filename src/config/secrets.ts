// PURE. A secret that cannot be printed by accident: it shows as [secret] in logs, JSON and string templates.

const reveal = new WeakMap<Secret, string>();

export class Secret {
  constructor(value: string) {
    reveal.set(this, value);
  }
  /** The value itself: call it where it is used, and keep it nowhere. */
  reveal(): string {
    return reveal.get(this) ?? '';
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
