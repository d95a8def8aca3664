// The whole life of a rights check, one step per line, in the order of safety (DESIGN.md 4).
// No answer without a durable ledger entry; no opened door without a journal line.

import type { CardProblem } from '../../core/card.ts';
import { fieldMask } from '../../core/disclosed-fields.ts';
import { decideEntitlement, type Entitlement } from '../../core/entitlement.ts';
import type { AmcNo } from '../../core/ids.ts';
import { sha256Hex } from '../../crypto/digest.ts';
import type { Clock } from '../../lib/clock.ts';
import { departure } from '../../lib/departure.ts';
import type { OpenedDoor, ReplayKeys } from '../../vault/protocol.ts';
import type { Directory } from '../access/directory.ts';
import { refuseWhenClosed } from '../containment/passage.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import type { Guard } from '../guard/guard.ts';
import type { Ledger, NewEntry } from '../ledger/ledger-port.ts';
import type { EngagementRow } from '../ledger/ledger-store.ts';
import type { Notices } from '../notices/notices.ts';
import { type PromiseParts, promise } from '../settlement/promise.ts';
import { cardVerdict, coveredVerdict, uncoveredVerdict, type Verdict } from './answer.ts';
import type { DoorOpener } from './door-opener.ts';
import type { EligibilityAnswer, EligibilityRequest } from './eligibility.ts';
import type { KnownPatients } from './known-patients.ts';
import { type Asked, type Once, replayItem, sealAnswer } from './once.ts';
import { type Link, type OpenedRecord, openDoors, openRecord } from './open-record.ts';
import type { PersonTagger } from './person-tagger.ts';
import { cardProblem, type Opened, presence, type Seen } from './presence.ts';
import * as ask from './question.ts';
import type { Access, RightsReader } from './rights-reader.ts';

export type CheckParts = {
  clock: Clock;
  directory: Directory;
  switchboard(): Switchboard;
  once: Once;
  guard: Pick<Guard, 'admit' | 'saw'>;
  doors: DoorOpener;
  reader: RightsReader;
  tagger: PersonTagger;
  ledger: Ledger;
  known: KnownPatients;
  notices: Pick<Notices, 'add'>;
  /** Has this insurer revoked the card that stands there in its lists? */
  revoked(amcNo: AmcNo, statusIndex: number): boolean;
  promises: PromiseParts;
};

/**
 * Answers one question about one person and one care domain. `arrivedAtMs` is of the monotonic clock.
 * Throws AppError for every refusal; an answer with code 200 is not a refusal.
 */
export async function checkRights(
  parts: CheckParts,
  asker: ask.Asker,
  request: EligibilityRequest,
  arrivedAtMs: number,
): Promise<EligibilityAnswer> {
  ask.refuseOtherStructure(asker, request);
  const insurer = ask.askedInsurer(parts.directory, request);
  const question = ask.understand(asker, insurer, request, parts.clock);
  refuseWhenClosed(parts.switchboard(), asker, question);
  ask.refuseOtherPurpose(asker, question.domain);
  const asked: Asked = {
    asker: `${asker.client} ${asker.account}`,
    requestId: question.requestId,
    body: ask.canonicalRequest(request),
  };
  const answer = await parts.once.answer(asked, () => answerFresh(parts, asker, question, asked));
  refuseWhenClosed(parts.switchboard(), asker, question); // also for an answer that was stored earlier
  if (answer.code === '200') await departure(arrivedAtMs);
  return answer;
}

async function answerFresh(
  parts: CheckParts,
  asker: ask.Asker,
  question: ask.Question,
  asked: Asked,
): Promise<EligibilityAnswer> {
  const pass = parts.guard.admit(asker, { isTyped: question.door !== 'card', amcNo: question.amcNo });
  try {
    return await answerAdmitted(parts, asker, question, asked);
  } finally {
    pass.end();
  }
}

async function answerAdmitted(
  parts: CheckParts,
  asker: ask.Asker,
  question: ask.Question,
  asked: Asked,
): Promise<EligibilityAnswer> {
  const opened = await parts.doors.open({
    proof: asker.proof,
    amcNo: question.amcNo,
    evidence: question.evidence,
    request: replayItem(asked),
  });
  if (!opened.ok) {
    const seen: Seen = { evidence: 'card-refused', journalNo: null };
    const verdict = cardVerdict(opened.reason, false);
    const entry = entryOf(asker, question, seen, verdict, null);
    return enter(parts, asked, opened, { question, verdict, entry });
  }
  let about: NewEntry['about'] = null;
  try {
    const access = { journalNo: opened.journalNo, client: asker.client, purpose: question.domain };
    const link = await openDoors(parts.reader, access, question.amcNo, opened.doors);
    if (!link.isDecoy) about = { amcNo: question.amcNo, recordId: link.recordId };
    const decided = await decide(parts, access, question, { link, opened });
    const { verdict, evidence, engagement } = decided;
    about = decided.about;
    refuseWhenClosed(parts.switchboard(), asker, question); // what was cut meanwhile gets no answer
    if (question.reason !== null) await tellInsurer(parts, asker, question, { link, verdict });
    const entry = entryOf(asker, question, { ...opened, evidence }, verdict, about);
    return await enter(parts, asked, opened, { question, verdict, entry: { ...entry, engagement } });
  } catch (error) {
    // A door was opened and no answer left: the entry is owed all the same (possibly exposed).
    parts.ledger.owe(unansweredEntry(asker, question, opened, about));
    throw error;
  }
}

/** The entry and the sealed answer become durable together; only then there is an answer. */
async function enter(
  parts: CheckParts,
  asked: Asked,
  { replay: keys, doors }: { replay: ReplayKeys; doors?: readonly OpenedDoor[] },
  { question, verdict, entry }: { question: ask.Question; verdict: Verdict; entry: NewEntry },
): Promise<EligibilityAnswer> {
  const answerWith = (receipt: EligibilityAnswer['receipt']): EligibilityAnswer => ({
    requestId: question.requestId,
    ...verdict.answer,
    receipt,
  });
  const sealed = (receipt: EligibilityAnswer['receipt']) => sealAnswer(asked, keys, answerWith(receipt));
  const replay = { asker: asked.asker, requestId: asked.requestId, tag: keys.tag, sealAnswer: sealed };
  const receipt = await parts.ledger.append({ ...entry, replay });
  parts.guard.saw(entry, receipt.index, doors?.[0]?.locator ?? null);
  return answerWith(receipt);
}

type Decided = {
  verdict: Verdict;
  about: NewEntry['about'];
  evidence: Seen['evidence'];
  engagement: EngagementRow | null;
};

type Judged = OpenedRecord & { entitlement: Entitlement };

async function decide(
  parts: CheckParts,
  access: Access,
  question: ask.Question,
  { link, opened }: { link: Link; opened: Opened },
): Promise<Decided> {
  const { amcNo, domain, careDate } = question;
  const [found, { known, ...tag }] = await Promise.all([
    openRecord(parts.reader, access, amcNo, link),
    parts.tagger.tag(amcNo, link.recordId, opened.journalNo),
  ]);
  const person = found && { ...found, entitlement: decideEntitlement({ ...found, domain, careDate }) };
  const problem = cardProblem(parts, amcNo, opened, found);
  const evidence = await presence(parts.known, opened, {
    tag: known,
    isFound: found !== null && problem === null,
  });
  const { verdict, engagement } = await judge(parts, question, { person, opened, problem });
  if (found?.rights.canary) verdict.canary = true;
  return { verdict, about: found && { amcNo, recordId: found.recordId, tag }, evidence, engagement };
}

/**
 * Somebody who is covered is promised something, and the promise is stored with the entry. Only for them, and their
 * answer leaves when it is ready: every answer of code 200 waits for the same slot after the same steps (departure.ts), so
 * neither the counters read here nor the row tell an unknown person from one who is not covered (I5).
 */
async function judge(
  { promises }: CheckParts,
  question: ask.Question,
  on: { person: Judged | null; opened: Opened; problem: CardProblem | null },
): Promise<Pick<Decided, 'verdict' | 'engagement'>> {
  const { person, opened, problem } = on;
  if (problem) return { verdict: cardVerdict(problem, person !== null), engagement: null };
  if (!person) return { verdict: uncoveredVerdict(null), engagement: null };
  const { entitlement } = person;
  if (entitlement.kind !== 'covered') return { verdict: uncoveredVerdict(entitlement), engagement: null };
  const { engagementNo, code, row } = await promise(promises, question, { ...person, entitlement, opened });
  return { verdict: coveredVerdict(entitlement, { engagementNo, code }), engagement: row };
}

/**
 * Durable before the entry: nobody is looked up by NIR alone without their insurer hearing of it. The same steps, with
 * a notice that is nobody's, for people nobody knows (I5).
 */
function tellInsurer(
  { notices }: CheckParts,
  asker: ask.Asker,
  { amcNo, domain, reason }: ask.Question,
  { link, verdict }: { link: Link; verdict: Verdict },
): Promise<void> {
  const { profession: by, structure } = asker;
  const outcome = verdict.answer.code;
  return notices.add(
    { amcNo, recordId: link.recordId },
    { by, structure, purpose: domain, reason: reason ?? '', outcome },
  );
}

function entryOf(
  asker: ask.Asker,
  question: ask.Question,
  seen: Seen,
  verdict: Verdict,
  about: NewEntry['about'],
): NewEntry {
  const { answer, disclosed, cause, canary } = verdict;
  return {
    about,
    member: { ...memberView(asker, question, seen), fields: disclosed, outcome: answer.code },
    rest: {
      event: 'rights.checked',
      ...restOf(asker, question, seen),
      mask: fieldMask(disclosed),
      cause,
      careDate: question.careDate,
      rule: answer.rule,
      guaranteeUntil: answer.guaranteeUntil,
      // 128 random bits: their digest tells nobody the number, and finds the entry for somebody who has it.
      engagement: answer.engagementNo && sha256Hex(answer.engagementNo),
      ...(canary && { canary }),
    },
  };
}

function unansweredEntry(
  asker: ask.Asker,
  question: ask.Question,
  seen: Seen,
  about: NewEntry['about'],
): NewEntry {
  return {
    about,
    member: { ...memberView(asker, question, seen), fields: [], outcome: null },
    rest: { event: 'rights.unanswered', ...restOf(asker, question, seen) },
  };
}

function memberView(asker: ask.Asker, question: ask.Question, { evidence }: Seen) {
  return {
    by: asker.profession,
    structure: asker.structure,
    purpose: question.domain,
    evidence,
  };
}

function restOf(asker: ask.Asker, question: ask.Question, { journalNo }: Seen) {
  return {
    account: asker.account,
    client: asker.client,
    asked: question.amcNo,
    door: question.door,
    reason: question.reason,
    journalNo,
  };
}
