// The documents, checked: tables made from the code are current, links and paths lead somewhere, tests that are named
// exist, every dependency is explained. Renew the tables with `npm test -- test/docs.test.ts -u`.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FEED_LINE_REASONS } from '../src/core/feed-line.ts';
import { INSURER_ERRORS } from '../src/insurer/errors.ts';
import { ERRORS } from '../src/operator/errors.ts';
import { CONFLICT_REASONS } from '../src/operator/registry/line-reasons.ts';
import { HARD_BUDGETS } from '../src/vault/hard-budgets.ts';
import { PROFESSION_BUDGETS } from '../src/vault/profession-budgets.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Between `<!-- begin NAME … -->` and `<!-- end NAME -->`. */
function withTable(text: string, name: string, rows: readonly string[]): string {
  const block = new RegExp(`(<!-- begin ${name}\\b[^>]*-->\\n).*?(<!-- end ${name} -->)`, 's');
  if (!block.test(text)) throw new Error(`there is no block ${name}`);
  return text.replace(block, (_all, begin, end) => `${begin}${rows.join('\n')}\n${end}`);
}

const tableOfErrors = (errors: Readonly<Record<string, { status: number; en: string }>>) => [
  '| code | status | what it says |',
  '|---|---|---|',
  ...Object.entries(errors).map(([code, { status, en }]) => `| \`${code}\` | ${status} | ${en} |`),
];
const errorTable = tableOfErrors(ERRORS);
const reasonTable = [
  '| reason | what it says |',
  '|---|---|',
  ...Object.entries({ ...FEED_LINE_REASONS, ...CONFLICT_REASONS }).map(
    ([code, { en }]) => `| \`${code}\` | ${en} |`,
  ),
];

describe('tables made from the code', () => {
  it.each([
    ['docs/errors.md', 'errors', errorTable],
    ['docs/errors.md', 'insurer-errors', tableOfErrors(INSURER_ERRORS)],
    ['docs/feed-format.md', 'reject-reasons', reasonTable],
  ] as const)('%s is current', async (path, name, rows) => {
    await expect(withTable(read(path), name, rows)).toMatchFileSnapshot(join(ROOT, path));
  });
});

/** As a reader's browser names a heading. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenLinks(path: string): string[] {
  const text = read(path).replaceAll(/^```.*?^```$/gms, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^(?:https?|mailto):/.test(target))
    .filter((target) => {
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
      if (!existsSync(join(ROOT, found))) return true;
      return anchor !== undefined && !anchorsOf(read(found)).has(anchor);
    });
}

/** Paths of the repository in backticks; a folder ends in a slash, `…` and `*` stand for several files. */
function missingPaths(path: string): string[] {
  return [...read(path).matchAll(/`((?:src|test|bench|migrations|bin|scripts|docs|\.ci)\/[\w./-]*)`/g)]
    .map(([, named = '']) => named)
    .filter((named) => !existsSync(join(ROOT, named)));
}

describe.each(DOCUMENTS)('%s', (path) => {
  it('has links that lead somewhere', () => expect(brokenLinks(path)).toEqual([]));

  it('names files that exist', () => expect(missingPaths(path)).toEqual([]));

  it('names hard budgets that exist', () => {
    const named = [...read(path).matchAll(/`(\w+PerDay)`/g)].map(([, name = '']) => name);
    expect(
      named.filter(
        (name) => !Object.hasOwn(HARD_BUDGETS, name) && !Object.hasOwn(PROFESSION_BUDGETS.nurse, name),
      ),
    ).toEqual([]);
  });

  it('names tests that exist: `path` “title”', () => {
    const named = [...read(path).matchAll(/`([\w./-]+\.test\.ts)`((?:,? “[^”]+”)+)/g)];
    const missing = named.flatMap(([, file = '', titles = '']) => {
      const source = existsSync(join(ROOT, file)) ? read(file) : '';
      return [...titles.matchAll(/“([^”]+)”/g)]
        .map(([, title = '']) => title)
        .filter((title) => !source.includes(title))
        .map((title) => `${file}: ${title}`);
    });
    expect(missing).toEqual([]);
  });
});

it('README.md is read in a few minutes: fewer than 150 lines', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(150);
});

it('docs/dependencies.md explains every direct dependency, with its pin', () => {
  const { dependencies, devDependencies, overrides } = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies' | 'overrides',
    Record<string, string>
  >;
  const document = read('docs/dependencies.md');
  const missing = Object.entries({ ...dependencies, ...devDependencies, ...overrides }).filter(
    ([name, pin]) => !document.includes(`| \`${name}\` | ${pin} |`),
  );
  expect(missing).toEqual([]);
});
