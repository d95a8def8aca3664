// Who may call and which insurer answers: client certificates, their sites, insurers and routes, as one snapshot in
// memory. Read again as soon as its version changes, so that a revoked certificate is refused within 100 ms.

import type { AmcNo } from '../../core/ids.ts';
import { findRoute, loadRoutes, type RoutingTable } from '../../core/routing.ts';
import type { Caller } from '../../http/route.ts';
import type { DirectoryStore } from './directory-store.ts';

/** `exercise`: its members are all fictitious; what is asked about them is counted apart. */
export type Insurer = { id: number; amcNo: AmcNo; name: string; exercise: boolean };

type Software = Pick<Extract<Caller, { role: 'software' }>, 'client' | 'thumbprint'>;

/** Known by the certificate alone; a professional is known only together with a token. */
type CertificateCaller = Exclude<Caller, { role: 'professional' | 'staff' }>;

type Snapshot = {
  callers: ReadonlyMap<string, CertificateCaller>;
  /** client, line feed, structure */
  sites: ReadonlySet<string>;
  /** thumbprint, line feed, structure */
  revoked: ReadonlySet<string>;
  /** Read at the start; what ends later is added by this process, the only one. */
  endedGrants: Set<string>;
  routes: RoutingTable;
  insurers: ReadonlyMap<string, Insurer>;
};

export class Directory {
  readonly #store: DirectoryStore;
  #snapshot: Snapshot = {
    callers: new Map(),
    sites: new Set(),
    revoked: new Set(),
    endedGrants: new Set(),
    routes: loadRoutes([]),
    insurers: new Map(),
  };

  constructor(store: DirectoryStore) {
    this.#store = store;
  }

  async reload(): Promise<void> {
    const { callers, sites, revoked, endedGrants, routes, insurers } = await this.#store.load();
    this.#snapshot = {
      callers: new Map(callers.map((caller) => [caller.thumbprint, caller])),
      sites: new Set(sites.map(({ client, structure }) => `${client}\n${structure}`)),
      revoked: new Set(revoked.map(({ thumbprint, structure }) => `${thumbprint}\n${structure}`)),
      // Together with those of this process: a reading that began before a sign-out does not undo it.
      endedGrants: new Set([...endedGrants, ...this.#snapshot.endedGrants]),
      routes: loadRoutes(routes),
      insurers: new Map(insurers.map((insurer) => [insurer.amcNo, insurer])),
    };
  }

  /** The enrolled caller of that certificate; null when it is unknown or revoked. */
  caller(thumbprint: string): CertificateCaller | null {
    return this.#snapshot.callers.get(thumbprint) ?? null;
  }

  /** Is this client enrolled for that structure, and this very certificate not revoked there? */
  serves({ client, thumbprint }: Software, structure: string): boolean {
    const { sites, revoked } = this.#snapshot;
    return sites.has(`${client}\n${structure}`) && !revoked.has(`${thumbprint}\n${structure}`);
  }

  /** From now on its tokens are refused; nothing is read again for it. */
  noteEnded(grant: string): void {
    this.#snapshot.endedGrants.add(grant);
  }

  /** Was this sign-in ended before its time? */
  hasEnded(grant: string): boolean {
    return this.#snapshot.endedGrants.has(grant);
  }

  insurer(amcNo: string): Insurer | null {
    return this.#snapshot.insurers.get(amcNo) ?? null;
  }

  insurerById(id: number): Insurer | null {
    for (const insurer of this.#snapshot.insurers.values()) if (insurer.id === id) return insurer;
    return null; // a handful of insurers, hundreds at most
  }

  isExercise(amcNo: string): boolean {
    return this.insurer(amcNo)?.exercise ?? false;
  }

  /** The insurer that answers for the three identifiers of a card (DOMAIN.md 3.2); null = routing unknown. */
  route(card: { amcNo: AmcNo; convType: string; csr: string | null }): Insurer | null {
    const route = findRoute(this.#snapshot.routes, card);
    return route ? this.insurer(route.target) : null;
  }
}
