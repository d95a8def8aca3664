// A list that comes page by page: the first when the screen opens, further ones on request, all again on request.
// Must never mix pages of two lists: what comes late for another path is dropped.

import { useEffect, useRef, useState } from 'react';
import type { Problem } from '../../shared/api-types.ts';
import { usePortal } from '../session.tsx';

export type Page<Item> = { items: readonly Item[]; next: string | null };

export type Pages<Item> = {
  /** Null until the first page has come. */
  items: readonly Item[] | null;
  problem: Problem | null;
  hasMore: boolean;
  isLoading: boolean;
  reload(): void;
  more(): void;
};

/** `path` may have a query; `read` takes one page out of a reply. */
export function usePages<Reply, Item>(path: string, read: (reply: Reply) => Page<Item>): Pages<Item> {
  const { call } = usePortal();
  const [pages, setPages] = useState<{ path: string; items: readonly Item[]; next: string | null } | null>(
    null,
  );
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isLoading, setIsLoading] = useState(true);
  const asked = useRef(0);
  const known = pages?.path === path ? pages : null;

  const load = async (before: readonly Item[], cursor: string | null) => {
    asked.current += 1;
    const mine = asked.current;
    setIsLoading(true);
    const join = path.includes('?') ? '&' : '?';
    const result = await call<Reply>('GET', cursor === null ? path : `${path}${join}before=${cursor}`);
    if (mine !== asked.current) return;
    setIsLoading(false);
    setProblem(result.ok ? null : result.problem);
    if (!result.ok) return;
    const { items, next } = read(result.value);
    setPages({ path, items: [...before, ...items], next });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `call` changes with every answer; the path decides
  useEffect(() => {
    void load([], null);
  }, [path]);
  return {
    items: known?.items ?? null,
    problem,
    hasMore: known !== null && known.next !== null,
    isLoading,
    reload: () => void load([], null),
    more() {
      if (!isLoading) void load(known?.items ?? [], known?.next ?? null);
    },
  };
}
