// Tables of data/ whose rows have a code. A table is read whole or not at all: half of one would pay wrong amounts.

import { isJsonObject, type Unchecked } from './json-object.ts';

/** How the items of the tariffs are called, also where acts name them. */
export const TABLE_CODE = /^[A-Z0-9_]{1,30}$/;

/** The rows of `list` by code; or, as a text, the code or the place of the first one that cannot be read. */
export function readCodedTable<Row extends { readonly code: string }>(
  document: unknown,
  list: string,
  isRow: (value: unknown) => value is Row,
): ReadonlyMap<string, Row> | string {
  const given: Unchecked<string> = isJsonObject(document) ? document : {};
  const listed = given[list];
  if (!Array.isArray(listed)) return list;
  const rows = new Map<string, Row>();
  for (const [at, row] of listed.entries()) {
    const { code }: Unchecked<'code'> = isJsonObject(row) ? row : {};
    if (!isRow(row) || rows.has(row.code)) return typeof code === 'string' ? code : `${list}[${at}]`;
    rows.set(row.code, row);
  }
  return rows;
}
