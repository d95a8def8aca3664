// The guard (DESIGN.md 5): lets a look-up in or refuses it, watches what was answered, raises alarms and does what the
// table says. Its counters come back after a crash: a snapshot, then the ledger's entries since. It must never refuse a
// card for anything but its own account's closing, nor close more than one account.

import { type Clock, parisDate, timestamp } from '../../lib/clock.ts';
import { refusal } from '../errors.ts';
import type { MemberView, RestView } from '../events.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';
import { afterFreshSignIn, afterLookUp, isNearLimit, type Noticed } from './account-watch.ts';
import type { Alarm } from './alarm.ts';
import { alarmOf, curveOf, factsOf } from './alarm-of.ts';
import { COHORT, SAME_SITE } from './budgets.ts';
import { Cohort, surprising } from './cohort.ts';
import type { Changes, DayCounts, Ended, GuardStore, Standing, StoredEntry } from './guard-store.ts';
import { type LookUp, lookUpOf } from './look-up.ts';
import { orderedFor, REFUSED_BEFORE_CLOSED, REFUSED_WITHIN_MS, REMEMBERED_MS } from './responses.ts';
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

export class Guard {
  readonly #parts: GuardParts;
  readonly #accounts = new Map<string, Watched>();
  /** What stands for a structure or a profession. */
  readonly #shared = new Map<string, Standing>();
  /** By profession and by structure. */
  readonly #cohorts = {
    profession: new Cohort({ withinMs: COHORT.withinMs, threshold: surprising(COHORT) }),
    structure: new Cohort(SAME_SITE),
  };
  #throughSeq = -1;
  // What `save` has not written yet.
  #dirty = new Set<Watched>();
  #days: DayCounts[] = [];
  #alarms: Alarm[] = [];
  #ended: Ended[] = [];
  #saving: Promise<void> = Promise.resolve();

  private constructor(parts: GuardParts) {
    this.#parts = parts;
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
   * many of the same account are under way that the next ones could pass a limit together.
   */
  admit(asking: Asking, { isTyped, amcNo }: { isTyped: boolean; amcNo: string }): Pass {
    const nowMs = this.#parts.clock.nowMs();
    const watched = this.#watchedFor(asking, amcNo);
    if (!watched.isExercise) this.#refuseStanding(watched, asking, isTyped, nowMs);
    if (!isTyped) return { end: () => undefined };
    if (watched.underWay > 0 && isNearLimit(watched.counts, watched.underWay, watched.charts, nowMs)) {
      throw refusal('budget-exhausted', { budget: 'typedAtOncePerAccount', retryAfterSeconds: WAIT_SECONDS });
    }
    watched.underWay += 1;
    let isOver = false;
    return {
      end() {
        if (!isOver) watched.underWay -= 1;
        isOver = true;
      },
    };
  }

  /** A look-up was answered: `index` is its entry's. `door` names what was opened, in memory only. */
  saw(entry: NewEntry, index: number, door: string | null): void {
    const atMs = this.#parts.clock.nowMs();
    this.#throughSeq = Math.max(this.#throughSeq, index);
    const lookUp = lookUpOf(entry.member, entry.rest, atMs);
    if (lookUp) this.#count(lookUp, index, door, (alarm) => this.#enter(alarm));
  }

  /** Somebody took the emergency units of a structure. `index`: of the entry; null when it is owed still. */
  sawEmergency(asker: Who, units: number, index: number | null): void {
    if (index !== null) this.#throughSeq = Math.max(this.#throughSeq, index);
    const named = index ?? this.#throughSeq + 1;
    this.#emergency(asker, { units, index: named, atMs: this.#parts.clock.nowMs() }, (alarm) =>
      this.#enter(alarm),
    );
  }

  /** Staff end a response. Its charts begin anew. */
  lift(id: string): void {
    for (const watched of this.#accounts.values()) {
      if (watched.standing?.id === id) this.#calm(watched);
    }
    for (const [scope, standing] of this.#shared) if (standing.id === id) this.#shared.delete(scope);
  }

  /** What is known of that account; null before its first look-up. */
  watched(account: string): Watched | null {
    return this.#accounts.get(account) ?? null;
  }

  /** What changed since the last time, in one write. Called on a timer and after every alarm. */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#saveNow());
    return this.#saving;
  }

  // ---- letting in ----------------------------------------------------------------------------------------------

  #refuseStanding(watched: Watched, asking: Asking, isTyped: boolean, nowMs: number): void {
    this.#expire(watched, nowMs);
    const { standing } = watched;
    if (standing) {
      const isFresh = asking.signedInAtMs > standing.sinceMs;
      if (isFresh && standing.response !== 'typed-closed') this.#confirmed(watched, standing, nowMs);
      else this.#refuseFor(watched, standing, isTyped, nowMs);
    }
    if (!isTyped) return;
    for (const scope of [`structure:${asking.structure}`, `profession:${asking.profession}`]) {
      const shared = this.#shared.get(scope);
      if (shared?.endsAtMs && shared.endsAtMs <= nowMs) this.#shared.delete(scope);
      else if (shared && asking.signedInAtMs <= shared.sinceMs) throw refusal('fresh-sign-in-required');
    }
  }

  #refuseFor(watched: Watched, { response }: Standing, isTyped: boolean, nowMs: number): void {
    if (response === 'account-closed') throw refusal('account-closed');
    if (!isTyped) return;
    this.#noteRefused(watched, nowMs);
    throw refusal(response === 'fresh-sign-in' ? 'fresh-sign-in-required' : response);
  }

  /** A closed account is open for cards again; typing stays closed for a day. */
  #confirmed(watched: Watched, standing: Standing, nowMs: number): void {
    this.#end(standing.id, 'fresh-sign-in', watched.account);
    this.#calm(watched);
    if (standing.response !== 'account-closed') return;
    watched.standing = {
      ...standing,
      response: 'typed-closed',
      sinceMs: nowMs,
      endsAtMs: nowMs + 86_400_000,
    };
  }

  #expire(watched: Watched, nowMs: number): void {
    const { standing } = watched;
    if (!standing?.endsAtMs || standing.endsAtMs > nowMs) return;
    this.#end(standing.id, 'expired', watched.account);
    this.#calm(watched);
  }

  #calm(watched: Watched): void {
    watched.standing = null;
    watched.counts = afterFreshSignIn(watched.counts);
    watched.trail = [];
    watched.refused = { count: 0, sinceMs: 0 };
    this.#dirty.add(watched);
  }

  /** Whoever goes on and on against a closed door is a machine. */
  #noteRefused(watched: Watched, nowMs: number): void {
    const { sinceMs, count } = watched.refused;
    const isSameBurst = nowMs - sinceMs <= REFUSED_WITHIN_MS;
    watched.refused = isSameBurst ? { sinceMs, count: count + 1 } : { sinceMs: nowMs, count: 1 };
    const { standing } = watched;
    if (watched.refused.count < REFUSED_BEFORE_CLOSED || !standing || standing.response === 'account-closed')
      return;
    watched.standing = {
      ...standing,
      response: 'account-closed',
      sinceMs: nowMs,
      endsAtMs: nowMs + 86_400_000,
    };
    this.#dirty.add(watched);
    void this.save().catch(() => undefined); // written again with the next save
  }

  // ---- watching ------------------------------------------------------------------------------------------------

  #count(lookUp: LookUp, index: number, door: string | null, raised: Raise): void {
    const watched = this.#watchedFor(lookUp, lookUp.insurer);
    const day = parisDate(lookUp.atMs);
    const past = watched.closeDay(day);
    if (past && !watched.isExercise) this.#days.push(past);
    if (!lookUp.isCanary && !watched.isNewDoor(door, lookUp.atMs)) return;
    const { counts, noticed } = afterLookUp(watched.counts, lookUp, { charts: watched.charts, day });
    watched.count(counts, lookUp.atMs);
    if (!watched.isExercise) this.#dirty.add(watched);
    const [first] = noticed;
    if (first && !watched.isExercise && !watched.standing)
      this.#alarm(watched, lookUp, { index, noticed: first }, raised);
  }

  #alarm(
    watched: Watched,
    lookUp: LookUp,
    { index, noticed }: { index: number; noticed: Noticed },
    raised: Raise,
  ): void {
    const { account, structure, profession, atMs } = lookUp;
    const earlier = watched.counts.alarmsAtMs.filter((one) => one > atMs - REMEMBERED_MS);
    const ordered = orderedFor(noticed.detector, earlier.length, atMs);
    const id = `${index}-${noticed.detector}`;
    watched.counts = { ...watched.counts, alarmsAtMs: [...earlier, atMs] };
    if (ordered.response !== 'watched')
      watched.standing = { id, response: ordered.response, sinceMs: atMs, endsAtMs: ordered.endsAtMs };
    const what = {
      ...noticed,
      ...ordered,
      id,
      atMs,
      scope: `account:${account}`,
      account,
      structure,
      profession,
    };
    this.#raise(
      alarmOf({
        ...what,
        facts: factsOf(noticed.detector, watched, atMs),
        curve: curveOf(noticed.detector, watched.trail),
      }),
      raised,
    );
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
      if (count < threshold || this.#standsFor(scope, atMs)) continue;
      const ordered = orderedFor('cohort', 0, atMs);
      const id = `${index}-cohort-${kind}`;
      this.#shared.set(scope, { id, response: 'fresh-sign-in', sinceMs: atMs, endsAtMs: ordered.endsAtMs });
      const what = { id, atMs, detector: 'cohort' as const, value: count, threshold, curve, ...ordered };
      const facts = kind === 'profession' ? { structures: count } : { accounts: count };
      const about = { account: null, structure: kind === 'structure' ? structure : null, profession };
      this.#raise(alarmOf({ ...what, ...about, scope, facts }), raised);
    }
  }

  #standsFor(scope: string, nowMs: number): boolean {
    const standing = this.#shared.get(scope);
    return standing !== undefined && (standing.endsAtMs === null || standing.endsAtMs > nowMs);
  }

  #emergency(
    { account, structure, profession }: Who,
    { units, index, atMs }: { units: number; index: number; atMs: number },
    raised: Raise,
  ): void {
    const who = { account, structure, profession, scope: `account:${account}` };
    const alarm = { id: `${index}-emergency`, atMs, detector: 'emergency', value: 1, threshold: 1 } as const;
    const ordered = orderedFor('emergency', 0, atMs);
    this.#raise(alarmOf({ ...alarm, ...who, ...ordered, facts: { units }, curve: [] }), raised);
  }

  #raise(alarm: Alarm, raised: Raise): void {
    this.#alarms.push(alarm);
    raised(alarm);
    this.#parts.onAlarm?.(alarm);
  }

  #enter(alarm: Alarm): void {
    this.#parts.ledger.owe(alarmEntry(alarm));
    void this.save().catch(() => undefined); // written again with the next save
  }

  #end(id: string, because: Ended['because'], account: string): void {
    const at = timestamp(this.#parts.clock.nowMs());
    this.#ended.push({ id, at, because, by: null, reason: null });
    this.#parts.ledger.owe(entry({ event: 'guard.ended', alarm: id, account, because }));
  }

  #watchedFor({ account, profession }: Pick<Asking, 'account' | 'profession'>, amcNo: string): Watched {
    const kind = this.#parts.isExercise(amcNo) ? EXERCISE : profession;
    const name = kind === EXERCISE ? `${EXERCISE} ${account}` : account;
    const known = this.#accounts.get(name);
    if (known) return known;
    const watched = new Watched(name, kind);
    this.#accounts.set(name, watched);
    return watched;
  }

  // ---- keeping -------------------------------------------------------------------------------------------------

  async #saveNow(): Promise<void> {
    const changes: Changes = {
      throughSeq: this.#throughSeq,
      accounts: [...this.#dirty].map(({ account, state }) => ({ account, state })),
      days: this.#days,
      alarms: this.#alarms,
      ended: this.#ended,
    };
    const { accounts, days, alarms, ended } = changes;
    if (accounts.length + days.length + alarms.length + ended.length === 0) return;
    const dirty = this.#dirty;
    this.#dirty = new Set();
    this.#days = [];
    this.#alarms = [];
    this.#ended = [];
    await this.#parts.store.save(changes).catch((error: unknown) => {
      // Kept for the next time; the states are read anew then.
      for (const watched of dirty) this.#dirty.add(watched);
      this.#days = [...days, ...this.#days];
      this.#alarms = [...alarms, ...this.#alarms];
      this.#ended = [...ended, ...this.#ended];
      throw error;
    });
  }

  async #load(): Promise<void> {
    const { throughSeq, accounts, usual, alarms } = await this.#parts.store.load(this.#parts.clock.nowMs());
    this.#throughSeq = throughSeq;
    const ended = new Set(alarms.filter(({ endedAt }) => endedAt !== null).map(({ id }) => id));
    for (const { account, state } of accounts) {
      const watched = new Watched(account, state.profession, state);
      if (watched.standing && ended.has(watched.standing.id)) this.#calm(watched);
      this.#accounts.set(account, watched);
    }
    for (const one of usual) this.#accounts.get(one.account)?.remember(one.usual, one.days);
    for (const alarm of alarms) this.#recall(alarm);
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
    if (account && structure && detector !== 'emergency') {
      this.#cohorts.profession.alarmed(profession, structure, atMs);
      this.#cohorts.structure.alarmed(structure, account, atMs);
    }
    if (scope.startsWith('account:') || endedAt !== null || response === 'watched') return;
    this.#shared.set(scope, {
      id,
      response,
      sinceMs: atMs,
      endsAtMs: endsAt === null ? null : Date.parse(endsAt),
    });
  }

  /** Entries that the last snapshot does not know, through the same counting. Alarms they already carry stay one. */
  async #replay(): Promise<void> {
    const { store } = this.#parts;
    const owed = new Map<string, Alarm>();
    for (let rows = await store.entriesAfter(this.#throughSeq, REPLAY_PAGE); rows.length > 0; ) {
      for (const row of rows) this.#replayEntry(row, owed);
      rows = await store.entriesAfter(this.#throughSeq, REPLAY_PAGE);
    }
    for (const alarm of owed.values()) this.#parts.ledger.owe(alarmEntry(alarm));
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
    if (rest.event === 'guard.ended' || rest.event === 'guard.undone') this.lift(String(rest['alarm']));
    if (rest.event === 'guard.emergency-units') {
      const who = {
        account: String(rest['account']),
        structure: member.structure ?? '',
        profession: member.by,
      };
      this.#emergency(who, { units: Number(rest['units']), index: seq, atMs }, raised);
    }
  }
}

/** The ledger's own name of the person, for a month: as good as a door to see that it is the same one. */
function personOf(rest: RestView): string | null {
  return typeof rest['person'] === 'string' ? rest['person'] : null;
}

function alarmEntry(alarm: Alarm): NewEntry {
  const { id, scope, account, detector, response, value, threshold } = alarm;
  return entry({
    event: 'guard.alarmed',
    alarm: id,
    scope,
    account,
    detector,
    response,
    value: Math.round(value * 10) / 10,
    threshold: Math.round(threshold * 10) / 10,
  });
}

function entry(rest: RestView): NewEntry {
  const member = {
    by: 'operator',
    structure: null,
    purpose: null,
    evidence: null,
    fields: [],
    outcome: null,
  };
  return { about: null, member, rest };
}
