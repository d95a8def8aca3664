// Port: where the switches stand. Guarantee asked for: a switch that was committed before the call is in the answer.

import type { Switchboard } from './switchboard.ts';

export interface SwitchboardStore {
  /** All scopes that are not open, and the version of the directory (grows with every change of it). */
  read(): Promise<{ board: Switchboard; directoryVersion: number }>;
}
