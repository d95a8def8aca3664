// The console's one cookie. It opens nothing without the key that its browser made, and the portal does not know it.

import type { CookieRules } from '../../http/cookies.ts';

export const CONSOLE_COOKIE: CookieRules = { name: '__Host-rempart-console', sameSite: 'Strict' };

/** What the ledger calls the console, beside the portal and the names of software clients. */
export const CONSOLE = 'console';
