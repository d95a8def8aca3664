// `rempart staff enrol`: a one-time code with which a member of the staff makes a passkey at the console. Only its digest
// is kept; must never print or write the code anywhere but on stdout, once.

import { staffConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import { openDatabase } from '../db/database.ts';
import { systemClock, timestamp } from '../lib/clock.ts';
import { keepCode } from '../operator/console/code-store-sql.ts';
import { CODE_MINUTES, enrolmentCodeHash, newEnrolmentCode } from '../operator/console/enrolment-code.ts';
import { currentPaths, readDemoWorld } from './demo-world.ts';
import type { CliIo } from './io.ts';
import { readOptions, UsageError, withUsage } from './usage.ts';

const USAGE = `Usage: rempart staff enrol --staff ID [--name NAME] [--json]
  --staff   the person's id: small letters, figures, '.', '_', '-'
  --name    needed the first time; shown to the person at the console
Prints a code that is good once, for ${CODE_MINUTES} minutes: the person types it at the console and makes a passkey there.
The database is the running demo's, or the one OPERATOR_DATABASE_STAFF_URL names.
`;

export function staffCommand(argv: string[], io: CliIo): Promise<number> {
  return withUsage(USAGE, argv, io, async () => {
    const { values, words } = readOptions(argv, { staff: { type: 'string' }, name: { type: 'string' } });
    if (words.length !== 1 || words[0] !== 'enrol') throw new UsageError('say enrol');
    const { staff, name = null } = values as { staff?: string; name?: string };
    if (staff === undefined || !/^[a-z0-9][a-z0-9._-]{0,31}$/.test(staff)) {
      throw new UsageError('--staff must be an id of small letters, figures, ".", "_" and "-"');
    }
    if (name !== null && !/^[^\p{Cc}]{1,80}$/u.test(name)) {
      throw new UsageError('--name must have 1 to 80 characters');
    }
    const place = await placeOf();
    if (!place) {
      return refuse(
        io,
        'no-database',
        'No demo is running here, and OPERATOR_DATABASE_STAFF_URL is not set.',
      );
    }
    return enrol({ ...place, staff, name }, io);
  });
}

type Place = { database: string; console: string | null };

/** The demo's owner, unless a login was given for this. */
async function placeOf(): Promise<Place | null> {
  const env = readEnv();
  if (env['OPERATOR_DATABASE_STAFF_URL']) {
    return { database: staffConfig(env).database.reveal(), console: env['OPERATOR_CONSOLE_ORIGIN'] || null };
  }
  const world = await readDemoWorld(currentPaths());
  return world && { database: world.database, console: world.console };
}

async function enrol(asked: Place & { staff: string; name: string | null }, io: CliIo): Promise<number> {
  const { staff, name, database, console: address } = asked;
  const code = newEnrolmentCode();
  const nowMs = systemClock.nowMs();
  const expiresAtMs = nowMs + CODE_MINUTES * 60_000;
  const sql = openDatabase(database, { max: 1, applicationName: 'rempart-staff' });
  try {
    const person = await keepCode(sql, {
      staff,
      name,
      codeHash: enrolmentCodeHash(code),
      nowMs,
      expiresAtMs,
    });
    if (!person) {
      return refuse(
        io,
        'staff-unknown',
        `Nobody on the staff is called ${staff}: add --name, or choose another id.`,
      );
    }
    const expiresAt = timestamp(expiresAtMs);
    const facts = { staff, name: person.name, passkeys: person.passkeys, code, expiresAt, console: address };
    io.stdout(io.json ? `${JSON.stringify(facts)}\n` : sentence(facts));
    return 0;
  } catch (error) {
    // The database's own message may quote a value: its code says enough.
    const { code: reason } = error as { code?: unknown };
    if (typeof reason !== 'string') throw error;
    return refuse(io, 'database', `The database said no (${reason}). Nothing was changed.`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function sentence(facts: { name: string; code: string; passkeys: number; console: string | null }): string {
  const { name, code, passkeys, console: address } = facts;
  const also = passkeys === 0 ? '' : `\n${name} has ${passkeys} passkey(s) already; this adds one.`;
  return `${code}

Give it to ${name}, in person or by voice. It is good once, for ${CODE_MINUTES} minutes, and makes one passkey:
open ${address ?? 'the console'}, choose “first time here”, type the code.${also}
`;
}

function refuse(io: CliIo, code: string, title: string): number {
  io.stdout(
    `${JSON.stringify({ type: `urn:rempart:problem:${code}`, title, code }, null, io.json ? 0 : 2)}\n`,
  );
  if (!io.json) io.stderr(`${title}\n`);
  return 1;
}
