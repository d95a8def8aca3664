// The card on the counter: from a scan to what it says. Must never hold two cards, nor show one that is no longer there:
// what comes late, after the next scan or after it was put away, is dropped.

import { useEffect, useRef, useState } from 'react';
import type { CardCheck } from '../../shared/card-check.ts';
import { readCodes, warmReader } from './code-reader.ts';
import { cardIn, type Found, MOST_PICTURE_BYTES, type ScanProblem } from './found-card.ts';

export type VerifiedCard = Extract<CardCheck, { kind: 'verified' }>;

export type CardState =
  | { kind: 'none' }
  | { kind: 'reading' }
  | {
      kind: 'verified';
      check: VerifiedCard /** The network has come back since it was shown. */;
      back: boolean;
    }
  | { kind: 'problem'; reason: ScanProblem };

export type CardOnCounter = ReturnType<typeof useCard>;

const NONE: CardState = { kind: 'none' };
/** How often a counter without network tries again. */
const RETRY_MS = 4_000;

/** Loaded when the screen is usable: the first paint needs neither cryptography nor lists. */
const checker = () => import('../../shared/card-check.ts');
/** The network went away before this came. */
const notReady = (): CardCheck => ({ kind: 'no-trust', reached: false });

export function useCard() {
  const [state, setState] = useState<CardState>(NONE);
  const turn = useRef(0);
  useEffect(() => whenIdle(() => void prepared().catch(() => undefined)), []);

  const put = (found: Found): Promise<void> => {
    turn.current += 1;
    if (!found.ok) {
      setState({ kind: 'problem', reason: found.reason });
      return Promise.resolve();
    }
    setState({ kind: 'reading' });
    return judge(found.card, turn.current, false);
  };

  const judge = async (card: Uint8Array, mine: number, again: boolean): Promise<void> => {
    const check = await checker().then(({ checkCardHere }) => checkCardHere(card), notReady);
    if (turn.current !== mine) return;
    if (check.kind === 'refused') setState({ kind: 'problem', reason: check.reason });
    else if (check.kind === 'no-trust') setState({ kind: 'problem', reason: 'not-ready' });
    else setState({ kind: 'verified', check, back: again });
  };

  useNetworkReturn(state, (check) => judge(check.card, turn.current, true));

  return {
    state,
    /** What a scanner typed; a card is verified and shown. */
    scanned: (text: string) => put(cardIn([text])),
    found: (card: Uint8Array) => put({ ok: true, card }),
    refuse: (reason: ScanProblem) => put({ ok: false, reason }),
    async picture(file: Blob) {
      if (file.size > MOST_PICTURE_BYTES) return put({ ok: false, reason: 'too-big' });
      turn.current += 1;
      const mine = turn.current;
      setState({ kind: 'reading' });
      const texts = await readCodes(file);
      if (turn.current !== mine) return;
      if (typeof texts === 'string') return put({ ok: false, reason: texts });
      return put(cardIn(texts));
    },
    clear() {
      turn.current += 1;
      setState(NONE);
    },
  };
}

async function prepared(): Promise<void> {
  const { prepareCardLists } = await checker();
  await Promise.all([prepareCardLists(), warmReader()]);
}

/** After the screen is painted and usable. Safari has no idle callback. */
function whenIdle(act: () => void): () => void {
  if ('requestIdleCallback' in window) {
    const handle = requestIdleCallback(act, { timeout: 2_000 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(act, 500);
  return () => clearTimeout(handle);
}

/** Shown without a network: tries until the server answers, then judges the card again with fresher lists. */
function useNetworkReturn(state: CardState, onBack: (check: VerifiedCard) => Promise<void>): void {
  const latest = useRef(onBack);
  useEffect(() => {
    latest.current = onBack;
  });
  const away = state.kind === 'verified' && !state.check.reached ? state.check : null;
  useEffect(() => {
    if (!away) return;
    let stopped = false;
    const look = async () => {
      const { isServerReached } = await checker();
      if ((await isServerReached()) && !stopped) await latest.current(away);
    };
    const timer = setInterval(() => void look(), RETRY_MS);
    const now = () => void look();
    window.addEventListener('online', now);
    return () => {
      stopped = true;
      clearInterval(timer);
      window.removeEventListener('online', now);
    };
  }, [away]);
}
