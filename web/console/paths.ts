// Every address of the console. Links are made here and nowhere else.

export const PATHS = {
  overview: '/',
  feeds: '/feeds',
  lookup: '/lookup',
  switches: '/switches',
  ledger: '/ledger',
} as const;
