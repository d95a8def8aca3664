// All screens of the portal. What is shown is decided by the state of the session; help needs none.

import { lazy, Suspense } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { CheckScreen } from './check/check-screen.tsx';
import { Frame } from './frame.tsx';
import { PATHS } from './paths.ts';
import { CaseProvider } from './quote/case.tsx';
import { RefusalText } from './refusal-text.tsx';
import { ChooseStructure } from './screens/choose-structure.tsx';
import { Locked } from './screens/locked.tsx';
import { SignIn } from './screens/sign-in.tsx';
import { type OpenSession, usePortal } from './session.tsx';
import { useText } from './text.ts';

const Quote = lazy(async () => ({ default: (await import('./quote/quote-screen.tsx')).QuoteScreen }));
const Claims = lazy(async () => ({ default: (await import('./settlement/claims.tsx')).Claims }));
const OneClaim = lazy(async () => ({ default: (await import('./settlement/one-claim.tsx')).OneClaim }));
const Agreements = lazy(async () => ({
  default: (await import('./settlement/agreements.tsx')).Agreements,
}));
const Today = lazy(async () => ({ default: (await import('./screens/today.tsx')).Today }));
const Software = lazy(async () => ({ default: (await import('./screens/software.tsx')).Software }));
const Passkeys = lazy(async () => ({ default: (await import('./screens/passkeys.tsx')).Passkeys }));
const Payments = lazy(async () => ({ default: (await import('./payments/payments.tsx')).Payments }));
const BankDetails = lazy(async () => ({
  default: (await import('./payments/bank-details.tsx')).BankDetails,
}));
const Confirm = lazy(async () => ({ default: (await import('./screens/confirm.tsx')).Confirm }));
const Confirmed = lazy(async () => ({ default: (await import('./screens/confirmed.tsx')).Confirmed }));
const Help = lazy(async () => ({ default: (await import('./screens/help.tsx')).Help }));

export function App() {
  const { state } = usePortal();
  const { pathname } = useLocation();
  const session = state.kind === 'known' ? state.session : null;
  const open = session?.state === 'open' || session?.state === 'locked' ? session : null;
  return (
    <Frame session={open}>
      <Suspense fallback={<Opening />}>{pathname === PATHS.help ? <Help /> : <Screen />}</Suspense>
    </Frame>
  );
}

function Screen() {
  const { state, refresh } = usePortal();
  if (state.kind === 'loading') return <Opening />;
  if (state.kind === 'failed') {
    return (
      <section className="page">
        <RefusalText problem={state.problem} onRetry={() => void refresh()} />
      </section>
    );
  }
  const { session } = state;
  switch (session.state) {
    case 'none':
      return <SignIn ended={state.ended} />;
    case 'choose-structure':
      return <ChooseStructure name={session.who.name} structures={session.structures} />;
    case 'locked':
      return <Locked session={session} />;
    case 'open':
      return <OpenScreens session={session} />;
  }
}

function OpenScreens({ session }: { session: OpenSession }) {
  const text = useText();
  return (
    <CaseProvider>
      <Routes>
        <Route path={PATHS.check} element={<CheckScreen profession={session.account.profession} />} />
        <Route path={PATHS.quote} element={<Quote />} />
        <Route path={PATHS.claims} element={<Claims />} />
        <Route path={`${PATHS.claims}/:id`} element={<OneClaim />} />
        <Route path={PATHS.payments} element={<Payments />} />
        <Route path={PATHS.agreements} element={<Agreements />} />
        <Route path={PATHS.bankDetails} element={<BankDetails />} />
        <Route path={PATHS.today} element={<Today />} />
        <Route path={PATHS.software} element={<Software />} />
        <Route path={PATHS.passkeys} element={<Passkeys />} />
        <Route path={PATHS.confirm} element={<Confirm />} />
        <Route path={PATHS.confirmed} element={<Confirmed />} />
        <Route
          path="*"
          element={
            <section className="page">
              <h1>{text('app.not-found')}</h1>
            </section>
          }
        />
      </Routes>
    </CaseProvider>
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
