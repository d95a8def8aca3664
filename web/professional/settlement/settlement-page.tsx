// The frame of the screens about money: claims, payments, prior agreements, bank details, side by side.

import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { PATHS } from '../paths.ts';
import { useText } from './text.ts';
import './settlement.css';

const TABS = ['claims', 'payments', 'agreements', 'bankDetails'] as const;

export function SettlementPage({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const text = useText();
  return (
    <section className="page settlement">
      <nav className="tabs" aria-label={text('settlement.tabs')}>
        {TABS.map((name) => (
          <NavLink key={name} to={PATHS[name]}>
            {text(`tab.${name}`)}
          </NavLink>
        ))}
      </nav>
      <div className="page-head">
        <h1>{title}</h1>
        {actions ? <div className="actions">{actions}</div> : null}
      </div>
      {lead ? <p className="lead">{lead}</p> : null}
      {children}
    </section>
  );
}
