// Cookies of the pages: read by name, written with everything that keeps them where they belong. No cookie of ours is
// without `__Host-` (RFC 6265bis): no other host can set it, no path narrows it.

export type CookieRules = {
  name: `__Host-${string}`;
  /** `Lax` only for what must survive the way back from another site. */
  sameSite: 'Strict' | 'Lax';
};

/** The cookie's value in a `Cookie` header; empty when it is not there, or there twice. */
export function cookieOf(header: string | undefined, { name }: CookieRules): string {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 ? (values[0] ?? '').slice(name.length + 1) : '';
}

export function setCookie({ name, sameSite }: CookieRules, value: string): string {
  return `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}`;
}

export function clearCookie(rules: CookieRules): string {
  return `${setCookie(rules, '')}; Max-Age=0`;
}
