// How a scope is called in a sentence.

import { useCallback } from 'react';
import { partsOf } from './scopes.ts';
import { useText } from './text.ts';

export function useScopeName(): (scope: string) => string {
  const text = useText();
  return useCallback(
    (scope) => {
      const parts = partsOf(scope);
      return parts ? text(`scope.${parts.kind}.named`, { id: parts.id }) : scope;
    },
    [text],
  );
}
