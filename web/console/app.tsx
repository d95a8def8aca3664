// All screens of the console. Without a session there is one: sign in.

import { Route, Routes } from 'react-router';
import { useConsole } from './console.tsx';
import { Frame } from './frame.tsx';
import { ALARM_PATH, PATHS } from './paths.ts';
import { ProblemText } from './problem-text.tsx';
import { AlarmScreen } from './screens/alarm.tsx';
import { Alarms } from './screens/alarms.tsx';
import { Budgets } from './screens/budgets.tsx';
import { Exposure } from './screens/exposure.tsx';
import { Feeds } from './screens/feeds.tsx';
import { LedgerScreen } from './screens/ledger.tsx';
import { Lookup } from './screens/lookup.tsx';
import { OverviewScreen } from './screens/overview.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { Switches } from './screens/switches.tsx';
import { useText } from './text.ts';

export function App() {
  const { session } = useConsole();
  return (
    <Frame session={session?.state === 'open' ? session : null}>
      <Screen />
    </Frame>
  );
}

function Screen() {
  const text = useText();
  const { session, problem, overview, stale, refresh, look } = useConsole();
  if (session === null) {
    return problem ? (
      <section className="page">
        <h1>{text('app.name')}</h1>
        <ProblemText problem={problem} onRetry={() => void refresh()} />
      </section>
    ) : (
      <Opening />
    );
  }
  if (session.state === 'none') return <SignIn ended={problem} />;
  if (overview === null) {
    return stale ? (
      <section className="page">
        <h1>{text('app.name')}</h1>
        <ProblemText problem={stale} onRetry={() => void look()} />
      </section>
    ) : (
      <Opening />
    );
  }
  return (
    <Routes>
      <Route path={PATHS.overview} element={<OverviewScreen overview={overview} stale={stale} />} />
      <Route path={PATHS.alarms} element={<Alarms overview={overview} />} />
      <Route path={ALARM_PATH} element={<AlarmScreen overview={overview} />} />
      <Route path={PATHS.exposure} element={<Exposure />} />
      <Route path={PATHS.budgets} element={<Budgets />} />
      <Route path={PATHS.feeds} element={<Feeds overview={overview} />} />
      <Route path={PATHS.lookup} element={<Lookup overview={overview} />} />
      <Route path={PATHS.switches} element={<Switches overview={overview} me={session.who.id} />} />
      <Route path={PATHS.ledger} element={<LedgerScreen overview={overview} />} />
      <Route
        path="*"
        element={
          <section className="page">
            <h1>{text('app.not-found')}</h1>
          </section>
        }
      />
    </Routes>
  );
}

function Opening() {
  const text = useText();
  return (
    <p className="opening" role="status">
      {text('app.loading')}
    </p>
  );
}
