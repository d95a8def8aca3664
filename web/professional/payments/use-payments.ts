// A structure's transfers, page by page, newest first. Must never mix the pages of two readings.

import { useCallback, useEffect, useRef, useState } from 'react';
import type { Payment, PaymentsReply, Problem } from '../../shared/api-types.ts';
import { usePortal } from '../session.tsx';

/** As many as the server gives at once: fewer means that there are no older ones. */
const PAGE = 20;

type State = { payments: Payment[] | null; hasMore: boolean; problem: Problem | null };

export function usePayments() {
  const { call } = usePortal();
  const [state, setState] = useState<State>({ payments: null, hasMore: false, problem: null });
  const [isReading, setReading] = useState(false);
  const asked = useRef<Payment[]>([]);

  const read = useCallback(
    async (known: Payment[]) => {
      asked.current = known;
      setReading(true);
      const before = known.at(-1)?.advice;
      const result = await call<PaymentsReply>(
        'GET',
        before === undefined ? '/v1/payments' : `/v1/payments?before=${encodeURIComponent(before)}`,
      );
      if (known !== asked.current) return;
      setReading(false);
      if (!result.ok) return setState((shown) => ({ ...shown, problem: result.problem }));
      const { payments } = result.value;
      setState({ payments: [...known, ...payments], hasMore: payments.length === PAGE, problem: null });
    },
    [call],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the screen opens
  useEffect(() => void read([]), []);
  return {
    ...state,
    isReading,
    reload: () => void read([]),
    retry: () => void read(asked.current),
    more: () => void read(state.payments ?? []),
  };
}
