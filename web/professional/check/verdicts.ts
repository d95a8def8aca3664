// PURE. How an answer code looks: its tone and its sign. The words are in the catalogues.

import { ANSWER_CODES, type AnswerCode } from '../../shared/api-types.ts';
import type { Tone } from '../../shared/ui/banner.tsx';

const TONES: Record<AnswerCode, Tone> = {
  '000': 'yes',
  '001': 'caution',
  '101': 'no',
  '102': 'caution',
  '103': 'caution',
  '200': 'no',
  '301': 'no',
};

export function verdictOf(code: string): { code: AnswerCode; tone: Tone } | null {
  const known = ANSWER_CODES.find((one) => one === code);
  return known ? { code: known, tone: TONES[known] } : null;
}
