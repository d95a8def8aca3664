// Port of what staff sign for the switchboard. Guarantee asked for: an act that is done has moved its switch in the same
// write; an act is done once; an opening is never done by one person.

import type { ScopeKind } from '../containment/switchboard.ts';
import type { Signature } from './signed-acts.ts';
import type { SwitchAct } from './switch-text.ts';

export type WaitingAct = { act: SwitchAct; text: string; firstStaff: string; createdAtMs: number };

export type StandingSwitch = { scope: string; state: string; reason: string; author: string; atMs: number };

export interface SwitchActStore {
  /** Is there anything behind that scope? A closing of nothing would only calm. */
  exists(kind: ScopeKind, id: string | null): Promise<boolean>;
  isOpen(scope: string): Promise<boolean>;
  /** Done at once, or waiting for a second person. */
  add(act: SwitchAct, text: string, first: Signature, times: { atMs: number; done: boolean }): Promise<void>;
  /** An opening that waits, as it was signed first. */
  waiting(id: string): Promise<WaitingAct | null>;
  /** False when it does not wait any more. */
  finish(id: string, second: Signature, atMs: number): Promise<boolean>;
  withdraw(id: string, atMs: number): Promise<boolean>;
  /** What is not open, and what waits since `sinceMs`; at most 500 of each, the newest. */
  standing(sinceMs: number): Promise<{ switches: StandingSwitch[]; waiting: WaitingAct[] }>;
}
