// Every address of the portal. Links are made here and nowhere else.

export const PATHS = {
  check: '/',
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
