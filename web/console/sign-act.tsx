// Closing a scope or opening it again, signed by the person.

import { useConsole } from './console.tsx';
import type { ToSign } from './console-types.ts';
import { useScopeName } from './scope-name.ts';
import { SignButton } from './sign-dialog.tsx';
import { useText } from './text.ts';

export function ActButton({
  scope,
  state,
  because,
}: {
  scope: string;
  state: 'closed' | 'open';
  /** Why it cannot be done just now; null when it can. */
  because: string | null;
}) {
  const text = useText();
  const nameOf = useScopeName();
  const { sign, call } = useConsole();
  return (
    <SignButton
      label={text(`act.${state}`)}
      longLabel={text(`act.${state}.label`, { scope: nameOf(scope) })}
      because={because}
      title={text(`act.${state}.title`, { scope: nameOf(scope) })}
      lead={text(`act.${state}.text`)}
      about={<span className="figures">{scope}</span>}
      look={state === 'closed' ? 'danger' : 'primary'}
      outcomes={{ done: text(`act.${state}.done`), waiting: text(`act.${state}.waiting`) }}
      sign={(reason) =>
        sign('switches', () => call<ToSign>('POST', '/v1/switches/acts', { body: { scope, state, reason } }))
      }
    />
  );
}
