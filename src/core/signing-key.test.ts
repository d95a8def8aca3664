// The choice of the key that signs, over a quarter's turn, a late list and a replacement.

import { describe, expect, it } from 'vitest';
import type { CareDate } from './period.ts';
import { type SigningKey, signingKey } from './signing-key.ts';

const day = (text: string) => text as CareDate;
const autumn: SigningKey = {
  kid: 'autumn',
  from: day('2026-10-01'),
  to: day('2028-12-31'),
  retired: false,
};
const winter: SigningKey = {
  kid: 'winter',
  from: day('2027-01-01'),
  to: day('2029-03-31'),
  retired: false,
};
const NEW_YEAR = day('2027-01-01');
const SHORT = day('2027-12-31');

const chosen = (
  keys: readonly SigningKey[],
  listed: readonly string[] | null,
  { today = NEW_YEAR, until = SHORT } = {},
) => signingKey(keys, today, { listed, until })?.kid;

describe('the key that signs', () => {
  it('is that of the quarter, once the list names it', () => {
    expect(chosen([autumn, winter], ['autumn', 'winter'])).toBe('winter');
    expect(chosen([autumn, winter], ['autumn', 'winter'], { today: day('2026-12-31') })).toBe('autumn');
  });

  it('is the one before as long as the list is late, and that of the quarter when no list can be read', () => {
    expect(chosen([autumn, winter], ['autumn'])).toBe('autumn');
    expect(chosen([autumn, winter], [])).toBe('winter');
    expect(chosen([autumn, winter], null)).toBe('winter');
  });

  it('is that of the quarter for a card that outlives the key before', () => {
    expect(chosen([autumn, winter], ['autumn'], { until: day('2028-12-31') })).toBe('autumn');
    expect(chosen([autumn, winter], ['autumn'], { until: day('2029-01-01') })).toBe('winter');
  });

  it('is never a retired one, and of two of a quarter the newer', () => {
    const stolen = { ...winter, retired: true };
    const second = { ...winter, kid: 'winter-2' };
    expect(chosen([autumn, stolen, second], ['winter', 'winter-2'])).toBe('winter-2');
    expect(chosen([autumn, stolen, second], ['autumn', 'winter'])).toBe('autumn');
    expect(chosen([stolen], ['winter'])).toBeUndefined();
  });

  it('is never one whose days are over', () => {
    expect(chosen([autumn], ['autumn'], { today: day('2029-01-01') })).toBeUndefined();
  });
});
