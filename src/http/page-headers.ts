// PURE. What every page of ours is sent with, beside a policy of its own: framed by nobody, no powers, no referrer.

export const powers = (camera: '()' | '(self)') =>
  `camera=${camera}, microphone=(), geolocation=(), payment=(), usb=()`;

export const PAGE_HEADERS = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': powers('()'),
} as const;

/** Where there is TLS. */
export const TLS_HEADERS = { 'strict-transport-security': 'max-age=31536000' } as const;
