// What staff write for others to read (reasons, messages) is kept for ever or shown to everybody: no number of an insured
// person may get in.

/** As many figures in a row as a NIR has, with what people put between them. */
const LIKE_A_NIR = /\d(?:[ .-]?[\dAB]){12}/i;

export const namesAPerson = (text: string): boolean => LIKE_A_NIR.test(text);
