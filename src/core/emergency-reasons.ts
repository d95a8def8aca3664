// PURE. Why a professional may need more typed look-ups than their budgets have left, as they say it themselves.

export const EMERGENCY_REASONS = ['CARD_READER_BROKEN', 'SOFTWARE_FAILURE', 'MANY_WITHOUT_CARD'] as const;
export type EmergencyReason = (typeof EMERGENCY_REASONS)[number];
