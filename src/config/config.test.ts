// Configuration from fixtures that work and fixtures that are broken (each names its problems in its comments), and
// secrets that no printing shows.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, inspect, parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, operatorConfig, vaultConfig } from './config.ts';
import { Secret } from './secrets.ts';
import { statusConfig } from './status-config.ts';

const FOLDER = join(import.meta.dirname, '../../test/support/env');
const CORES = 8;

function fixture(name: string) {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  return {
    text,
    env: parseEnv(text) as Record<string, string>,
    problems: [...text.matchAll(/^# problem: (.*)$/gm)].map(([, one]) => one),
  };
}

const READERS: Readonly<Record<string, (env: Record<string, string>) => unknown>> = {
  operator: operatorConfig,
  vault: (env) => vaultConfig(env, CORES),
  status: statusConfig,
};
const read = (name: string) => READERS[name.split(/[-.]/)[1] ?? '']?.(fixture(name).env);
const names = readdirSync(FOLDER);

describe('an environment', () => {
  it.each(names.filter((name) => name.startsWith('working-')))('works: %s', (name) => {
    expect(() => read(name)).not.toThrow();
  });

  it.each(names.filter((name) => name.startsWith('busted-')))(
    'is refused with all its problems at once: %s',
    (name) => {
      const { env, problems } = fixture(name);
      const error = (() => {
        try {
          return read(name);
        } catch (thrown) {
          return thrown;
        }
      })();
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as ConfigError).problems).toEqual(problems);
      for (const problem of problems) expect((error as ConfigError).message).toContain(problem);
      // The names of variables, never what was in them: it may be a secret in the wrong place.
      for (const value of Object.values(env).filter((one) => /hunter2|10\.0\.0\.5/.test(one))) {
        expect(inspect(error)).not.toContain(value);
      }
    },
  );

  it('is read to the letter', () => {
    expect(read('working-operator.env')).toMatchObject({
      mode: 'production',
      host: '10.0.0.5',
      port: 8443,
      metricsPort: 9464,
      tls: { certFile: '/etc/rempart/server.pem', keyFile: '/etc/rempart/server-key.pem' },
      vaultSocket: '/run/rempart/vault.sock',
      checkpointEveryMs: 250,
    });
    const { database } = operatorConfig(fixture('working-operator.env').env);
    for (const role of ['rights', 'feed', 'log', 'desk', 'settle'] as const) {
      expect(database[role].reveal()).toBe(`postgres://${role}:hunter2-${role}@db/rempart`);
    }
    expect(read('working-status.env')).toEqual({
      mode: 'production',
      host: '0.0.0.0',
      port: 443,
      directory: '/var/lib/rempart-status',
      tls: { certFile: '/etc/rempart/status/server.pem', keyFile: '/etc/rempart/status/server-key.pem' },
    });
    expect(read('working-vault.env')).toEqual({
      mode: 'production',
      socket: '/run/rempart/vault.sock',
      socketMode: 0o660,
      keyringFile: '/var/lib/rempart-vault/keyring',
      passphraseFile: '/run/credentials/passphrase',
      enrolmentFile: '/etc/rempart/enrolment.json',
      journalDirectory: '/var/lib/rempart-vault/journal',
      logOrigin: 'rempart.example/log-1',
      trustDirectory: '/etc/rempart/trust',
      startLocked: true,
      sealThreads: 16,
    });
  });

  it('has defaults on the safe side: loopback, socket for one user, locked', () => {
    expect(read('working-operator-defaults.env')).toMatchObject({
      host: '127.0.0.1',
      port: 0,
      metricsPort: 0,
      checkpointEveryMs: 1_000,
    });
    const demo = fixture('working-vault-demo.env').env;
    expect(vaultConfig(demo, CORES)).toMatchObject({ socketMode: 0o600, startLocked: false, sealThreads: 4 });
    expect(vaultConfig({ ...demo, VAULT_START: '' }, 2)).toMatchObject({ startLocked: true, sealThreads: 2 });
  });

  it('takes no number but a plain one', () => {
    const { env } = fixture('working-operator.env');
    for (const port of ['-1', '1.5', '1e3', ' 8443', '8443 ', '٨٤', 'eight', '99999999999999999999']) {
      expect(() => operatorConfig({ ...env, OPERATOR_PORT: port }), port).toThrow(
        'OPERATOR_PORT must be a whole number',
      );
    }
  });
});

describe('a secret', () => {
  const secret = new Secret('hunter2');

  it('shows as [secret] wherever it is printed, alone or deep inside something', () => {
    const config = operatorConfig(fixture('working-operator.env').env);
    const printed = [
      String(secret),
      `${secret}`,
      `a ${secret}`,
      secret.toString(),
      JSON.stringify(secret),
      JSON.stringify(config),
      inspect(secret),
      inspect(config, { depth: 9, showHidden: true }),
      format('%s %o %O %j', secret, secret, secret, secret),
      Object.entries(secret).join(),
      JSON.stringify(structuredClone({ ...secret })),
      String(new Error('failed', { cause: secret }).cause),
    ];
    for (const text of printed) expect(text).not.toContain('hunter2');
    expect(printed[0]).toBe('[secret]');
    expect(inspect(config)).toContain('[secret]');
  });

  it('is itself to whom asks for it', () => {
    expect(secret.reveal()).toBe('hunter2');
    expect(new Secret('other').reveal()).toBe('other');
  });
});
