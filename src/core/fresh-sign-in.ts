// PURE. How old a sign-in may be for what needs a fresh one: a look-up without the member number, the emergency units, a
// new passkey, new software.
// A sign-in of the future is not fresh: the clock was put back, or somebody says an untruth.

export const FRESH_SIGN_IN_SECONDS = 600;
/** Clocks of two processes may differ by this. */
const LEEWAY_SECONDS = 5;

/** Both in seconds since 1970. */
export function isFreshSignIn(signedInAt: number, now: number): boolean {
  const age = now - signedInAt;
  return age >= -LEEWAY_SECONDS && age <= FRESH_SIGN_IN_SECONDS;
}
