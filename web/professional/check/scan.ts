// PURE. Reads one scanned or pasted line: `AMC|CONV|CSR|MEMBERNO|NIR|BIRTHDATE|RANK`, or a person as a JSON object.
// Must never take two people at once: one person, one question.

import type { CareDomain } from '../../../src/core/care-domains.ts';
import { compact, type Draft, isDomainOf, typedDay } from './question.ts';

/** The fields that the line held, ready for the screen. */
export type Scanned = Partial<Omit<Draft, 'withCard' | 'reason'>>;
export type ScanReason = 'unreadable' | 'several' | 'too-long';
export type ScanResult = { ok: true; fields: Scanned } | { ok: false; reason: ScanReason };

/** Far beyond any card; a whole file pasted by mistake is not parsed. */
const LONGEST_LINE = 4_096;
const LINE_PARTS = 7;

/** Is this what a scanner or the clipboard gives, rather than something typed into a field? */
export function looksScanned(text: string): boolean {
  return text.includes('|') || text.trimStart().startsWith('{');
}

export function parseScan(text: string, domains: readonly CareDomain[]): ScanResult {
  const line = text.trim();
  if (line.length > LONGEST_LINE) return { ok: false, reason: 'too-long' };
  if (/\}\s*,?\s*\{/.test(line)) return { ok: false, reason: 'several' };
  if (line.startsWith('{')) return parseObject(line, domains);
  return parseLine(line);
}

function parseLine(line: string): ScanResult {
  if (/[\r\n]/.test(line)) return { ok: false, reason: 'several' };
  const parts = line.split('|').map((part) => part.trim());
  // The rank may be left out: then it is 1.
  if (parts.length < LINE_PARTS - 1 || parts.length > LINE_PARTS) return { ok: false, reason: 'unreadable' };
  const [amcNo = '', convType = '', csr = '', memberNo = '', nir = '', birthDate = '', birthRank = ''] =
    parts;
  const fields = {
    amcNo: compact(amcNo),
    convType: compact(convType),
    csr: compact(csr),
    memberNo: compact(memberNo),
    nir: compact(nir),
    birthDate: birthDateAsTyped(birthDate),
    birthRank: birthRank === '' ? '1' : compact(birthRank),
  };
  return { ok: true, fields };
}

/** On a card and in files it is YYYYMMDD; with slashes it was typed by a person and stays as it is. */
function birthDateAsTyped(text: string): string {
  return /^\d{8}$/.test(text) ? typedDay(text) : text;
}

function parseObject(line: string, domains: readonly CareDomain[]): ScanResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { ok: false, reason: 'unreadable' };
  }
  if (typeof value !== 'object' || value === null) return { ok: false, reason: 'unreadable' };
  const person = { ...value, ...(value as { beneficiary?: object }).beneficiary } as Record<string, unknown>;
  const fields = fieldsOf(person, domains);
  return Object.keys(fields).length === 0 ? { ok: false, reason: 'unreadable' } : { ok: true, fields };
}

function fieldsOf(person: Record<string, unknown>, domains: readonly CareDomain[]): Scanned {
  const fields: Scanned = {};
  for (const name of ['amcNo', 'convType', 'csr', 'memberNo', 'nir'] as const) {
    const value = person[name];
    if (typeof value === 'string') fields[name] = compact(value);
  }
  const { birthDate, birthRank, careDate, domain } = person;
  if (typeof birthDate === 'string') fields.birthDate = birthDateAsTyped(birthDate.trim());
  if (typeof birthRank === 'number' || typeof birthRank === 'string') fields.birthRank = String(birthRank);
  if (typeof careDate === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(careDate))
    fields.careDate = typedDay(careDate);
  if (isDomainOf(domains, domain)) fields.domain = domain;
  return fields;
}
