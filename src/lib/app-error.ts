// PURE. An expected failure: a stable code from a catalogue, a status and a sentence for the outside.
// It must never carry a person's field: what the asker typed is not repeated to him.

/** One row of an error catalogue: HTTP status and the public sentences (what happened, what to do, who can fix it). */
export type ErrorFacts = { readonly status: number; readonly fr: string; readonly en: string };

type Extra = string | number | boolean | null;

/** Extra members of the problem document that help a program: numbers and codes only, or a list of them. */
export type ErrorExtras = Readonly<Record<string, Extra | readonly Readonly<Record<string, Extra>>[]>>;

export class AppError extends Error {
  readonly code: string;
  readonly facts: ErrorFacts;
  readonly extras: ErrorExtras;
  constructor(code: string, facts: ErrorFacts, extras: ErrorExtras = {}) {
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.facts = facts;
    this.extras = extras;
  }
}

/** State unknown: the process must stop; its next start recovers on the normal path. */
export class FatalError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FatalError';
  }
}

/** The problem document of RFC 9457, French first. */
export function problemDocument(error: AppError): Record<string, unknown> {
  return {
    type: `urn:rempart:problem:${error.code}`,
    title: error.facts.en,
    status: error.facts.status,
    code: error.code,
    detail: error.facts.fr,
    ...error.extras,
  };
}
