// PURE. Scopes as the switchboard writes them (`structure:S-1`, `platform`), and what the console says of them.

export const SCOPE_KINDS = [
  'structure',
  'account',
  'client',
  'profession',
  'insurer',
  'door',
  'feeds',
  'staff',
  'platform',
] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

const ALONE: readonly ScopeKind[] = ['feeds', 'staff', 'platform'];
export const standsAlone = (kind: ScopeKind): boolean => ALONE.includes(kind);

export const scopeOf = (kind: ScopeKind, id: string): string => (standsAlone(kind) ? kind : `${kind}:${id}`);

/** Null for what this page has no word for. */
export function partsOf(scope: string): { kind: ScopeKind; id: string } | null {
  const [name, ...rest] = scope.split(':');
  const kind = SCOPE_KINDS.find((one) => one === name);
  return kind ? { kind, id: rest.join(':') } : null;
}
