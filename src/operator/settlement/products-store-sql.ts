// SQL of insurers' products.

import type { Database } from '../../db/database.ts';
import type { Product, ProductsStore } from './products-store.ts';

export function sqlProductsStore(sql: Database): ProductsStore {
  return {
    async all() {
      const rows = await sql<Product[]>`
        select insurer_id as "insurerId", code, effective_from as "from", responsible, rules from products`;
      return [...rows];
    },

    async put({ insurerId, code, from, responsible, rules }, by, at) {
      await sql`
        insert into products (insurer_id, code, effective_from, responsible, rules, put_by, put_at)
        values (${insurerId}, ${code}, ${from}, ${responsible}, ${JSON.stringify(rules)}::text::jsonb, ${by},
                ${at}::text::timestamptz)
        on conflict (insurer_id, code, effective_from) do update
        set responsible = excluded.responsible, rules = excluded.rules, put_by = excluded.put_by, put_at = excluded.put_at`;
    },
  };
}
