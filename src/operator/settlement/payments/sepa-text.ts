// PURE. The letters that every bank of the SEPA area accepts (EPC217-08): others are written with these.
// It must never let through a character outside that set: a file with one is refused as a whole.

/** a-z A-Z 0-9 / - ? : ( ) . , ' + and the space. */
export const SEPA_TEXT = /^[a-zA-Z0-9/\-?:().,'+ ]+$/;

const SPELLED: Readonly<Record<string, string>> = {
  œ: 'oe',
  Œ: 'OE',
  æ: 'ae',
  Æ: 'AE',
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  '&': '+',
  _: '-',
  '’': "'",
  '–': '-',
  '—': '-',
};

/** At most `length` characters; what has no spelling becomes a full stop. Never empty. */
export function sepaText(text: string, length: number): string {
  const spelled = Array.from(text.normalize('NFD').replace(/\p{Mn}/gu, ''), (letter) => {
    if (/\s/.test(letter)) return ' ';
    return SPELLED[letter] ?? (SEPA_TEXT.test(letter) ? letter : '.');
  }).join('');
  return spelled.replace(/ +/g, ' ').trim().slice(0, length).trim() || '.';
}
