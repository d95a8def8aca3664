// PURE. What is asked of an account that money is sent to, beside its number: whose it is, and the code of its bank.

/** As a transfer order takes it (pain.001: Max70Text), without characters that no bank prints. */
const HOLDER = /^[^\p{C}]{1,70}$/u;
const BIC = /^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/;

export const isHolder = (text: string): boolean => HOLDER.test(text);

/** In its one written form: upper case, no spaces. */
export const isBic = (text: string): boolean => BIC.test(text);
