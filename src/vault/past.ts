// What a start learns from the journal: spent budgets, the last checkpoint, a lock, clients enrolled or revoked.

import { Frontier } from '../operator/ledger/merkle.ts';
import { ApprovedRuns } from './approved-runs.ts';
import { BrowserKeys } from './browser-keys.ts';
import type { Enrolment } from './enrolment.ts';
import type { JournalLine } from './journal.ts';
import { KnownPatients } from './known-patients.ts';
import type { Meter } from './meter.ts';

/** A start replays the journal into it, line by line. */
export class Past {
  frontier = new Frontier();
  /** A lock outlives a restart: killing a locked vault must not open it. */
  lockId: string | null = null;
  /** Of the newest trust list ever believed. */
  trustIssuedAt = '';
  readonly #meter: Meter;
  readonly #enrolment: Pick<Enrolment, 'change'>;
  /** Doors of the last minute before the end: what they cost may still be given back. */
  readonly known = new KnownPatients();
  readonly browserKeys = new BrowserKeys();
  readonly runs = new ApprovedRuns();
  constructor(meter: Meter, enrolment: Pick<Enrolment, 'change'>) {
    this.#meter = meter;
    this.#enrolment = enrolment;
  }
  replay(line: JournalLine): void {
    if (line.do === 'lock') this.lockId = line.lockId;
    if (line.do === 'unlock') this.lockId = null;
    if (line.do === 'trust' && line.issuedAt > this.trustIssuedAt) this.trustIssuedAt = line.issuedAt;
    if (line.do === 'checkpoint') this.frontier = Frontier.restore(Buffer.from(line.frontier, 'hex'));
    if (line.do === 'enrol-client' || line.do === 'revoke-client') {
      const { thumbprint, client, structure } = line;
      this.#enrolment.change({ thumbprint, client, structure, enrolled: line.do === 'enrol-client' });
    }
    if (line.do === 'bind') this.browserKeys.bound(line, Date.parse(line.at));
    if (line.do === 'pay') this.runs.approved(line, Date.parse(line.at));
    this.#replaySpending(line, Date.parse(line.at));
  }
  #replaySpending(line: JournalLine, atMs: number): void {
    if (line.do === 'open' && line.evidence === 'engagement') this.#meter.replayEngagement(line, atMs);
    else if (line.do === 'open') {
      const spending = { ...line, professional: line.professional ?? line.account };
      this.known.opened(line.n, { ...spending, charged: this.#meter.replay(spending, atMs) }, atMs);
    }
    if (line.do === 'emergency') this.#meter.replayEmergency(line, atMs);
    if (line.do === 'refuse-card') this.#meter.replayRefusedCard(line, atMs);
    if (line.do === 'known') {
      const door = this.known.wasGivenBack(line.opened);
      if (door) this.#meter.replayGiveBack(door, atMs);
    }
    if (line.do === 'notices') {
      this.#meter.replayTake('noticesPerInsurerPerDay', line.insurer, { units: line.count, atMs });
    }
    if (line.do === 'claims') {
      this.#meter.replayTake('claimsPerInsurerPerDay', line.insurer, { units: line.count, atMs });
    }
    if (line.do === 'pay') {
      this.#meter.replayTake('bankDetailsPerRun', line.run, { units: line.count, atMs });
    }
  }
}
