// PURE. French as printers set it: a sign that follows a space stays on the line of its word, and so do hours.

const NO_BREAK = '\u00a0';

/** With spaces that do not break before `: ; ? ! »`, after `«`, and within “10 h 04”. */
export const bound = (french: string): string =>
  french.replaceAll(/ (?=[:;?!»])|(?<=«) |(?<=\d) (?=h\b)|(?<=\bh) (?=\d)/g, NO_BREAK);
