// The tables that are shipped (data/), for tests.

import actsDocument from '../../data/acts.json' with { type: 'json' };
import tariffsDocument from '../../data/tariffs.json' with { type: 'json' };
import { readActs } from './acts.ts';
import { readTariffs } from './tariffs.ts';

function read<Table>(table: Table | string): Table {
  if (typeof table === 'string') throw new Error(`data/ cannot be read at ${table}`);
  return table;
}

export const TABLES = { tariffs: read(readTariffs(tariffsDocument)), acts: read(readActs(actsDocument)) };
