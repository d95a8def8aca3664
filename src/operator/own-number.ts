// Which insurer calls: the number its certificate is enrolled for, never one it names itself.

import { type AmcNo, parseAmcNo } from '../core/ids.ts';
import type { Caller } from '../http/route.ts';
import { refusal } from './errors.ts';

export function ownNumber(caller: Caller | null): AmcNo {
  const amcNo = caller?.role === 'insurer' ? parseAmcNo(caller.amcNo) : null;
  if (!amcNo) throw refusal('wrong-role');
  return amcNo;
}
