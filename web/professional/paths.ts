// Every address of the portal. Links are made here and nowhere else.

export const PATHS = {
  check: '/',
  quote: '/quote',
  claims: '/claims',
  agreements: '/prior-agreements',
  today: '/today',
  software: '/software',
  passkeys: '/passkeys',
  payments: '/payments',
  bankDetails: '/bank-details',
  help: '/help',
  /** A tab of its own: to Pro Santé Connect … */
  confirm: '/confirm',
  /** … and back; the server sends the browser here. */
  confirmed: '/confirmed',
} as const;

/** Where one claim is shown; its own number is nobody's name. */
export const claimPath = (claimId: string) => `${PATHS.claims}/${encodeURIComponent(claimId)}`;
