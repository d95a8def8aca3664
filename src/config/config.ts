// PURE. From the raw environment to a configuration, all problems at once. No secret has a default.

import { type AmcNo, parseAmcNo } from '../core/ids.ts';
import type { RawEnv } from './env.ts';
import { Secret } from './secrets.ts';

export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `the configuration has ${problems.length} problem(s):\n${problems.map((one) => `  - ${one}`).join('\n')}`,
    );
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type Mode = 'demo' | 'production';

export type OperatorConfig = {
  mode: Mode;
  host: string;
  port: number;
  metricsPort: number;
  tls: { certFile: string; keyFile: string; clientCaFile: string };
  database: Record<'rights' | 'feed' | 'log' | 'desk' | 'settle', Secret>;
  vaultSocket: string;
  /** Only to make sure that this process cannot read it. */
  vaultKeyringFile: string | null;
  /** trust.json and trust.json.jws, made by the holders of the trust root. */
  trustDirectory: string;
  /** Public key (JWK) of the trust root. */
  trustRootFile: string;
  /** Null: the tables that come with the package. */
  tariffsDirectory: string | null;
  checkpointEveryMs: number;
  /** The listener for people; null: this process serves machines only. */
  portal: PortalConfig | null;
  /** The listener for the operator's staff; null: this process has no console. */
  console: ConsoleConfig | null;
};

export type ConsoleConfig = {
  /** Scheme, host and port by which browsers know it; passkeys are made for its host. */
  origin: string;
  port: number;
  /** Null in the demo only, on localhost. */
  tls: { certFile: string; keyFile: string } | null;
  /** Null: the ledger cannot be verified from the console. */
  journalDirectory: string | null;
};

export type PortalConfig = {
  /** Scheme, host and port by which browsers know it; no path, no slash at the end. */
  origin: string;
  port: number;
  /** Null in the demo only, on localhost. */
  tls: { certFile: string; keyFile: string } | null;
  psc: { issuer: string; clientId: string; clientSecret: Secret };
};

export type VaultConfig = {
  mode: Mode;
  socket: string;
  socketMode: number;
  keyringFile: string;
  passphraseFile: string | null;
  enrolmentFile: string;
  journalDirectory: string;
  logOrigin: string;
  /** trust.json and trust.json.jws: which keys sign cards. */
  trustDirectory: string;
  startLocked: boolean;
  sealThreads: number;
};

export type InsurerVaultConfig = Omit<VaultConfig, 'logOrigin' | 'trustDirectory' | 'sealThreads'> & {
  /** AMC number, ten digits. */
  insurer: AmcNo;
  /** Cards that may be signed on one day: nothing but the next day brings it back. */
  cardsPerDay: number;
};

export type InsurerConfig = {
  mode: Mode;
  amcNo: AmcNo;
  host: string;
  port: number;
  metricsPort: number;
  tls: { certFile: string; keyFile: string; clientCaFile: string };
  database: Record<'desk' | 'status', Secret>;
  vaultSocket: string;
  /** Only to make sure that this process cannot read it. */
  vaultKeyringFile: string | null;
  /** Where status lists and the identity half go, and the certificate that speaks for this insurer there. */
  operator: { url: string; caFile: string; certFile: string; keyFile: string };
};

/** Every variable, its meaning and an example value: `.env.example` is checked against this table. */
export const OPERATOR_VARIABLES = {
  REMPART_MODE: 'demo or production',
  OPERATOR_HOST: 'address to listen on for machines',
  OPERATOR_PORT: 'port for machines (TLS, client certificate requested); 0 picks a free one',
  OPERATOR_METRICS_PORT: 'loopback port of /metrics; 0 picks a free one',
  OPERATOR_TLS_CERT_FILE: 'server certificate (PEM)',
  OPERATOR_TLS_KEY_FILE: 'its key (PEM)',
  OPERATOR_CLIENT_CA_FILE: 'authorities whose client certificates are read (PEM)',
  OPERATOR_DATABASE_RIGHTS_URL: 'secret: login with role rempart_rights',
  OPERATOR_DATABASE_FEED_URL: 'secret: login with role rempart_feed',
  OPERATOR_DATABASE_LOG_URL: 'secret: login with role rempart_log',
  OPERATOR_DATABASE_DESK_URL: 'secret: login with role rempart_desk',
  OPERATOR_DATABASE_SETTLE_URL: 'secret: login with role rempart_settle',
  OPERATOR_VAULT_SOCKET: 'Unix socket of the vault beside it',
  OPERATOR_VAULT_KEYRING_FILE:
    'where the vault keeps its keyring, so that the operator can refuse to start if it can read it (required in production)',
  OPERATOR_TRUST_DIRECTORY: 'folder with trust.json and trust.json.jws',
  OPERATOR_TRUST_ROOT_FILE: 'public key (JWK) of the trust root that signs trust.json',
  OPERATOR_TARIFFS_DIRECTORY:
    'folder with tariffs.json and acts.json; empty: those that come with this package',
  OPERATOR_CHECKPOINT_EVERY_MS: 'how often the ledger is signed, 100 to 60000 (default 1000)',
  OPERATOR_PORTAL_ORIGIN:
    'address of the professionals’ portal as browsers know it; empty: this process serves machines only',
  OPERATOR_PORTAL_PORT: 'port for people (never asks for a certificate)',
  OPERATOR_PORTAL_TLS_CERT_FILE: 'the portal’s certificate (PEM); without it plain http, in the demo only',
  OPERATOR_PORTAL_TLS_KEY_FILE: 'its key (PEM)',
  OPERATOR_PSC_ISSUER: 'exact issuer of Pro Santé Connect',
  OPERATOR_PSC_CLIENT_ID: 'the portal’s client at Pro Santé Connect',
  OPERATOR_PSC_CLIENT_SECRET: 'secret: of that client',
  OPERATOR_CONSOLE_ORIGIN:
    'address of the staff’s console as browsers know it, on a host of its own; empty: no console',
  OPERATOR_CONSOLE_PORT: 'port for staff (never asks for a certificate)',
  OPERATOR_CONSOLE_TLS_CERT_FILE: 'the console’s certificate (PEM); without it plain http, in the demo only',
  OPERATOR_CONSOLE_TLS_KEY_FILE: 'the console certificate’s key (PEM)',
  OPERATOR_CONSOLE_JOURNAL_DIRECTORY:
    'copy of the vault’s journal that this process may read, for “verify now”; empty: only the command verifies',
} as const;

export const VAULT_VARIABLES = {
  REMPART_MODE: 'demo or production',
  VAULT_FOR: 'whose vault it is: operator (default) or insurer',
  VAULT_SOCKET: 'Unix socket to listen on',
  VAULT_SOCKET_MODE: '600 (default) or 660 when operator and vault are two users of one group',
  VAULT_KEYRING_FILE: 'keyring, readable by its owner only',
  VAULT_PASSPHRASE_FILE: 'file with the passphrase that seals the keyring (required in production)',
  VAULT_ENROLMENT_FILE: 'who is believed: clients, feed keys, staff (JSON)',
  VAULT_JOURNAL_DIRECTORY: 'folder of the journal',
  VAULT_LOG_ORIGIN: 'name of the log, as in trust.json',
  VAULT_TRUST_DIRECTORY: 'folder with trust.json and trust.json.jws: whose cards are believed',
  VAULT_START: 'locked (default) or open (demo only)',
  VAULT_SEAL_THREADS: 'worker threads that seal feeds, 1 to 16 (default: number of cores, at most 4)',
} as const;

const {
  VAULT_LOG_ORIGIN: _log,
  VAULT_TRUST_DIRECTORY: _trust,
  VAULT_SEAL_THREADS: _threads,
  ...EVERY_VAULT
} = VAULT_VARIABLES;

export const INSURER_VAULT_VARIABLES = {
  ...EVERY_VAULT,
  VAULT_INSURER: 'of an insurer’s vault: AMC number, ten digits',
  VAULT_CARDS_PER_DAY: 'of an insurer’s vault: cards it signs in a day at most (default 100000)',
} as const;

export const INSURER_VARIABLES = {
  REMPART_MODE: 'demo or production',
  INSURER_AMC_NO: 'AMC number, ten digits',
  INSURER_HOST: 'address to listen on for the insurer’s own people and systems',
  INSURER_PORT: 'port for them (TLS, client certificate required); 0 picks a free one',
  INSURER_METRICS_PORT: 'loopback port of the insurer’s /metrics; 0 picks a free one',
  INSURER_TLS_CERT_FILE: 'the insurer’s server certificate (PEM)',
  INSURER_TLS_KEY_FILE: 'that certificate’s key (PEM)',
  INSURER_CLIENT_CA_FILE: 'authorities whose client certificates the insurer reads (PEM)',
  INSURER_DATABASE_DESK_URL: 'secret: login with role rempart_insurer_desk',
  INSURER_DATABASE_STATUS_URL: 'secret: login with role rempart_insurer_status',
  INSURER_VAULT_SOCKET: 'Unix socket of the insurer’s vault',
  INSURER_VAULT_KEYRING_FILE:
    'where that vault keeps its keyring, so that the insurer’s process can refuse to start if it can read it (required in production)',
  INSURER_OPERATOR_URL: 'the operator, for machines',
  INSURER_OPERATOR_CA_FILE: 'authority of the operator’s server certificate (PEM)',
  INSURER_OPERATOR_CERT_FILE: 'the insurer’s client certificate at the operator (PEM)',
  INSURER_OPERATOR_KEY_FILE: 'the key of that client certificate (PEM)',
} as const;

export const DIRECTORY_VARIABLES = {
  OPERATOR_DATABASE_DIRECTORY_URL:
    'secret: login that may read and write professionals, structures and activities, and make temporary tables',
} as const;

export const PAY_VARIABLES = {
  OPERATOR_DATABASE_PAY_URL: 'secret: login with role rempart_pay',
  OPERATOR_VAULT_SOCKET: OPERATOR_VARIABLES.OPERATOR_VAULT_SOCKET,
} as const;

export const STAFF_VARIABLES = {
  OPERATOR_DATABASE_STAFF_URL: 'secret: login that may read and write staff and staff_codes',
} as const;

/** Collects problems instead of stopping at the first. */
export class Reader {
  readonly problems: string[] = [];
  readonly #env: RawEnv;
  constructor(env: RawEnv) {
    this.#env = env;
  }
  text(name: string, fallback?: string): string {
    const value = this.#env[name] || fallback;
    if (value === undefined) this.problems.push(`${name} is not set`);
    return value ?? '';
  }
  optional(name: string): string | null {
    return this.#env[name] || null;
  }
  secret(name: string): Secret {
    const value = this.#env[name];
    if (!value) this.problems.push(`${name} is not set (a secret has no default)`);
    return new Secret(value ?? '');
  }
  integer(name: string, range: { min: number; max: number; fallback?: number }): number {
    const text = this.text(name, range.fallback === undefined ? undefined : String(range.fallback));
    const value = Number(text);
    if (text !== '' && (!/^\d+$/.test(text) || value < range.min || value > range.max)) {
      this.problems.push(`${name} must be a whole number from ${range.min} to ${range.max}`);
    }
    return value;
  }
  oneOf<T extends string>(name: string, choices: readonly T[], fallback?: T): T {
    const text = this.text(name, fallback);
    const chosen = choices.find((choice) => choice === text);
    if (text !== '' && !chosen) this.problems.push(`${name} must be one of: ${choices.join(', ')}`);
    return chosen ?? (choices[0] as T);
  }
  amcNo(name: string): AmcNo {
    const text = this.text(name);
    const amcNo = text.length === 10 ? parseAmcNo(text) : null;
    if (text !== '' && !amcNo) this.problems.push(`${name} must be an AMC number of ten digits`);
    return amcNo ?? ('' as AmcNo);
  }
  done<T>(config: T): T {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
    return config;
  }
}

/** The operator's configuration, or a ConfigError that names everything that is wrong. */
export function operatorConfig(env: RawEnv): OperatorConfig {
  const read = new Reader(env);
  const mode = read.oneOf<Mode>('REMPART_MODE', ['demo', 'production']);
  const vaultKeyringFile = read.optional('OPERATOR_VAULT_KEYRING_FILE');
  if (mode === 'production' && !vaultKeyringFile) {
    read.problems.push('OPERATOR_VAULT_KEYRING_FILE is required outside demo mode');
  }
  return read.done({
    mode,
    host: read.text('OPERATOR_HOST', '127.0.0.1'),
    port: read.integer('OPERATOR_PORT', { min: 0, max: 65_535 }),
    metricsPort: read.integer('OPERATOR_METRICS_PORT', { min: 0, max: 65_535, fallback: 0 }),
    tls: {
      certFile: read.text('OPERATOR_TLS_CERT_FILE'),
      keyFile: read.text('OPERATOR_TLS_KEY_FILE'),
      clientCaFile: read.text('OPERATOR_CLIENT_CA_FILE'),
    },
    database: {
      rights: read.secret('OPERATOR_DATABASE_RIGHTS_URL'),
      feed: read.secret('OPERATOR_DATABASE_FEED_URL'),
      log: read.secret('OPERATOR_DATABASE_LOG_URL'),
      desk: read.secret('OPERATOR_DATABASE_DESK_URL'),
      settle: read.secret('OPERATOR_DATABASE_SETTLE_URL'),
    },
    vaultSocket: read.text('OPERATOR_VAULT_SOCKET'),
    vaultKeyringFile,
    trustDirectory: read.text('OPERATOR_TRUST_DIRECTORY'),
    trustRootFile: read.text('OPERATOR_TRUST_ROOT_FILE'),
    tariffsDirectory: read.optional('OPERATOR_TARIFFS_DIRECTORY'),
    checkpointEveryMs: read.integer('OPERATOR_CHECKPOINT_EVERY_MS', {
      min: 100,
      max: 60_000,
      fallback: 1_000,
    }),
    portal: portalConfig(read, mode),
    console: consoleConfig(read, mode),
  });
}

function portalConfig(read: Reader, mode: Mode): PortalConfig | null {
  const origin = read.optional('OPERATOR_PORTAL_ORIGIN');
  if (origin === null) return null;
  const certFile = read.optional('OPERATOR_PORTAL_TLS_CERT_FILE');
  const keyFile = read.optional('OPERATOR_PORTAL_TLS_KEY_FILE');
  const issuer = read.text('OPERATOR_PSC_ISSUER');
  if (!isOrigin(origin))
    read.problems.push('OPERATOR_PORTAL_ORIGIN must be scheme://host[:port], nothing after');
  if (mode === 'production') {
    // What people type and see must not travel in the clear, nor their sign-in.
    if (certFile === null || keyFile === null) {
      read.problems.push('OPERATOR_PORTAL_TLS_CERT_FILE and _KEY_FILE are required outside demo mode');
    }
    for (const [name, value] of Object.entries({
      OPERATOR_PORTAL_ORIGIN: origin,
      OPERATOR_PSC_ISSUER: issuer,
    })) {
      if (!value.startsWith('https://')) read.problems.push(`${name} must be https outside demo mode`);
    }
  }
  return {
    origin,
    port: read.integer('OPERATOR_PORTAL_PORT', { min: 1, max: 65_535 }),
    tls: certFile !== null && keyFile !== null ? { certFile, keyFile } : null,
    psc: {
      issuer,
      clientId: read.text('OPERATOR_PSC_CLIENT_ID'),
      clientSecret: read.secret('OPERATOR_PSC_CLIENT_SECRET'),
    },
  };
}

function consoleConfig(read: Reader, mode: Mode): ConsoleConfig | null {
  const origin = read.optional('OPERATOR_CONSOLE_ORIGIN');
  if (origin === null) return null;
  const certFile = read.optional('OPERATOR_CONSOLE_TLS_CERT_FILE');
  const keyFile = read.optional('OPERATOR_CONSOLE_TLS_KEY_FILE');
  if (!isOrigin(origin))
    read.problems.push('OPERATOR_CONSOLE_ORIGIN must be scheme://host[:port], nothing after');
  if (mode === 'production') {
    if (certFile === null || keyFile === null) {
      read.problems.push('OPERATOR_CONSOLE_TLS_CERT_FILE and _KEY_FILE are required outside demo mode');
    }
    if (!origin.startsWith('https://'))
      read.problems.push('OPERATOR_CONSOLE_ORIGIN must be https outside demo mode');
    // Cookies and passkeys know no ports: pages of one host could ask for what is meant for the other.
    if (hostOf(origin) === hostOf(read.optional('OPERATOR_PORTAL_ORIGIN')))
      read.problems.push('OPERATOR_CONSOLE_ORIGIN must be on another host than the portal');
  }
  return {
    origin,
    port: read.integer('OPERATOR_CONSOLE_PORT', { min: 1, max: 65_535 }),
    tls: certFile !== null && keyFile !== null ? { certFile, keyFile } : null,
    journalDirectory: read.optional('OPERATOR_CONSOLE_JOURNAL_DIRECTORY'),
  };
}

function hostOf(origin: string | null): string | null {
  return origin !== null && URL.canParse(origin) ? new URL(origin).hostname : null;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** Whose vault `rempart serve vault` starts. */
export function vaultFor(env: RawEnv): 'operator' | 'insurer' {
  const read = new Reader(env);
  return read.done(read.oneOf('VAULT_FOR', ['operator', 'insurer'], 'operator'));
}

/** The configuration of the operator's vault. */
export function vaultConfig(env: RawEnv, cores: number): VaultConfig {
  const read = new Reader(env);
  return read.done({
    ...everyVault(read, 'operator'),
    logOrigin: read.text('VAULT_LOG_ORIGIN'),
    trustDirectory: read.text('VAULT_TRUST_DIRECTORY'),
    sealThreads: read.integer('VAULT_SEAL_THREADS', { min: 1, max: 16, fallback: Math.min(4, cores) }),
  });
}

/** That of an insurer's vault. */
export function insurerVaultConfig(env: RawEnv): InsurerVaultConfig {
  const read = new Reader(env);
  return read.done({
    ...everyVault(read, 'insurer'),
    insurer: read.amcNo('VAULT_INSURER'),
    cardsPerDay: read.integer('VAULT_CARDS_PER_DAY', { min: 1, max: 10_000_000, fallback: 100_000 }),
  });
}

/** Outside demo mode a vault starts locked and its keyring is sealed with a passphrase. */
function everyVault(read: Reader, whose: 'operator' | 'insurer') {
  const mode = read.oneOf<Mode>('REMPART_MODE', ['demo', 'production']);
  const start = read.oneOf('VAULT_START', ['locked', 'open'], 'locked');
  const passphraseFile = read.optional('VAULT_PASSPHRASE_FILE');
  if (read.oneOf('VAULT_FOR', ['operator', 'insurer'], 'operator') !== whose)
    read.problems.push(`VAULT_FOR must be ${whose}`);
  if (mode === 'production' && start === 'open')
    read.problems.push('VAULT_START=open is refused outside demo mode');
  if (mode === 'production' && !passphraseFile) {
    read.problems.push('VAULT_PASSPHRASE_FILE is required outside demo mode');
  }
  return {
    mode,
    socket: read.text('VAULT_SOCKET'),
    socketMode: Number.parseInt(read.oneOf('VAULT_SOCKET_MODE', ['600', '660'], '600'), 8),
    keyringFile: read.text('VAULT_KEYRING_FILE'),
    passphraseFile,
    enrolmentFile: read.text('VAULT_ENROLMENT_FILE'),
    journalDirectory: read.text('VAULT_JOURNAL_DIRECTORY'),
    startLocked: start === 'locked',
  };
}

/** The insurer's configuration. */
export function insurerConfig(env: RawEnv): InsurerConfig {
  const read = new Reader(env);
  const mode = read.oneOf<Mode>('REMPART_MODE', ['demo', 'production']);
  const vaultKeyringFile = read.optional('INSURER_VAULT_KEYRING_FILE');
  if (mode === 'production' && !vaultKeyringFile) {
    read.problems.push('INSURER_VAULT_KEYRING_FILE is required outside demo mode');
  }
  const url = read.text('INSURER_OPERATOR_URL');
  // What is sent there is lent to nobody else: a typing error must not send it in the clear.
  if (url !== '' && !(isOrigin(url) && url.startsWith('https://')))
    read.problems.push('INSURER_OPERATOR_URL must be https://host[:port], nothing after');
  return read.done({
    mode,
    amcNo: read.amcNo('INSURER_AMC_NO'),
    host: read.text('INSURER_HOST', '127.0.0.1'),
    port: read.integer('INSURER_PORT', { min: 0, max: 65_535 }),
    metricsPort: read.integer('INSURER_METRICS_PORT', { min: 0, max: 65_535, fallback: 0 }),
    tls: {
      certFile: read.text('INSURER_TLS_CERT_FILE'),
      keyFile: read.text('INSURER_TLS_KEY_FILE'),
      clientCaFile: read.text('INSURER_CLIENT_CA_FILE'),
    },
    database: {
      desk: read.secret('INSURER_DATABASE_DESK_URL'),
      status: read.secret('INSURER_DATABASE_STATUS_URL'),
    },
    vaultSocket: read.text('INSURER_VAULT_SOCKET'),
    vaultKeyringFile,
    operator: {
      url,
      caFile: read.text('INSURER_OPERATOR_CA_FILE'),
      certFile: read.text('INSURER_OPERATOR_CERT_FILE'),
      keyFile: read.text('INSURER_OPERATOR_KEY_FILE'),
    },
  });
}

/** What `rempart card keys` and `card replace-key` need outside the demo. */
export function cardKeysConfig(env: RawEnv): { vaultSocket: string | null } {
  return { vaultSocket: new Reader(env).optional('INSURER_VAULT_SOCKET') };
}

/** What `rempart directory import` needs outside the demo. */
export function directoryConfig(env: RawEnv): { database: Secret } {
  const read = new Reader(env);
  return read.done({ database: read.secret('OPERATOR_DATABASE_DIRECTORY_URL') });
}

/** What `rempart staff enrol` needs outside the demo. */
export function staffConfig(env: RawEnv): { database: Secret } {
  const read = new Reader(env);
  return read.done({ database: read.secret('OPERATOR_DATABASE_STAFF_URL') });
}

/** What `rempart pay` needs outside the demo: its own login, and the vault that opens bank details. */
export function payConfig(env: RawEnv): { database: Secret; vaultSocket: string } {
  const read = new Reader(env);
  return read.done({
    database: read.secret('OPERATOR_DATABASE_PAY_URL'),
    vaultSocket: read.text('OPERATOR_VAULT_SOCKET'),
  });
}

/** What `rempart ledger verify --journal` needs: a login that may read the ledger. */
export function ledgerConfig(env: RawEnv): { database: Secret } {
  const read = new Reader(env);
  return read.done({ database: read.secret('OPERATOR_DATABASE_LOG_URL') });
}
