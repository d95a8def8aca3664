// The portal's two cookies. Neither opens anything without the key that its browser made.

import type { CookieRules } from '../../http/cookies.ts';

/** Names the session. `Strict`: no other site's link, form or frame sends it. */
export const SESSION_COOKIE: CookieRules = { name: '__Host-rempart-session', sameSite: 'Strict' };

/** Carries a sign-in to Pro Santé Connect and back; `Lax`, because the way back begins at another site. */
export const FLOW_COOKIE: CookieRules = { name: '__Host-rempart-sign-in', sameSite: 'Lax' };
