// Who may call and which insurer answers: client certificates, structures, insurers and routes, as one snapshot in
// memory. Read again as soon as its version changes, so that a revoked certificate is refused within 100 ms.

import type { AmcNo } from '../../core/ids.ts';
import { findRoute, loadRoutes, type RoutingTable } from '../../core/routing.ts';
import type { Caller } from '../../http/route.ts';
import type { DirectoryStore } from './directory-store.ts';

export type Insurer = { id: number; amcNo: AmcNo; name: string };

type Snapshot = {
  callers: ReadonlyMap<string, Caller>;
  routes: RoutingTable;
  insurers: ReadonlyMap<string, Insurer>;
};

export class Directory {
  readonly #store: DirectoryStore;
  #snapshot: Snapshot = { callers: new Map(), routes: loadRoutes([]), insurers: new Map() };

  constructor(store: DirectoryStore) {
    this.#store = store;
  }

  async reload(): Promise<void> {
    const { callers, routes, insurers } = await this.#store.load();
    this.#snapshot = {
      callers: new Map(callers.map((caller) => [caller.thumbprint, caller])),
      routes: loadRoutes(routes),
      insurers: new Map(insurers.map((insurer) => [insurer.amcNo, insurer])),
    };
  }

  /** The enrolled caller of that certificate; null when it is unknown or revoked. */
  caller(thumbprint: string): Caller | null {
    return this.#snapshot.callers.get(thumbprint) ?? null;
  }

  insurer(amcNo: string): Insurer | null {
    return this.#snapshot.insurers.get(amcNo) ?? null;
  }

  /** The insurer that answers for the three identifiers of a card (DOMAIN.md 3.2); null = routing unknown. */
  route(card: { amcNo: AmcNo; convType: string; csr: string | null }): Insurer | null {
    const route = findRoute(this.#snapshot.routes, card);
    return route ? this.insurer(route.target) : null;
  }
}
