// What surrounds every screen of the console: sections, who one is, language and appearance.

import { type ReactNode, useEffect, useState } from 'react';
import { NavLink, useLocation } from 'react-router';
import type { Problem } from '../shared/api-types.ts';
import { clockTime } from '../shared/format.ts';
import { Button } from '../shared/ui/button.tsx';
import { Icon, Mark } from '../shared/ui/icons.tsx';
import { LanguageSwitch, ThemeSwitch } from '../shared/ui/switches.tsx';
import { type OpenSession, useConsole } from './console.tsx';
import { PATHS } from './paths.ts';
import { ProblemText } from './problem-text.tsx';
import { useText } from './text.ts';

const SECTIONS = [
  'overview',
  'alarms',
  'exposure',
  'budgets',
  'lookup',
  'switches',
  'feeds',
  'ledger',
] as const;
type Section = (typeof SECTIONS)[number];

/** `/alarms/7-pace` is of the section of `/alarms`. */
const sectionOf = (pathname: string): Section | undefined =>
  SECTIONS.find((name) => PATHS[name] === `/${pathname.split('/')[1]}`);

export function Frame({ session, children }: { session: OpenSession | null; children: ReactNode }) {
  const text = useText();
  const { signOut } = useConsole();
  const [menuOpen, setMenuOpen] = useState(false);
  const [stillOpen, setStillOpen] = useState<Problem | null>(null);
  const leave = async () => setStillOpen(await signOut());
  const { pathname } = useLocation();
  useEffect(() => {
    const section = session ? sectionOf(pathname) : undefined;
    document.title = section ? `${text(`nav.${section}`)} · ${text('app.name')}` : text('app.title');
  }, [text, pathname, session]);
  return (
    <>
      <a className="skip" href="#content">
        {text('app.skip')}
      </a>
      <header className="top" data-open={menuOpen}>
        <div className="top-bar">
          <NavLink className="brand" to={PATHS.overview}>
            <Mark />
            <span>{text('app.name')}</span>
          </NavLink>
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
          {session ? <Sections close={() => setMenuOpen(false)} /> : <span />}
          <div className="top-tools">
            {session ? <Me session={session} /> : null}
            <LanguageSwitch label={text('header.language')} />
            <ThemeSwitch
              label={text('header.theme')}
              names={{ system: text('theme.system'), light: text('theme.light'), dark: text('theme.dark') }}
            />
            {session ? <SignOut onPress={() => void leave()} /> : null}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {session && stillOpen ? (
          <div className="frame-alert">
            <ProblemText
              problem={stillOpen}
              title={text('header.sign-out.failed')}
              onRetry={() => void leave()}
            />
          </div>
        ) : null}
        {children}
      </main>
    </>
  );
}

function Sections({ close }: { close(): void }) {
  const text = useText();
  const { overview } = useConsole();
  const waiting = {
    alarms: overview?.alarms.unreviewed ?? 0,
    switches: overview?.waiting.length ?? 0,
  };
  return (
    <nav aria-label={text('nav.label')} className="sections">
      {SECTIONS.map((name) => (
        <NavLink key={name} to={PATHS[name]} end={name === 'overview'} onClick={close}>
          {text(`nav.${name}`)}
          {name === 'alarms' || name === 'switches' ? <Waits section={name} count={waiting[name]} /> : null}
        </NavLink>
      ))}
    </nav>
  );
}

/** How many of a section wait for somebody. */
function Waits({ section, count }: { section: 'alarms' | 'switches'; count: number }) {
  const text = useText();
  if (count === 0) return null;
  return (
    <span className="waits">
      {count}
      <span className="unseen"> {text(`nav.waiting.${section}`)}</span>
    </span>
  );
}

function Me({ session }: { session: OpenSession }) {
  const text = useText();
  return (
    <span className="session-left">
      {text('header.me', { name: session.who.name, end: clockTime(session.endsAt) })}
    </span>
  );
}

function SignOut({ onPress }: { onPress(): void }) {
  const text = useText();
  return (
    <Button look="quiet" size="small" onPress={onPress}>
      <span className="menu-button">
        <Icon name="out" />
        {text('header.sign-out')}
      </span>
    </Button>
  );
}
