// Tariffs, rates and ceilings by care date (DOMAIN.md 5.1): data with a source, replaceable without a release.
// Must never fall back on another day's value: what the table does not know is null, and the caller refuses.

import { readCodedTable, TABLE_CODE } from './coded-table.ts';
import { hasOnly, isJsonObject, type Unchecked } from './json-object.ts';
import { type Cents, isCents, isPercent, type Percent } from './money.ts';
import { type CareDate, contains, isCareDate, isImpossible } from './period.ts';

export type TariffUnit = 'cents' | 'percent';

/** `to` included; null: until further notice. */
export type TariffValue = {
  readonly from: CareDate;
  readonly to: CareDate | null;
  readonly value: Cents | Percent;
};

export type Tariff = {
  readonly code: string;
  readonly fr: string;
  readonly en: string;
  readonly unit: TariffUnit;
  /** In the order of their days, none sharing one. */
  readonly values: readonly TariffValue[];
  readonly source: string;
  /** What is uncertain about it. */
  readonly note?: string;
};

export type Tariffs = ReadonlyMap<string, Tariff>;

/** What holds on the day of care; null when the table has no row for that day. */
export function tariffOf(tariffs: Tariffs, code: string, careDate: CareDate): Cents | Percent | null {
  const values = tariffs.get(code)?.values ?? [];
  for (let at = values.length - 1; at >= 0; at -= 1) {
    const row = values[at];
    if (row && contains(row, careDate)) return row.value;
  }
  return null;
}

const TARIFF_PROPERTIES = new Set(['code', 'fr', 'en', 'unit', 'values', 'source', 'note']);
const VALUE_PROPERTIES = new Set(['from', 'to', 'value']);

/** The table of data/tariffs.json; or, as a text, where it cannot be read. */
export function readTariffs(document: unknown): Tariffs | string {
  return readCodedTable(document, 'items', isTariff);
}

function isTariff(value: unknown): value is Tariff {
  if (!isJsonObject(value) || !hasOnly(value, TARIFF_PROPERTIES)) return false;
  const { code, fr, en, unit, values, source, note }: Unchecked<keyof Tariff> = value;
  const texts = [fr, en, source, note ?? ''].every((text) => typeof text === 'string');
  if (!texts || typeof code !== 'string' || !TABLE_CODE.test(code) || !Array.isArray(values)) return false;
  if (unit !== 'cents' && unit !== 'percent') return false;
  return values.length > 0 && values.every((row, at) => isRow(row, unit) && followsOn(row, values[at - 1]));
}

function isRow(value: unknown, unit: TariffUnit): value is TariffValue {
  if (!isJsonObject(value) || !hasOnly(value, VALUE_PROPERTIES)) return false;
  const { from, to, value: amount }: Unchecked<keyof TariffValue> = value;
  if (!isCareDate(from) || !(to === null || isCareDate(to)) || isImpossible({ from, to })) return false;
  return unit === 'cents' ? isCents(amount) : isPercent(amount, 100);
}

function followsOn({ from }: TariffValue, before: TariffValue | undefined): boolean {
  return before === undefined || (before.to !== null && before.to < from);
}
