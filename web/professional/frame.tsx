// What surrounds every screen: where one works, who one is, how long the session lasts, language and appearance.

import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'react-router';
import type { Problem } from '../shared/api-types.ts';
import { nowMs } from '../shared/clock.ts';
import { remaining } from '../shared/format.ts';
import { Banner } from '../shared/ui/banner.tsx';
import { Button } from '../shared/ui/button.tsx';
import { Icon, Mark } from '../shared/ui/icons.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shared/ui/switches.tsx';
import { PATHS } from './paths.ts';
import { type OpenSession, usePortal } from './session.tsx';
import { useText } from './text.ts';

const SECTIONS = ['check', 'quote', 'claims', 'today', 'software', 'passkeys', 'help'] as const;
/** Screens beside the claims, under one entry of the menu. */
const BESIDE_CLAIMS = ['payments', 'agreements', 'bankDetails'] as const;

/** The screen of an address, and the entry of the menu that it is under. */
function placeOf(pathname: string) {
  const beside = BESIDE_CLAIMS.find((name) => PATHS[name] === pathname);
  const section = pathname.startsWith(`${PATHS.claims}/`)
    ? 'claims'
    : SECTIONS.find((name) => PATHS[name] === pathname);
  return { screen: beside ?? section, section: beside ? 'claims' : section };
}

export function Frame({ session, children }: { session: OpenSession | null; children: ReactNode }) {
  const text = useText();
  const [menuOpen, setMenuOpen] = useState(false);
  const { leaving, failed, leave } = useSignOut(() => setMenuOpen(false));
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going to another page closes the menu
  useEffect(() => setMenuOpen(false), [pathname]);
  useEffect(() => {
    const { screen } = placeOf(pathname);
    const shown = session?.state === 'open' || screen === 'help' ? screen : undefined;
    document.title = shown ? `${text(`nav.${shown}`)} · ${text('app.name')}` : text('app.title');
  }, [text, pathname, session]);
  return (
    <>
      <a className="skip" href="#content">
        {text('app.skip')}
      </a>
      <header className="top" data-open={menuOpen}>
        <div className="top-bar">
          <Link className="brand" to={PATHS.check}>
            <Mark />
            <span>{text('app.name')}</span>
          </Link>
          {session ? <Place session={session} /> : null}
          <Button
            look="quiet"
            size="small"
            aria-expanded={menuOpen}
            aria-controls="menu"
            onPress={() => setMenuOpen(!menuOpen)}
          >
            <span className="menu-button">
              <Icon name="menu" />
              {text('nav.menu')}
            </span>
          </Button>
        </div>
        <div className="top-menu" id="menu">
          <Sections session={session} />
          <div className="top-tools">
            <LanguageSwitch label={text('header.language')} />
            <ThemeSwitch
              label={text('header.theme')}
              names={{ system: text('theme.system'), light: text('theme.light'), dark: text('theme.dark') }}
            />
            {session ? <SessionEnd session={session} leaving={leaving} onSignOut={leave} /> : null}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {session && failed ? <StillSignedIn problem={failed} leaving={leaving} onRetry={leave} /> : null}
        {children}
      </main>
    </>
  );
}

function Place({ session }: { session: OpenSession }) {
  const text = useText();
  const { structure, profession } = session.account;
  return (
    <p className="place">
      <strong>
        {structure.name}, {structure.place}
      </strong>
      <span>
        {session.who.name} · {text(`profession.${profession}`)}
      </span>
    </p>
  );
}

function Sections({ session }: { session: OpenSession | null }) {
  const text = useText();
  const { pathname } = useLocation();
  const open = session?.state === 'open';
  const sections = open ? SECTIONS : (['help'] as const);
  const { section } = placeOf(pathname);
  return (
    <nav aria-label={text('nav.label')} className="sections">
      {sections.map((name) => (
        <Link key={name} to={PATHS[name]} {...(name === section ? { 'aria-current': 'page' as const } : {})}>
          {text(`nav.${name}`)}
        </Link>
      ))}
    </nav>
  );
}

function useSignOut(onFailed: () => void) {
  const { signOut } = usePortal();
  const [leaving, setLeaving] = useState(false);
  const [failed, setFailed] = useState<Problem | null>(null);
  const leave = async () => {
    if (leaving) return;
    setLeaving(true);
    const problem = await signOut();
    setFailed(problem);
    setLeaving(false);
    if (problem) onFailed();
  };
  return { leaving, failed, leave: () => void leave() };
}

/** Whoever believes to have left would leave an open session behind: it says so and takes the focus. */
function StillSignedIn({
  problem,
  leaving,
  onRetry,
}: {
  problem: Problem;
  leaving: boolean;
  onRetry(): void;
}) {
  const text = useText();
  return (
    <div className="frame-alert">
      <Banner tone="no" title={text('header.sign-out.failed.title')} urgent>
        <p>{text('header.sign-out.failed.text', { code: problem.code })}</p>
        <Button size="small" autoFocus onPress={onRetry}>
          {text(leaving ? 'header.sign-out.busy' : 'app.retry')}
        </Button>
      </Banner>
    </div>
  );
}

function SessionEnd({
  session,
  leaving,
  onSignOut,
}: {
  session: OpenSession;
  leaving: boolean;
  onSignOut(): void;
}) {
  const text = useText();
  const left = remaining(useTimeLeft(Date.parse(session.endsAt)));
  return (
    <>
      <span className="session-left" role="timer" aria-label={text('header.session.label', { left })}>
        {text('header.session', { left })}
      </span>
      <Button look="quiet" size="small" onPress={onSignOut}>
        <span className="menu-button">
          <Icon name="out" />
          {text(leaving ? 'header.sign-out.busy' : 'header.sign-out')}
        </span>
      </Button>
    </>
  );
}

function useTimeLeft(endMs: number): number {
  const [leftMs, setLeftMs] = useState(() => endMs - nowMs());
  useEffect(() => {
    setLeftMs(endMs - nowMs());
    const timer = setInterval(() => setLeftMs(endMs - nowMs()), 15_000);
    return () => clearInterval(timer);
  }, [endMs]);
  return leftMs;
}
