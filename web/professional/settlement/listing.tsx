// What every list of these screens has in common: coming, refused, empty, and the button for more.

import type { ReactNode } from 'react';
import { Button } from '../../shared/ui/button.tsx';
import { RefusalText } from '../refusal-text.tsx';
import { useText } from './text.ts';
import type { Pages } from './use-pages.ts';

export function Listing<Item>({
  pages,
  empty,
  children,
}: {
  pages: Pages<Item>;
  empty: string;
  children(items: readonly Item[]): ReactNode;
}) {
  const text = useText();
  const { items, problem, hasMore, isLoading, reload, more } = pages;
  return (
    <>
      {problem ? <RefusalText problem={problem} onRetry={reload} /> : null}
      {items === null ? (
        problem ? null : (
          <p role="status">{text('app.loading')}</p>
        )
      ) : items.length === 0 ? (
        <p className="quote-empty">{empty}</p>
      ) : (
        children(items)
      )}
      {hasMore ? (
        <div className="actions">
          <Button onPress={more}>{text(isLoading ? 'app.loading' : 'settlement.more')}</Button>
        </div>
      ) : null}
    </>
  );
}
