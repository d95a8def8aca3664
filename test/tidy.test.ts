// The architecture, checked: every source file against every rule of test/support/tidy-rules.ts.
// A ratchet: an exception is written down here with its reason, and disappears from here when it is mended.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSource, type SourceFile } from './support/source-file.ts';
import { RULES } from './support/tidy-rules.ts';

type Exception = { rule: string; path: string; reason: string };

const EXCEPTIONS: Exception[] = [];

const ROOT = join(import.meta.dirname, '..');

function readTree(folders: string[]): Map<string, SourceFile> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
  return new Map(
    files.sort().map((path) => [path, parseSource(path, readFileSync(join(ROOT, path), 'utf8'))]),
  );
}

type Finding = { rule: string; path: string; text: string };

function findings(tree: Map<string, SourceFile>): Finding[] {
  return [...tree.values()].flatMap((file) =>
    RULES.filter((rule) => rule.covers(file.path)).flatMap((rule) =>
      rule.check(file, tree).map(({ line, what }) => ({
        rule: rule.name,
        path: file.path,
        text: `${file.path}:${line} ${what}`,
      })),
    ),
  );
}

describe('the sources keep the rules', () => {
  const found = findings(readTree(['src', 'bench', 'test', 'web']));
  const excused = (finding: Finding) =>
    EXCEPTIONS.some(({ rule, path }) => rule === finding.rule && path === finding.path);

  it.each(RULES.map((rule) => [rule.name, rule] as const))('%s', (name, { because }) => {
    const complaints = found.filter((finding) => finding.rule === name && !excused(finding));
    expect(
      complaints.map(({ text }) => text),
      `because ${because}`,
    ).toEqual([]);
  });

  it('and every exception is still needed', () => {
    const idle = EXCEPTIONS.filter(
      ({ rule, path }) => !found.some((finding) => finding.rule === rule && finding.path === path),
    );
    expect(idle).toEqual([]);
  });
});

/**
 * What each rule must catch, and what it must let pass. `others` are files the snippet imports.
 * Code under test is written as text, so that the rules do not find it in this file.
 */
type Case = { rule: string; at: string; bad: string[]; good: string[]; others?: Record<string, string> };

const CASES: Case[] = [
  {
    rule: 'core imports core',
    at: 'src/core/x.ts',
    bad: [
      "import { hash } from 'node:crypto';",
      "import { a } from '../lib/bytes.ts';",
      "import type { A } from '../operator/a.ts';",
      "export { a } from '../lib/a.ts';",
      "const a = await import('../lib/a.ts');",
      "type A = import('../lib/a.ts').A;",
    ],
    good: ["import { parseNir } from './nir.ts';"],
  },
  {
    rule: 'pure imports pure',
    at: 'src/operator/guard/x.ts',
    others: {
      'src/lib/io.ts': '// Reads files.\n',
      'src/lib/bytes.ts': '// PURE helpers.\n',
      'src/core/nir.ts': '// Numbers.\n',
    },
    bad: [
      "// PURE.\nimport { readFile } from 'node:fs';",
      "// PURE.\nimport { setTimeout } from 'node:timers/promises';",
      "// PURE.\nimport fastify from 'fastify';",
      "// Long words first.\n// PURE rules.\nimport { a } from '../../lib/io.ts';",
      "// PURE.\nimport { a, type B } from '../../lib/io.ts';",
      '// PURE.\nfetch("/");',
      '// PURE.\nexport const later = () => setTimeout(f, 1);',
      '// PURE.\nexport const id = process.pid;',
    ],
    good: [
      "// Not so.\nimport { readFile } from 'node:fs';\nprocess.exit();",
      "// PURE.\nimport { a } from '../../lib/bytes.ts';\nimport { b } from '../../core/nir.ts';",
      "// PURE.\nimport type { A } from '../../lib/io.ts';",
      "// PURE.\nimport { Type } from 'typebox';\nimport { hash } from 'node:crypto';",
      '// PURE.\nexport const a = { process: 1 }; export const b = a.process; export const c = x.fetch();',
    ],
  },
  {
    rule: 'cryptography has its places',
    at: 'src/operator/check/x.ts',
    bad: [
      "import { hash } from 'node:crypto';",
      "import { hash } from 'crypto';",
      "await import('node:crypto');",
    ],
    good: ["import type { KeyObject } from 'node:crypto';", "import { seal } from '../../crypto/seal.ts';"],
  },
  {
    rule: 'cryptography has its places',
    at: 'src/vault/x.ts',
    bad: [],
    good: ["import { hash } from 'node:crypto';"],
  },
  {
    rule: 'operator and insurer are strangers',
    at: 'src/operator/check/x.ts',
    bad: ["import { a } from '../../insurer/app.ts';", "import type { A } from '../../insurer/cards/a.ts';"],
    good: ["import { a } from '../app.ts';"],
  },
  {
    rule: 'operator and insurer are strangers',
    at: 'src/insurer/app.ts',
    bad: ["import { a } from '../operator/app.ts';"],
    good: ["import { a } from '../http/route.ts';"],
  },
  {
    rule: 'the status page stands alone',
    at: 'src/status/x.ts',
    bad: [
      "import { a } from '../operator/containment/switchboard.ts';",
      "import type { A } from '../insurer/app.ts';",
      "import { a } from '../db/database.ts';",
    ],
    good: ["import { a } from '../lib/markup.ts';", "import { a } from '../core/care-domains.ts';"],
  },
  {
    rule: 'keys stay in the vault',
    at: 'src/operator/app.ts',
    bad: [
      "import { a } from '../vault/keyring.ts';",
      "import type { A } from '../vault/keyring-pkcs11.ts';",
      "import { a } from '../vault/file-keyring.ts';",
      "import { a } from '../vault/insurer/insurer-keyring.ts';",
    ],
    good: ["import { a } from '../vault/vault-client.ts';"],
  },
  {
    rule: 'keys stay in the vault',
    at: 'src/vault/x.ts',
    bad: [],
    good: ["import { a } from './keyring.ts';"],
  },
  {
    rule: 'SQL has its files',
    at: 'src/operator/check/x.ts',
    bad: [
      'sql`select 1`;',
      'await tx<Row[]>`anything`;',
      'db.query`\n  INSERT INTO a values (1)`;',
      "await connection.unsafe('drop table x');",
      "import postgres from 'postgres';",
      "import type { Sql } from 'postgres';",
    ],
    good: [
      'html`<p>`;',
      "import type { Database } from '../../db/database.ts';",
      'const text = `select one`;',
    ],
  },
  { rule: 'SQL has its files', at: 'src/operator/check/x-store-sql.ts', bad: [], good: ['sql`select 1`;'] },
  { rule: 'SQL has its files', at: 'src/db/x.ts', bad: [], good: ["import postgres from 'postgres';"] },
  {
    rule: 'HTTP has its files',
    at: 'src/operator/check/x.ts',
    bad: [
      "import fastify from 'fastify';",
      "import type { A } from 'fastify';",
      "import a from '@fastify/swagger';",
    ],
    good: ["import { AppError } from '../../lib/app-error.ts';"],
  },
  {
    rule: 'HTTP has its files',
    at: 'src/operator/check/routes.ts',
    bad: [],
    good: ["import a from 'fastify';"],
  },
  {
    rule: 'stores and routes are named where things are put together',
    at: 'src/operator/check/x.ts',
    bad: [
      "import { a } from '../registry/feed-store-sql.ts';",
      "import { a } from '../registry/routes.ts';",
      "import { a } from '../../insurer/cards/card-store-sql.ts';",
    ],
    good: [
      "import { a } from './rights-store-sql.ts';",
      "import type { A } from '../registry/feed-store-sql.ts';",
      "import { a } from '../registry/feed-store.ts';",
    ],
  },
  {
    rule: 'stores and routes are named where things are put together',
    at: 'src/operator/app.ts',
    bad: [],
    good: ["import { a } from './registry/feed-store-sql.ts';"],
  },
  {
    rule: 'the environment is read in one place',
    at: 'src/operator/x.ts',
    bad: ['const a = process.env.HOME;', 'const { HOME } = process.env;', "const a = process['env'];"],
    good: ['const a = other.env;', 'const a = process.pid;'],
  },
  {
    rule: 'the environment is read in one place',
    at: 'src/config/env.ts',
    bad: [],
    good: ['const a = process.env;'],
  },
  {
    rule: 'the clock is read in one place',
    at: 'src/operator/x.ts',
    bad: [
      'Date.now();',
      'new Date();',
      'const clock = Date.now;',
      'performance.now();',
      'Date();',
      'process.hrtime();',
    ],
    good: ['new Date(atMs);', 'clock.nowMs();', 'Date.parse(text);', 'Date.UTC(2026, 0, 1);'],
  },
  { rule: 'the clock is read in one place', at: 'src/lib/clock.ts', bad: [], good: ['Date.now();'] },
  {
    rule: 'randomness is drawn in few places',
    at: 'src/operator/x.ts',
    bad: [
      "import { randomBytes } from 'node:crypto';",
      'crypto.randomUUID();',
      'globalThis.crypto.getRandomValues(bytes);',
      "import { randomFillSync as fill } from 'node:crypto';",
    ],
    good: ["import { randomSlice } from '../lib/random.ts';"],
  },
  { rule: 'randomness is drawn in few places', at: 'src/vault/x.ts', bad: [], good: ['randomBytes(16);'] },
  {
    rule: 'Math.random is not random',
    at: 'src/vault/x.ts',
    bad: ['Math.random();', 'const draw = Math.random;'],
    good: ['Math.max(1, 2);'],
  },
  {
    rule: 'no any',
    at: 'src/core/x.test.ts',
    bad: ['const a: any = 1;', 'f(a as any);', 'function f(a: Map<string, any[]>) {}'],
    good: ['const any = 1;', 'const a: unknown = 1;'],
  },
  {
    rule: 'no default export',
    at: 'src/core/x.ts',
    bad: ['export default 1;', 'export default function f() {}', 'const a = 1; export { a as default };'],
    good: ['export const a = 1;'],
  },
  {
    rule: 'no console',
    at: 'src/cli/x.ts',
    bad: ["console.log('a');", "console.error('a');"],
    good: ["io.print('a');"],
  },
  {
    rule: 'a file says what it is for',
    at: 'src/core/x.ts',
    bad: ['export const a = 1;', '\n// late\nexport const a = 1;', ''],
    good: [
      '// It does.\nexport const a = 1;',
      '/* It does. */\nexport const a = 1;',
      '#!/usr/bin/env node\n// It does.\n',
    ],
  },
  {
    rule: 'comments keep to the agreed marks',
    at: 'src/core/x.ts',
    bad: [
      '// TODO later',
      '// TODO(claire) later',
      '/* FIXME */',
      '// HACK',
      '// @ts-expect-error wrong type',
    ],
    good: ['// TODO(#12) later', '// NOTE: the order matters', "const a = 'TODO';"],
  },
  {
    rule: 'tests stay out of the product',
    at: 'src/vault/x.ts',
    bad: ["import { a } from './key-fixture.ts';", "import { a } from '../../test/support/a.ts';"],
    good: ["import { a } from './fixture.ts';"],
  },
  {
    rule: 'tests stay out of the product',
    at: 'src/vault/x.test.ts',
    bad: [],
    good: ["import { a } from './key-fixture.ts';"],
  },
  { rule: 'no barrels', at: 'src/core/index.ts', bad: ["export * from './a.ts';"], good: [] },
  {
    rule: 'no dead files',
    at: 'src/core/x.ts',
    others: { 'src/core/x.test.ts': "// Test.\nimport { a } from './x.ts';" },
    bad: ['export const a = 1;'],
    good: [],
  },
  {
    rule: 'no dead files',
    at: 'src/core/x.ts',
    others: { 'src/core/y.ts': "// Uses it.\nimport { a } from './x.ts';" },
    bad: [],
    good: ['export const a = 1;'],
  },
  {
    rule: 'no dead files',
    at: 'src/vault/worker.ts',
    others: { 'src/vault/pool.ts': "// Starts it.\nnew Worker(new URL('./worker.js', import.meta.url));" },
    bad: [],
    good: ['export const a = 1;'],
  },
  {
    rule: 'no dead files',
    at: 'web/professional/worker.ts',
    others: { 'web/professional/start.ts': "// Starts it.\nimport url from './worker.ts?worker&url';" },
    bad: [],
    good: ['export const a = 1;'],
  },
  { rule: 'no dead files', at: 'src/cli/main.ts', bad: [], good: ['run();'] },
  { rule: 'no dead files', at: 'web/professional/main.tsx', bad: [], good: ['run();'] },
  { rule: 'no dead files', at: 'web/professional/x.tsx', bad: ['export const a = 1;'], good: [] },
  {
    rule: 'pages import only what is pure',
    at: 'web/professional/x.tsx',
    bad: [
      "import { a } from '../../src/lib/bytes.ts';",
      "import type { A } from '../../src/operator/errors.ts';",
      "import { hash } from 'node:crypto';",
      "import fastify from 'fastify';",
      "import { a } from '../../test/support/a.ts';",
    ],
    good: [
      "import { parseNir } from '../../src/core/nir.ts';",
      "import { a } from '../shared/proof.ts';",
      "import { useState } from 'react';",
      "const a = await import('@simplewebauthn/browser');",
      "import './portal.css';",
    ],
  },
  {
    rule: 'applications of the web are strangers',
    at: 'web/professional/x.ts',
    bad: ["import { a } from '../console/a.ts';"],
    good: ["import { a } from '../shared/a.ts';", "import { a } from './check/a.ts';"],
  },
  {
    rule: 'applications of the web are strangers',
    at: 'web/shared/x.ts',
    bad: ["import { a } from '../professional/a.ts';"],
    good: ["import { a } from './a.ts';"],
  },
  {
    rule: 'long files explain themselves',
    at: 'src/core/x.ts',
    bad: ['\n'.repeat(501)],
    good: ['\n'.repeat(500)],
  },
];

describe('the rules bite', () => {
  const complaintsOf = ({ rule, at, others = {} }: Case, code: string) => {
    const files = Object.entries({ ...others, [at]: code });
    const tree = new Map(files.map(([path, text]) => [path, parseSource(path, text)]));
    return findings(tree).filter((finding) => finding.rule === rule && finding.path === at);
  };
  const rows = (kind: 'bad' | 'good') =>
    CASES.flatMap((entry) =>
      entry[kind].map(
        (code) => [entry.rule, JSON.stringify(code.slice(0, 120)), entry.at, code, entry] as const,
      ),
    );

  it.each(rows('bad'))('%s: refuses %s in %s', (_rule, _shown, _at, code, entry) => {
    expect(complaintsOf(entry, code).length).toBeGreaterThan(0);
  });

  it.each(rows('good'))('%s: lets %s pass in %s', (_rule, _shown, _at, code, entry) => {
    expect(complaintsOf(entry, code)).toEqual([]);
  });

  it('each of them, so none can be added without a snippet it catches', () => {
    const caught = new Set(CASES.filter(({ bad }) => bad.length > 0).map(({ rule }) => rule));
    expect(RULES.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([]);
  });
});
