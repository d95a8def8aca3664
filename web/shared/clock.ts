// The browser's clock, corrected by what the server says the time is: a counter's PC may be minutes off.
// Must never decide about rights: the server does; this is for display and for today's date in the form.

let offsetMs = 0;

/** Called with every answer's `Date` header. */
export function learnServerTime(dateHeader: string | null): void {
  const serverMs = dateHeader === null ? Number.NaN : Date.parse(dateHeader);
  if (!Number.isNaN(serverMs)) offsetMs = serverMs - Date.now();
}

export function nowMs(): number {
  return Date.now() + offsetMs;
}
