// Where the tab of Pro Santé Connect ends: it tells the one where the question waits, and can be closed.

import { useEffect } from 'react';
import { Link } from 'react-router';
import { Button } from '../../shared/ui/button.tsx';
import { tellConfirmed } from '../confirmed.ts';
import { PATHS } from '../paths.ts';
import { RefusalText } from '../refusal-text.tsx';
import { refusedOnTheWayBack } from '../session.tsx';
import { useText } from '../text.ts';

export function Confirmed() {
  const text = useText();
  const problem = refusedOnTheWayBack();
  const isConfirmed = problem === null;
  useEffect(() => {
    if (isConfirmed) tellConfirmed();
  }, [isConfirmed]);
  if (problem) {
    return (
      <section className="page narrow">
        <h1>{text('confirm.failed')}</h1>
        <RefusalText problem={problem} />
        <Link to={PATHS.confirm}>{text('app.retry')}</Link>
      </section>
    );
  }
  return (
    <section className="page narrow">
      <h1>{text('confirmed.title')}</h1>
      <p className="lead" role="status">
        {text('confirmed.lead')}
      </p>
      <div className="stack">
        <Button look="primary" size="large" autoFocus onPress={() => window.close()}>
          {text('confirmed.close')}
        </Button>
        <Link to={PATHS.check}>{text('app.back')}</Link>
      </div>
    </section>
  );
}
