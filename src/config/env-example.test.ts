// `.env.example` is the documentation of the configuration: it names every variable with its meaning, gives values
// that work, and shows no secret.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  DIRECTORY_VARIABLES,
  directoryConfig,
  INSURER_VARIABLES,
  INSURER_VAULT_VARIABLES,
  insurerConfig,
  insurerVaultConfig,
  OPERATOR_VARIABLES,
  operatorConfig,
  PAY_VARIABLES,
  payConfig,
  STAFF_VARIABLES,
  staffConfig,
  VAULT_VARIABLES,
  vaultConfig,
} from './config.ts';
import { STATUS_VARIABLES, statusConfig } from './status-config.ts';

const text = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8');
const example = parseEnv(text) as Record<string, string>;
const meanings: Record<string, string> = {
  ...OPERATOR_VARIABLES,
  ...VAULT_VARIABLES,
  ...INSURER_VAULT_VARIABLES,
  ...INSURER_VARIABLES,
  ...DIRECTORY_VARIABLES,
  ...STAFF_VARIABLES,
  ...STATUS_VARIABLES,
  ...PAY_VARIABLES,
};
const secrets = Object.keys(meanings).filter((name) => meanings[name]?.startsWith('secret:'));

/** The comment lines that stand directly above a variable. */
function commentOf(name: string): string[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${name}=`));
  const above = lines.slice(0, at).reverse();
  return above
    .slice(
      0,
      above.findIndex((line) => !line.startsWith('#')),
    )
    .map((line) => line.slice(2));
}

describe('.env.example', () => {
  it('names every variable that is read, once each, and no other', () => {
    const named = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(Object.keys(meanings).toSorted());
  });

  it.each(Object.entries(meanings))('says of %s: %s', (name, meaning) => {
    expect(commentOf(name)).toContain(meaning);
  });

  it('shows every secret as empty and says that it must be given', () => {
    expect(secrets).toHaveLength(11);
    for (const name of secrets) expect(example[name], name).toBe('');
    expect(text).toContain('A secret is empty here and has no default');
    expect(() => operatorConfig(example)).toThrow('has 6 problem(s)');
    expect(() => insurerConfig(example)).toThrow('has 2 problem(s)');
    expect(() => directoryConfig(example)).toThrow('has 1 problem(s)');
    expect(() => staffConfig(example)).toThrow('has 1 problem(s)');
    expect(() => payConfig(example)).toThrow('has 1 problem(s)');
  });

  it('gives values that work once the secrets are filled in', () => {
    const filled = { ...example, ...Object.fromEntries(secrets.map((name) => [name, 'postgres://x'])) };
    expect(operatorConfig(filled).mode).toBe('production');
    expect(vaultConfig(filled, 2)).toMatchObject({
      mode: 'production',
      startLocked: true,
      socketMode: 0o660,
    });
    expect(insurerConfig(filled)).toMatchObject({ mode: 'production', amcNo: '0999000101' });
    expect(insurerVaultConfig({ ...filled, VAULT_FOR: 'insurer' })).toMatchObject({
      startLocked: true,
      cardsPerDay: 20_000,
    });
    expect(() => insurerVaultConfig(filled)).toThrow('VAULT_FOR must be insurer');
    expect(statusConfig(filled)).toMatchObject({ mode: 'production', directory: '/var/lib/rempart-status' });
    expect(directoryConfig(filled).database.reveal()).toBe('postgres://x');
  });
});

const ORIGINS: Record<string, string> = {
  OPERATOR_PORTAL_ORIGIN: 'https://pro.rempart.example',
  OPERATOR_CONSOLE_ORIGIN: 'https://console.rempart.example',
};

/** A process with a portal and a console asks for all of them. */
function withPortal(env: Record<string, string | undefined>): Record<string, string | undefined> {
  return new Proxy(env, {
    get: (target, name: string) => target[name] ?? ORIGINS[name],
  });
}

/** What a function asks its environment for. */
function asked(configure: (env: Record<string, string | undefined>) => unknown): string[] {
  const names = new Set<string>();
  const env = new Proxy<Record<string, string | undefined>>(
    {},
    {
      get(_, name) {
        names.add(String(name));
        return undefined;
      },
    },
  );
  expect(() => configure(env)).toThrow();
  return [...names].toSorted();
}

it('the tables list exactly what is read', () => {
  expect(asked((env) => operatorConfig(withPortal(env)))).toEqual(Object.keys(OPERATOR_VARIABLES).toSorted());
  expect(asked((env) => vaultConfig(env, 2))).toEqual(Object.keys(VAULT_VARIABLES).toSorted());
  expect(asked(insurerConfig)).toEqual(Object.keys(INSURER_VARIABLES).toSorted());
  expect(asked(insurerVaultConfig)).toEqual(Object.keys(INSURER_VAULT_VARIABLES).toSorted());
  expect(asked(directoryConfig)).toEqual(Object.keys(DIRECTORY_VARIABLES).toSorted());
  expect(asked(statusConfig)).toEqual(Object.keys(STATUS_VARIABLES).toSorted());
  expect(asked(staffConfig)).toEqual(Object.keys(STAFF_VARIABLES).toSorted());
  expect(asked(payConfig)).toEqual(Object.keys(PAY_VARIABLES).toSorted());
});
