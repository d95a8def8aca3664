// The guard (DESIGN.md 5): lets a look-up in or refuses it, watches what was answered, raises alarms and does what the
// table says. Its counters come back after a crash: a snapshot, then the ledger's entries since. It must never refuse a
// card for anything but its own account's closing, nor close more than one account.

import { type Clock, parisDate, timestamp } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { MemberView, RestView } from '../events.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';
import { afterFreshSignIn, afterLookUp, isNearLimit, type Noticed } from './account-watch.ts';
import type { Alarm, EndedBecause } from './alarm.ts';
import { alarmOf, curveOf, factsOf } from './alarm-of.ts';
import { COHORT, SAME_SITE } from './budgets.ts';
import { Cohort, surprising } from './cohort.ts';
import { alarmEntry, endEntry } from './guard-entries.ts';
import type { Ended, GuardStore, StoredEntry } from './guard-store.ts';
import { type LookUp, lookUpOf } from './look-up.ts';
import { pastOn, usualDayOf } from './past.ts';
import { Pending } from './pending.ts';
import { orderedFor, REFUSED_BEFORE_CLOSED, REFUSED_WITHIN_MS, REMEMBERED_MS } from './responses.ts';
import { isOver, judged, type Standing } from './standing.ts';
import { EXERCISE, Watched } from './watched.ts';

type Who = { account: string; structure: string; profession: string };
/** Who asks, as far as the guard is concerned. `signedInAtMs`: when they last showed that it is them. */
export type Asking = Who & { signedInAtMs: number };
/** A look-up that was let in; `end` when it is answered or has failed. */
export type Pass = { end(): void };

export type GuardParts = {
  store: GuardStore;
  ledger: Pick<Ledger, 'owe'>;
  clock: Clock;
  /** Are all members of this insurer fictitious? */
  isExercise(amcNo: string): boolean;
  onAlarm?(alarm: Alarm): void;
};

type Raise = (alarm: Alarm) => void;

const REPLAY_PAGE = 10_000;
/** A look-up that waits for others of the same account. */
const WAIT_SECONDS = 1;
const NOTHING: Pass = { end: () => undefined };

export class Guard {
  readonly #parts: GuardParts;
  readonly #accounts = new Map<string, Watched>();
  /** Accounts that something stands against: few, and looked through on every save. */
  readonly #stopped = new Set<Watched>();
  /** What stands for a structure or a profession. */
  readonly #shared = new Map<string, Standing>();
  readonly #cohorts = {
    profession: new Cohort({ withinMs: COHORT.withinMs, threshold: surprising(COHORT) }),
    structure: new Cohort(SAME_SITE),
  };
  readonly #pending: Pending;
  #throughSeq = -1;
  #pastReadOn = '';

  private constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#pending = new Pending(parts.store);
  }

  /** As it stood when the last process ended, however it ended. */
  static async open(parts: GuardParts): Promise<Guard> {
    const guard = new Guard(parts);
    await guard.#load();
    await guard.#replay();
    return guard;
  }

  /**
   * Lets a look-up in. Throws `fresh-sign-in-required`, `typed-closed`, `account-closed`, or `budget-exhausted` while so
   * many of the same account are under way that the next ones could pass a limit together. `amcNo`: null for what an
   * engagement leads to; its insurer is not known yet.
   */
  admit(asking: Asking, { isTyped, amcNo }: { isTyped: boolean; amcNo: string | null }): Pass {
    const nowMs = this.#nowMs();
    const watched = this.#watchedFor(asking, amcNo);
    if (!watched.isExercise) this.#refuseStanding(watched, asking, isTyped, nowMs);
    if (!isTyped) return NOTHING;
    if (watched.underWay > 0 && isNearLimit(watched.counts, watched.underWay, watched.charts, nowMs)) {
      throw refusal('budget-exhausted', { budget: 'typedAtOncePerAccount', retryAfterSeconds: WAIT_SECONDS });
    }
    watched.underWay += 1;
    let isOut = false;
    return {
      end() {
        if (!isOut) watched.underWay -= 1;
        isOut = true;
      },
    };
  }

  /** A look-up was answered: `index` is its entry's. `door` names what was opened, in memory only. */
  saw(entry: NewEntry, index: number, door: string | null): void {
    this.#throughSeq = Math.max(this.#throughSeq, index);
    const lookUp = lookUpOf(entry.member, entry.rest, this.#nowMs());
    if (lookUp) this.#count(lookUp, index, door, (alarm) => this.#enter(alarm));
  }

  /** Somebody took the emergency units of a structure. `index`: of the entry; null when it is owed still. */
  sawEmergency(asker: Who, units: number, index: number | null): void {
    if (index !== null) this.#throughSeq = Math.max(this.#throughSeq, index);
    const named = index ?? this.#throughSeq + 1;
    this.#raise(emergencyAlarm(asker, { units, index: named, atMs: this.#nowMs() }), (alarm) =>
      this.#enter(alarm),
    );
  }

  /** Staff end a response. Its charts begin anew. */
  lift(id: string): void {
    this.#lift(id, 'undone');
  }

  #lift(id: string, because: EndedBecause): void {
    for (const watched of this.#stopped) {
      const ended = watched.standings.find((one) => one.id === id);
      if (!ended) continue;
      if (because === 'fresh-sign-in') watched.confirmed(ended);
      this.#calm(
        watched,
        watched.standings.filter((one) => one !== ended),
      );
    }
    for (const [scope, standing] of this.#shared) if (standing.id === id) this.#shared.delete(scope);
  }

  /** What is known of that account; null before its first look-up. */
  watched(account: string): Watched | null {
    return this.#accounts.get(account) ?? null;
  }

  /** What changed since the last time, in one write. Called on a timer and after every alarm. */
  async save(): Promise<void> {
    this.#expire(this.#nowMs());
    await this.#pending.write(() => this.#throughSeq);
    await this.#readPast();
  }

  // ---- letting in ----------------------------------------------------------------------------------------------

  #refuseStanding(watched: Watched, asking: Asking, isTyped: boolean, nowMs: number): void {
    if (watched.standings.length > 0) {
      const { left, ended, refusedWith } = judged(watched.standings, { ...asking, isTyped }, nowMs);
      for (const { standing, because } of ended) {
        if (because === 'fresh-sign-in') watched.confirmed(standing);
        this.#end(standing.id, because);
      }
      if (ended.length > 0) this.#calm(watched, left);
      if (refusedWith !== null) {
        if (isTyped) this.#noteRefused(watched, asking, nowMs);
        throw refusal(refusedWith);
      }
    }
    if (!isTyped) return;
    if (watched.isOutdated(asking.signedInAtMs, nowMs)) throw refusal('fresh-sign-in-required');
    for (const scope of [`structure:${asking.structure}`, `profession:${asking.profession}`]) {
      const shared = this.#shared.get(scope);
      if (shared && !isOver(shared, nowMs) && asking.signedInAtMs <= shared.sinceMs)
        throw refusal('fresh-sign-in-required');
    }
  }

  #expire(nowMs: number): void {
    for (const watched of this.#stopped) {
      const over = watched.standings.filter((one) => isOver(one, nowMs));
      for (const { id } of over) this.#end(id, 'expired');
      if (over.length > 0)
        this.#calm(
          watched,
          watched.standings.filter((one) => !over.includes(one)),
        );
    }
    for (const [scope, standing] of this.#shared) {
      if (!isOver(standing, nowMs)) continue;
      this.#shared.delete(scope);
      this.#end(standing.id, 'expired');
    }
  }

  /** What was counted has been answered for: the charts begin anew. */
  #calm(watched: Watched, left: readonly Standing[]): void {
    watched.standings = left;
    watched.counts = afterFreshSignIn(watched.counts);
    watched.trail = [];
    watched.refused = { count: 0, sinceMs: 0 };
    if (left.length === 0) this.#stopped.delete(watched);
    this.#pending.changed(watched);
  }

  #stop(watched: Watched, standing: Standing): void {
    watched.standings = [...watched.standings, standing];
    this.#stopped.add(watched);
    this.#pending.changed(watched);
  }

  /** Whoever goes on and on against a closed door is a machine: the account is closed until a person shows up. */
  #noteRefused(watched: Watched, asking: Asking, nowMs: number): void {
    const { sinceMs, count } = watched.refused;
    const isSameBurst = Math.abs(nowMs - sinceMs) <= REFUSED_WITHIN_MS;
    watched.refused = isSameBurst ? { sinceMs, count: count + 1 } : { sinceMs: nowMs, count: 1 };
    if (watched.refused.count !== REFUSED_BEFORE_CLOSED) return;
    const { account, structure, profession } = asking;
    const ordered = orderedFor('refused', 0, nowMs);
    const id = `${Math.floor(nowMs)}${this.#stopped.size}-refused`; // no entry raised it: its moment names it
    this.#stop(watched, { id, response: 'account-closed', sinceMs: nowMs, endsAtMs: ordered.endsAtMs });
    const seconds = Math.round((nowMs - watched.refused.sinceMs) / 1000);
    const who = { account, structure, profession, scope: `account:${account}` };
    const reached = { value: watched.refused.count, threshold: REFUSED_BEFORE_CLOSED, curve: [] };
    const facts = { refused: watched.refused.count, seconds };
    this.#raise(
      alarmOf({ id, atMs: nowMs, detector: 'refused', ...who, ...ordered, ...reached, facts }),
      (alarm) => this.#enter(alarm),
    );
  }

  // ---- watching ------------------------------------------------------------------------------------------------

  #count(lookUp: LookUp, index: number, door: string | null, raised: Raise): void {
    const watched = this.#watchedFor(lookUp, lookUp.insurer);
    const day = parisDate(lookUp.atMs);
    const past = watched.closeDay(day);
    if (past && !watched.isExercise) {
      this.#pending.day(past);
      this.#pending.changed(watched); // written with the day, so that no start closes it again
    }
    if (!watched.isNewDoor(door, lookUp.atMs)) return;
    const { counts, noticed } = afterLookUp(watched.counts, lookUp, { charts: watched.charts, day });
    watched.count(counts, lookUp.atMs);
    this.#pending.changed(watched);
    const [first] = noticed;
    if (first && !watched.isExercise && watched.standings.length === 0)
      this.#alarm(watched, lookUp, { index, noticed: first }, raised);
  }

  #alarm(
    watched: Watched,
    lookUp: LookUp,
    { index, noticed }: { index: number; noticed: Noticed },
    raised: Raise,
  ): void {
    const { account, structure, profession, atMs } = lookUp;
    const { detector } = noticed;
    const earlier = watched.counts.alarmsAtMs.filter((one) => one > atMs - REMEMBERED_MS);
    const ordered = orderedFor(detector, earlier.length, atMs);
    const id = `${index}-${detector}`;
    watched.counts = { ...watched.counts, alarmsAtMs: [...earlier, atMs] };
    this.#stop(watched, { id, response: ordered.response, sinceMs: atMs, endsAtMs: ordered.endsAtMs });
    const who = { account, structure, profession, scope: `account:${account}` };
    const shown = { facts: factsOf(noticed, watched, atMs), curve: curveOf(detector, watched.trail) };
    this.#raise(alarmOf({ id, atMs, ...noticed, ...ordered, ...who, ...shown }), raised);
    this.#watchCohorts(lookUp, index, raised);
  }

  /** Several structures of a profession, or several accounts of a structure: one pattern. */
  #watchCohorts({ account, structure, profession, atMs }: LookUp, index: number, raised: Raise): void {
    const groups = [
      { kind: 'profession', group: profession, member: structure },
      { kind: 'structure', group: structure, member: account },
    ] as const;
    for (const { kind, group, member } of groups) {
      const { threshold } = this.#cohorts[kind];
      const { count, curve } = this.#cohorts[kind].alarmed(group, member, atMs);
      const scope = `${kind}:${group}`;
      const standing = this.#shared.get(scope);
      if (count < threshold || (standing && !isOver(standing, atMs))) continue;
      const ordered = orderedFor('cohort', 0, atMs);
      const id = `${index}-cohort-${kind}`;
      this.#shared.set(scope, { id, response: ordered.response, sinceMs: atMs, endsAtMs: ordered.endsAtMs });
      const facts = kind === 'profession' ? { structures: count } : { accounts: count };
      const about = { account: null, structure: kind === 'structure' ? structure : null, profession, scope };
      const reached = { value: count, threshold, facts, curve };
      this.#raise(alarmOf({ id, atMs, detector: 'cohort', ...ordered, ...about, ...reached }), raised);
    }
  }

  #raise(alarm: Alarm, raised: Raise): void {
    this.#pending.alarm(alarm);
    raised(alarm);
    this.#parts.onAlarm?.(alarm);
  }

  #enter(alarm: Alarm): void {
    this.#parts.ledger.owe(alarmEntry(alarm));
    void this.save().catch(() => undefined); // written again with the next save
  }

  #end(id: string, because: Ended['because']): void {
    this.#pending.ended({ id, at: timestamp(this.#nowMs()), because });
    this.#parts.ledger.owe(endEntry(id, because));
  }

  #watchedFor({ account, profession }: Pick<Who, 'account' | 'profession'>, amcNo: string | null): Watched {
    const kind = amcNo !== null && this.#parts.isExercise(amcNo) ? EXERCISE : profession;
    const name = kind === EXERCISE ? `${EXERCISE} ${account}` : account;
    const known = this.#accounts.get(name);
    if (known) return known;
    const watched = new Watched(name, kind);
    this.#accounts.set(name, watched);
    return watched;
  }

  #nowMs(): number {
    return this.#parts.clock.nowMs();
  }

  // ---- coming back ---------------------------------------------------------------------------------------------

  async #load(): Promise<void> {
    const { throughSeq, accounts, alarms } = await this.#parts.store.load(this.#nowMs());
    this.#throughSeq = throughSeq;
    const ended = new Map(alarms.map(({ id, endedBecause }) => [id, endedBecause]));
    for (const { account, state } of accounts) {
      const watched = new Watched(account, state.profession, state);
      this.#accounts.set(account, watched);
      if (watched.standings.length > 0) this.#stopped.add(watched);
      for (const { id } of watched.standings) {
        const because = ended.get(id);
        if (because) this.#lift(id, because);
      }
    }
    for (const alarm of alarms) this.#recall(alarm);
    await this.#readPast();
  }

  /** Once a Paris day: what each account's usual day is by now. */
  async #readPast(): Promise<void> {
    const today = parisDate(this.#nowMs());
    if (this.#pastReadOn === today) return;
    for (const { account, ...sum } of await this.#parts.store.past(pastOn(today))) {
      const watched = this.#accounts.get(account);
      watched?.remember(usualDayOf(sum, watched.limits.usual));
    }
    this.#pastReadOn = today;
  }

  #recall({
    id,
    scope,
    at,
    endsAt,
    endedAt,
    detector,
    account,
    structure,
    profession,
    response,
  }: Alarm): void {
    const atMs = Date.parse(at);
    if (account && structure && detector !== 'emergency' && detector !== 'refused') {
      this.#cohorts.profession.alarmed(profession, structure, atMs);
      this.#cohorts.structure.alarmed(structure, account, atMs);
    }
    if (scope.startsWith('account:') || endedAt !== null || response === 'watched') return;
    const endsAtMs = endsAt === null ? null : Date.parse(endsAt);
    this.#shared.set(scope, { id, response, sinceMs: atMs, endsAtMs });
  }

  /** Entries that the last snapshot does not know, through the same counting. Alarms they already carry stay one. */
  async #replay(): Promise<void> {
    const { store, ledger } = this.#parts;
    const owed = new Map<string, Alarm>();
    for (let rows = await store.entriesAfter(this.#throughSeq, REPLAY_PAGE); rows.length > 0; ) {
      for (const row of rows) this.#replayEntry(row, owed);
      rows = await store.entriesAfter(this.#throughSeq, REPLAY_PAGE);
    }
    for (const alarm of owed.values()) ledger.owe(alarmEntry(alarm));
    await this.save();
  }

  #replayEntry({ seq, at, memberView, rest: text }: StoredEntry, owed: Map<string, Alarm>): void {
    this.#throughSeq = seq;
    const rest = JSON.parse(text) as RestView;
    const member = JSON.parse(memberView) as MemberView;
    const atMs = Date.parse(at);
    const raised = (alarm: Alarm) => void owed.set(alarm.id, alarm);
    const lookUp = lookUpOf(member, rest, atMs);
    if (lookUp) this.#count(lookUp, seq, personOf(rest), raised);
    if (rest.event === 'guard.alarmed') owed.delete(String(rest['alarm']));
    if (rest.event === 'guard.undone') this.lift(String(rest['alarm']));
    if (rest.event === 'guard.ended') this.#lift(String(rest['alarm']), rest['because'] as EndedBecause);
    if (rest.event === 'guard.emergency-units') {
      const who = {
        account: String(rest['account']),
        structure: member.structure ?? '',
        profession: member.by,
      };
      this.#raise(emergencyAlarm(who, { units: Number(rest['units']), index: seq, atMs }), raised);
    }
  }
}

/** The ledger's own name of the person, for a month: as good as a door to see that it is the same one. */
function personOf(rest: RestView): string | null {
  return typeof rest['person'] === 'string' ? rest['person'] : null;
}

/** Nothing is done about it: somebody looks at it. */
function emergencyAlarm(
  { account, structure, profession }: Who,
  { units, index, atMs }: { units: number; index: number; atMs: number },
): Alarm {
  const who = { account, structure, profession, scope: `account:${account}` };
  const reached = { value: 1, threshold: 1, facts: { units }, curve: [] };
  const response = { response: 'watched', endsAtMs: atMs } as const;
  return alarmOf({ id: `${index}-emergency`, atMs, detector: 'emergency', ...who, ...response, ...reached });
}
