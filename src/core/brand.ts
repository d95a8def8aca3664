// Branded texts: a value that was checked once at the border carries the proof of it in its type.
// A brand exists for the compiler only; nothing here may exist at run time.

declare const brand: unique symbol;

/** A text that passed the check named by `Name`. Only that check may produce one. */
export type Brand<Name extends string> = string & { readonly [brand]: Name };
