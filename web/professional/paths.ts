// Every address of the portal. Links are made here and nowhere else.

export const PATHS = {
  check: '/',
  today: '/today',
  software: '/software',
  passkeys: '/passkeys',
  help: '/help',
} as const;
