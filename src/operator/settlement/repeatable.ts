// Requests about one engagement that may be repeated: a repeat is answered as before, without another door or entry, and only
// as long as who asks may still ask.

import type { CareDomain } from '../../core/care-domains.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { type Asked, type Once, replayItem } from '../check/once.ts';
import { type Asker, refuseOtherPurpose } from '../check/question.ts';
import { refuseWhenClosed } from '../containment/passage.ts';
import type { Switchboard } from '../containment/switchboard.ts';
import type { Done, Engagements, OpenedEngagement } from './engagements.ts';

export type RepeatParts = { switchboard(): Switchboard; once: Once; engagements: Engagements };

type Repeatable = { readonly requestId: string; readonly engagementNo: string };
/** What is kept for a repeat: with the answer, what must still be allowed when it leaves a second time. */
type Told<Answer> = { amcNo: string; domain: CareDomain; answer: Answer };

/** `verb`: one request id serves one kind of request. Throws what opening the engagement and `use` throw. */
export async function answerOnce<Answer>(
  parts: RepeatParts,
  asker: Asker,
  { verb, request }: { verb: string; request: Repeatable },
  use: (opened: OpenedEngagement) => Promise<Omit<Done<Answer>, 'asked'>>,
): Promise<Answer> {
  refuseWhenClosed(parts.switchboard(), asker, { amcNo: null, door: 'engagement' });
  const requestId = request.requestId.toLowerCase();
  const body = `${verb} ${canonicalJson({ ...request, requestId })}`;
  const asked: Asked = { asker: `${asker.client} ${asker.account}`, requestId, body };
  const named = { engagementNo: request.engagementNo, request: replayItem(asked) };
  const told = await parts.once.answer(asked, () =>
    parts.engagements.open<Told<Answer>>(asker, named, async (opened) => {
      const { answer, ...done } = await use(opened);
      const { amcNo } = opened.insurer;
      const { domain } = opened.engagement;
      return { ...done, asked, answer: (receipt) => ({ amcNo, domain, answer: answer(receipt) }) };
    }),
  );
  refuseWhenClosed(parts.switchboard(), asker, { amcNo: told.amcNo, door: 'engagement' }); // also for a stored answer
  refuseOtherPurpose(asker, told.domain);
  return told.answer;
}
