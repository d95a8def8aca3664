// `rempart staff enrol`: a code on stdout once, its digest in the database, and a login that may do no more than that.

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { staffCommand } from '../../src/cli/staff.ts';
import { StaffMember } from '../support/staff.ts';
import { createTestWorld, type TestWorld } from '../support/world.ts';

let world: TestWorld;
let login: string;
beforeAll(async () => {
  world = await createTestWorld();
  login = `staff_${randomUUID().slice(0, 8)}`;
  await world.sql.unsafe(`create role ${login} login password 'x';
    grant select, insert on staff to ${login};
    grant select, insert, update on staff_codes to ${login}; grant select on staff_passkeys to ${login}`);
}, 60_000);
afterAll(() => world?.close());
afterEach(() => vi.unstubAllEnvs());

function databaseOf(name: string): string {
  const url = new URL(world.ownerUrl);
  url.username = name;
  url.password = 'x';
  return url.toString();
}

async function run(argv: string[], { json = true, url = databaseOf(login) } = {}) {
  vi.stubEnv('OPERATOR_DATABASE_STAFF_URL', url);
  vi.stubEnv('REMPART_DIR', '/nowhere');
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    json,
    now: () => 0,
  };
  const code = await staffCommand(argv, io);
  return {
    code,
    stdout,
    stderr,
    body: json && stdout ? (JSON.parse(stdout) as Record<string, unknown>) : {},
  };
}

describe('rempart staff enrol', () => {
  it('prints a code that makes a passkey at the console, and keeps no more than its digest', async () => {
    const { code, body } = await run(['enrol', '--staff', 'nora', '--name', 'Nora Keller']);
    expect(code).toBe(0);
    expect(body).toMatchObject({ staff: 'nora', name: 'Nora Keller', passkeys: 0 });
    const [row] = await world.sql`select * from staff_codes where staff_id = 'nora'`;
    expect(row).toMatchObject({ created_by: login, used_at: null });
    expect(JSON.stringify(row)).not.toContain(String(body['code']));
    const nora = new StaffMember(world.consoleUrl);
    expect((await nora.enrol(String(body['code']))).status).toBe(200);
    expect((await nora.browser.get('/v1/session')).body).toMatchObject({
      who: { id: 'nora', name: 'Nora Keller' },
    });
    const again = await run(['enrol', '--staff', 'nora']);
    expect(again.body).toMatchObject({ name: 'Nora Keller', passkeys: 1 });
  });

  it('is told as a sentence without --json', async () => {
    const { stdout } = await run(['enrol', '--staff', 'nora'], { json: false });
    expect(stdout).toMatch(/^(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\n/);
    expect(stdout).toContain('15 minutes');
  });

  it('refuses who is unknown and has no name, who has left, and what is no id', async () => {
    expect(await run(['enrol', '--staff', 'ghost'])).toMatchObject({
      code: 1,
      body: { code: 'staff-unknown' },
    });
    await world.sql`insert into staff (id, name, ended_at) values ('gone', 'Gone', now())`;
    expect(await run(['enrol', '--staff', 'gone', '--name', 'x'])).toMatchObject({ code: 1 });
    expect(await run(['enrol', '--staff', 'Not An Id'])).toMatchObject({ code: 2 });
    expect(await run(['enrol'])).toMatchObject({ code: 2 });
    expect(await run(['remove', '--staff', 'nora'])).toMatchObject({ code: 2 });
  });

  it('without a database, or with a login that may not, it says so and changes nothing', async () => {
    expect(await run(['enrol', '--staff', 'nora'], { url: '' })).toMatchObject({
      body: { code: 'no-database' },
    });
    const desk = `desk_${login}`;
    await world.sql.unsafe(`create role ${desk} login password 'x' in role rempart_desk`);
    expect(await run(['enrol', '--staff', 'nora'], { url: databaseOf(desk) })).toMatchObject({
      code: 1,
      body: { code: 'database' },
    });
  });
});
