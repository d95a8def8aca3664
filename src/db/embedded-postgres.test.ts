// The embedded database keeps what it was told, comes back after any kind of death, and tells nobody anything.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { findBinaries, unprivilegedUser } from './embedded-binaries.ts';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts';

/** Making a cluster costs a second, so most tests start and stop the same one. */
let home: string;
let dataDir: string;
beforeAll(async () => {
  home = tempDir();
  dataDir = join(home, 'pg');
  await (await startEmbeddedPostgres({ dataDir, port: 0 })).stop();
});

async function start(
  where = dataDir,
  extra: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: where, port: 0, ...extra });
  onTestFinished(() => server.stop());
  return server;
}

async function query(server: EmbeddedPostgres, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(server.ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

function serverPid(): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8'), 10);
}

describe('the embedded PostgreSQL', () => {
  it('starts, answers, stops, and has kept what was committed when it starts again', async () => {
    const first = await start();
    await query(first, 'create table kept_1 (n int); insert into kept_1 values (7)');
    await first.stop();
    await first.stop(); // a second call is welcome
    await first.exited;

    const second = await start();
    expect(await query(second, 'select n from kept_1')).toEqual([{ n: 7 }]);
    expect(new URL(second.ownerUrl).password).toBe(new URL(first.ownerUrl).password);
  });

  it('makes a UTF-8 cluster that sorts alike on every machine, and writes every commit through', async () => {
    const [row] = await query(
      await start(),
      `select current_setting('fsync') fsync, current_setting('full_page_writes') pages,
        current_setting('synchronous_commit') sync, current_setting('listen_addresses') addresses,
        current_setting('unix_socket_directories') sockets, current_setting('data_checksums') checksums,
        (select datcollate || ' ' || datlocale || ' ' || pg_encoding_to_char(encoding)
           from pg_database where datname = 'postgres') locale`,
    );
    expect(row).toEqual({
      fsync: 'on',
      pages: 'on',
      sync: 'on',
      addresses: '127.0.0.1',
      sockets: '',
      checksums: 'on',
      locale: 'C C.UTF-8 UTF8',
    });
  });

  it('refuses who does not know the password', async () => {
    const server = await start();
    const sql = postgres(server.ownerUrl.replace(/:[^:@]+@/, ':guess@'), { max: 1 });
    await expect(sql`select 1`).rejects.toThrow(/password authentication failed/);
    await sql.end();
  });

  it('keeps its password in a file that only its owner can read, and no copy of it', async () => {
    const server = await start();
    expect(statSync(`${dataDir}.secret`).mode & 0o777).toBe(0o600);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(readdirSync(home).sort()).toEqual(['pg', 'pg.log', 'pg.owner', 'pg.secret']);
    const seenByOthers = spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(serverPid())], {
      encoding: 'utf8',
    });
    expect(seenByOthers.stdout).toContain(dataDir);
    expect(seenByOthers.stdout).not.toContain(new URL(server.ownerUrl).password);
  });

  it('lets no statement, value or error text into its log', async () => {
    const server = await start();
    await query(server, "create table t (nir text primary key); insert into t values ('SECRET-1')");
    await expect(query(server, "insert into t values ('SECRET-1')")).rejects.toThrow(/duplicate key/);
    await expect(query(server, "select 'SECRET-2'::int")).rejects.toThrow(/SECRET-2/);
    await expect(query(server, 'select SECRET_3')).rejects.toThrow(/secret_3/);
    await expect(query(server, "do $$ begin raise 'SECRET-4'; end $$")).rejects.toThrow(/SECRET-4/);
    await server.stop();
    const log = readFileSync(`${dataDir}.log`, 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log.toLowerCase()).not.toContain('secret');
  });

  it('empties its log when that has grown beyond a megabyte', async () => {
    writeFileSync(`${dataDir}.log`, 'x'.repeat(1_000_001));
    await (await start()).stop();
    expect(statSync(`${dataDir}.log`).size).toBeLessThan(10_000);
  });

  it('hands its messages to whoever asked for them, instead of the file', async () => {
    rmSync(`${dataDir}.log`);
    const lines: string[] = [];
    await (await start(dataDir, { log: (line) => lines.push(line) })).stop();
    expect(lines.some((line) => line.includes('ready to accept connections'))).toBe(true);
    expect(existsSync(`${dataDir}.log`)).toBe(false);
  });

  it.each([
    'fsync',
    'full_page_writes',
    'synchronous_commit',
    'listen_addresses',
    'log_statement',
    'log_duration',
    'port',
  ])('does not let a caller change %s', async (name) => {
    const settings = { [name]: 'off' };
    await expect(startEmbeddedPostgres({ dataDir, port: 0, settings })).rejects.toThrow(/is fixed/);
  });

  it('takes other settings', async () => {
    const server = await start(dataDir, { settings: { work_mem: '7MB' } });
    expect(await query(server, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
  });

  it('says which port is taken', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void squatter.close());
    const address = squatter.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const starting = startEmbeddedPostgres({ dataDir, port });
    await expect(starting).rejects.toThrow(`port ${port} on 127.0.0.1 is taken by another program`);
  });

  it('says what PostgreSQL said when it cannot start', async () => {
    const starting = startEmbeddedPostgres({ dataDir, port: 0, settings: { work_mem: 'plenty' } });
    await expect(starting).rejects.toThrow(/did not start.*work_mem/);
  });

  it('is not taken from a process that still looks after it', async () => {
    const server = await start();
    await expect(startEmbeddedPostgres({ dataDir, port: 0 })).rejects.toThrow(/in use by process/);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('deletes nothing that is not its own', async () => {
    const other = join(tempDir(), 'pg');
    mkdirSync(other);
    writeFileSync(join(other, 'letters.txt'), 'not a database');
    await expect(startEmbeddedPostgres({ dataDir: other, port: 0 })).rejects.toThrow(
      /holds files but no database/,
    );
    expect(readFileSync(join(other, 'letters.txt'), 'utf8')).toBe('not a database');
  });

  it('begins again when it was killed while making the cluster', async () => {
    const other = join(tempDir(), 'pg');
    mkdirSync(`${other}.building`);
    writeFileSync(join(`${other}.building`, 'PG_VERSION'), '18\n');
    writeFileSync(`${other}.initdb`, 'left over');
    mkdirSync(other); // empty: fine
    expect(await query(await start(other), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(existsSync(`${other}.initdb`)).toBe(false);
  });

  it('says so when the password of an existing database is gone', async () => {
    const other = join(tempDir(), 'pg');
    mkdirSync(other);
    writeFileSync(join(other, 'PG_VERSION'), '18\n');
    await expect(startEmbeddedPostgres({ dataDir: other, port: 0 })).rejects.toThrow(/pg\.secret.*is gone/);
  });

  it.runIf(unprivilegedUser())('names the directory that its user cannot enter, and the cure', async () => {
    const closed = tempDir();
    chmodSync(closed, 0o700);
    const starting = startEmbeddedPostgres({ dataDir: join(closed, 'pg'), port: 0 });
    await expect(starting).rejects.toThrow(`run \`chmod o+x ${closed}\``);
  });

  it('finds its programs from several places at once, and the links to their libraries are there', async () => {
    const found = await Promise.all([1, 2, 3].map(async () => findBinaries()));
    for (const { folder } of found) {
      const links = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as {
        target: string;
      }[];
      for (const { target } of links) expect(existsSync(join(folder, '..', target))).toBe(true);
    }
  });
});

describe('after a violent death', () => {
  it('starts at once when its server was killed with a transaction open, and has lost no commit', async () => {
    const first = await start();
    await query(first, 'create table kept_2 (n int)');
    const busy = postgres(first.ownerUrl, { max: 3, onclose: () => undefined });
    const sleepers = [1, 2, 3].map(() => busy`select pg_sleep(30)`.catch(() => 'cut'));
    await query(first, 'insert into kept_2 values (1)');
    process.kill(serverPid(), 'SIGKILL');
    await first.exited;

    const second = await start(); // no pause: its dying processes may still hold the shared memory
    expect(await query(second, 'select n from kept_2')).toEqual([{ n: 1 }]);
    expect(await Promise.all(sleepers)).toEqual(['cut', 'cut', 'cut']);
    await busy.end({ timeout: 0 });
  });

  it('waits for a process of the killed server that is slow to die', async () => {
    const first = await start();
    const sql = postgres(first.ownerUrl, { max: 1, onclose: () => undefined });
    const [backend] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const slow = backend?.pid ?? Number.NaN;
    process.kill(slow, 'SIGSTOP');
    process.kill(serverPid(), 'SIGKILL');
    await first.exited;
    let stillThere = true;
    setTimeout(() => {
      stillThere = false;
      process.kill(slow, 'SIGCONT');
    }, 700);

    const second = await start();
    expect(stillThere).toBe(false);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
    await sql.end({ timeout: 0 });
  });

  it('shuts down a server whose supervisor is gone, and takes its place', async () => {
    const first = await start();
    await query(first, 'create table kept_3 (n int); insert into kept_3 values (2)');
    const orphan = serverPid();
    writeFileSync(`${dataDir}.owner`, `${spawnSync('true').pid} 1`); // as if we had died and the server not

    const second = await start();
    expect(await query(second, 'select n from kept_3')).toEqual([{ n: 2 }]);
    expect(serverPid()).not.toBe(orphan);
    await first.exited;
  });

  it('does not touch a stranger who got the number of its old server', async () => {
    const stranger = sleepingStranger();
    await delay(50);
    writeFileSync(join(dataDir, 'postmaster.pid'), `${stranger.pid}\n${dataDir}\n1\n`);
    const server = await start();
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('stops although clients are busy', async () => {
    const server = await start();
    const sql = postgres(server.ownerUrl, { max: 1, onclose: () => undefined });
    const sleeper = sql`select pg_sleep(30)`.catch(() => 'cut');
    await delay(200);
    await server.stop();
    expect(await sleeper).toBe('cut');
    await sql.end({ timeout: 0 });
  });
});

/** A process of the database's own user, so that its number alone does not give it away. */
function sleepingStranger(): ChildProcess {
  const user = unprivilegedUser();
  const child = spawn('sleep', ['60'], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    stdio: 'ignore',
  });
  onTestFinished(() => void child.kill());
  return child;
}
