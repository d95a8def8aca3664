// Which service answers for a card: AMC number + convention type + secondary criterion (DOMAIN.md 3.2).
// Must never depend on the order of the rows. Rows are dated elsewhere: the caller gives those in force on the day.
import type { AmcNo } from './ids.ts';
import { isConvType, isCsr, parseAmcNo } from './ids.ts';

/** One row. A CSR here may be a pattern, each `?` standing for exactly one character; null is the default row. */
export type Route = {
  readonly amcNo: AmcNo;
  readonly convType: string;
  readonly csr: string | null;
  readonly target: string;
};

/** A row as an administrator writes it: the AMC number still as printed. */
export type RouteRow = {
  readonly amcNo: string;
  readonly convType: string;
  readonly csr: string | null;
  readonly target: string;
};

type RouteGroup = { readonly patterns: readonly Route[]; readonly byDefault: Route | null };

/** Rows by AMC number and convention type, patterns in the order in which they are tried. */
export type RoutingTable = ReadonlyMap<string, RouteGroup>;

const CSR_PATTERN = /^[A-Z0-9?]{1,9}$/;

/** Builds the table. Throws on a malformed row and on two rows for the same key, naming the row by its place. */
export function loadRoutes(rows: readonly RouteRow[]): RoutingTable {
  const groups = new Map<string, Route[]>();
  const seen = new Map<string, number>();
  rows.forEach((row, index) => {
    const route = readRow(row, index + 1);
    refuseTwin(seen, route, index + 1);
    const group = groups.get(groupKey(route));
    if (group === undefined) groups.set(groupKey(route), [route]);
    else group.push(route);
  });
  return new Map([...groups].map(([key, routes]) => [key, groupOf(routes)]));
}

/** The route for what the card shows, or null (`routing-unknown`). A CSR that is malformed has no route at all. */
export function findRoute(
  table: RoutingTable,
  card: { readonly amcNo: AmcNo; readonly convType: string; readonly csr: string | null },
): Route | null {
  const group = table.get(groupKey(card));
  if (group === undefined) return null;
  if (card.csr === null) return group.byDefault;
  if (!isCsr(card.csr)) return null;
  const { csr } = card;
  return group.patterns.find((route) => fits(route.csr ?? '', csr)) ?? group.byDefault;
}

function readRow(row: RouteRow, place: number): Route {
  const amcNo = parseAmcNo(row.amcNo);
  const wellFormed =
    isConvType(row.convType) && (row.csr === null || CSR_PATTERN.test(row.csr)) && row.target !== '';
  if (amcNo === null || !wellFormed) throw new Error(`routing row ${place} is malformed`);
  return { amcNo, convType: row.convType, csr: row.csr, target: row.target };
}

// Two rows for one key would make the answer depend on their order, even with one target.
function refuseTwin(seen: Map<string, number>, route: Route, place: number): void {
  const key = `${groupKey(route)} ${route.csr ?? ''}`;
  const earlier = seen.get(key);
  if (earlier !== undefined) {
    throw new Error(`routing rows ${earlier} and ${place} have the same AMC number, convention type and CSR`);
  }
  seen.set(key, place);
}

function groupKey({ amcNo, convType }: { readonly amcNo: AmcNo; readonly convType: string }): string {
  return `${amcNo} ${convType}`;
}

function groupOf(routes: readonly Route[]): RouteGroup {
  return {
    patterns: routes.filter((route) => route.csr !== null).sort(byPrecedence),
    byDefault: routes.find((route) => route.csr === null) ?? null,
  };
}

function byPrecedence(a: Route, b: Route): number {
  if (precedence(a) === precedence(b)) return 0;
  return precedence(a) < precedence(b) ? -1 : 1;
}

// Fewest `?` first, then the leftmost literal: a literal is written 0 and a wildcard 1, so texts sort as the rule says.
// Equal precedence means the same length and the same wildcards: then at most one of the two fits a given CSR.
function precedence(route: Route): string {
  const mask = (route.csr ?? '').replace(/[^?]/g, '0').replaceAll('?', '1');
  return `${mask.replaceAll('0', '').length}${mask}`;
}

function fits(pattern: string, csr: string): boolean {
  if (pattern.length !== csr.length) return false;
  for (let i = 0; i < csr.length; i += 1) {
    if (pattern[i] !== '?' && pattern[i] !== csr[i]) return false;
  }
  return true;
}
