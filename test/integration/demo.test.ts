// The demo as a newcomer runs it: real processes through the launcher, real signals, real files.

import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DemoWorld } from '../../src/cli/demo-world.ts';
import { openOperatorClient } from '../../src/cli/operator-client.ts';
import { exchangeRequest } from '../../src/cli/sign-in.ts';
import { DEMO_PEOPLE } from '../../src/demo/demo-people.ts';
import { demoPaths } from '../../src/demo/paths.ts';
import { readPsc, signedIn } from '../../src/demo/psc-world.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { filesWith, forbiddenTexts } from '../support/traces.ts';

const UNKNOWN_HANDLE = 'AAAAAAAAAAAAAAAAAAAAAA';
const LAUNCHER = join(packageRoot(), 'bin', 'rempart.js');
const folder = mkdtempSync(join(tmpdir(), 'rempart-demo-'));
chmodSync(folder, 0o711);
const home = join(folder, 'world');
const env = { ...process.env, REMPART_DIR: home };

type Run = { code: number | null; stdout: string; stderr: string };
type Demo = { child: ChildProcess; output(): string; ended: Promise<number | null> };

/** Runs a command to its end. */
function rempart(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args], { env });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** What the command line keeps of a sign-in, as somebody has it whose session at Pro Santé Connect is an hour old. */
async function keepOldSignIn(): Promise<void> {
  const paths = demoPaths(home);
  const { operator, accounts, tls } = JSON.parse(readFileSync(paths.demo, 'utf8')) as DemoWorld;
  const [account] = accounts;
  if (account?.kind !== 'software') throw new Error('the first account is a software account');
  const nowMs = Date.now();
  const subject = await signedIn(await readPsc(paths), account.professionalId, nowMs, nowMs - 3_600_000);
  const client = await openOperatorClient(operator, { ca: tls.ca, ...account.tls });
  const { body } = await client.send('POST', '/v1/token', exchangeRequest(subject, account.structure));
  client.close();
  const kept = {
    accessToken: body['access_token'],
    accessUntilMs: nowMs + 300_000,
    refreshToken: body['refresh_token'],
    refreshUntilMs: nowMs + 4 * 3_600_000,
  };
  writeFileSync(paths.signIn(account.id), JSON.stringify(kept));
}

/** Starts the demo in a process group of its own, as a terminal would, and waits until it says it is ready. */
function startDemo(port = '0'): Promise<Demo> {
  const child = spawn(process.execPath, [LAUNCHER, 'demo', '--port', port], { env, detached: true });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      if (text.includes('Rempart is ready')) resolve({ child, output: () => text, ended });
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    void ended.then(() => reject(new Error(`the demo ended: ${text}`)));
  });
}

function signalGroup(demo: Demo, signal: NodeJS.Signals): void {
  process.kill(-(demo.child.pid as number), signal);
}

const world = () =>
  JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as {
    operator: string;
    people: { domains: string[]; cardFile: string | null }[];
    accounts: { id: string; profession: string; structure: string }[];
  };

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo();
}, 60_000);
afterAll(async () => {
  if (demo.child.exitCode === null) signalGroup(demo, 'SIGKILL');
  await demo.ended;
  rmSync(folder, { recursive: true, force: true });
}, 20_000);

describe('npm start', () => {
  it('writes demo.json for its owner only, with at least 12 people and four pharmacists of four structures', () => {
    expect(statSync(join(home, 'demo.json')).mode & 0o777).toBe(0o600);
    const { people, accounts } = world();
    expect(people.length).toBeGreaterThanOrEqual(12);
    for (const { domains } of people) expect(domains.length).toBeGreaterThan(0);
    const pharmacists = accounts.filter(({ profession }) => profession === 'pharmacist');
    expect(new Set(pharmacists.map(({ structure }) => structure)).size).toBeGreaterThanOrEqual(4);
    expect(accounts[0]?.profession).toBe('pharmacist');
  });

  it('ask gives each person of demo.json the expected code', async () => {
    for (const [i, person] of DEMO_PEOPLE.entries()) {
      const domain = world().people[i]?.domains[0] ?? '';
      const { code, stdout } = await rempart(
        'ask',
        '--person',
        String(i),
        '--domain',
        domain,
        '--care-date',
        '2026-11-20',
        '--json',
      );
      expect(code).toBe(0);
      expect((JSON.parse(stdout) as { code: string }).code).toBe(person.expected[domain as 'PHAR']);
    }
  }, 60_000);

  it('ask with a wrong domain for the profession prints the problem with status and code and exits 1', async () => {
    const { code, stdout } = await rempart('ask', '--person', '0', '--domain', 'OPTI', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 403, code: 'domain-not-allowed' });
  });

  it('wrong usage exits 2 and says how it is used', async () => {
    for (const args of [
      ['ask', '--person', '99'],
      ['ask', '--wrong'],
      ['nonsense'],
      ['vault', 'lock'],
      ['feed', 'import'],
      ['card', 'issue'],
      ['card', 'issue', '--person', '99'],
      ['card', 'revoke', '--person', '0', '--reason', 'WHY'],
      ['card', 'revoke', '--handle', UNKNOWN_HANDLE, '--insurer', '../x', '--reason', 'LOST'],
      ['card', 'revoke', '--handle', UNKNOWN_HANDLE, '--insurer', '0999000999', '--reason', 'LOST'],
      ['card', 'replace-key'],
    ]) {
      const { code, stderr } = await rempart(...args);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toContain('Usage');
    }
  }, 30_000);

  it('ask --file answers every line in order over one connection', async () => {
    const file = join(folder, 'lines.ndjson');
    const lines = world().people.map((person) =>
      JSON.stringify({ ...person, domain: 'PHAR', careDate: '2026-11-20' }),
    );
    writeFileSync(
      file,
      `${[...lines, JSON.stringify({ ...world().people[0], domain: 'OPTI' })].join('\n')}\n`,
    );
    const { code, stdout } = await rempart('ask', '--file', file);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { code: string });
    expect(code).toBe(0);
    expect(answers.map((answer) => answer.code)).toEqual([
      ...DEMO_PEOPLE.map(({ expected }) => expected.PHAR ?? '101'),
      'domain-not-allowed',
    ]);
  }, 30_000);

  it('ledger verify proves the look-ups, from the database and from an export', async () => {
    const { code, stdout } = await rempart('ledger', 'verify', '--json');
    const result = JSON.parse(stdout) as { ok: boolean; entries: number; doors: number };
    expect(code).toBe(0);
    expect(result.ok).toBe(true);
    expect(result.doors).toBeGreaterThan(DEMO_PEOPLE.length);
    const to = join(folder, 'export');
    expect((await rempart('ledger', 'export', '--to', to)).code).toBe(0);
    const again = JSON.parse((await rempart('ledger', 'verify', '--from', to, '--json')).stdout) as {
      ok: boolean;
      entries: number;
    };
    expect(again.ok).toBe(true);
    expect(again.entries).toBeGreaterThanOrEqual(result.entries);
  }, 30_000);

  it('whoever has a card has it as a file, for its owner only; ask --card finds its holder, and says 301 for the lost one', async () => {
    for (const [i, { line, expected, cardRevoked }] of DEMO_PEOPLE.entries()) {
      const { cardFile, domains } = world().people[i] as { cardFile: string | null; domains: string[] };
      expect(cardFile !== null).toBe(line.card !== null);
      if (cardFile === null) continue;
      expect(statSync(cardFile).mode & 0o777).toBe(0o600);
      const { stdout } = await rempart('ask', '--card', cardFile, '--domain', domains[0] ?? '', '--json');
      const code = (JSON.parse(stdout) as { code: string }).code;
      expect([i, code]).toEqual([i, cardRevoked ? '301' : expected[domains[0] as 'PHAR']]);
    }
  }, 60_000);

  it('the insurers have lent their halves: somebody without card and number is found by the NIR', async () => {
    for (const person of ['0', '10', '11']) {
      const { stdout } = await rempart(
        ...['ask', '--person', person, '--identity-only', '--reason', 'EMERGENCY', '--json'],
      );
      expect([person, (JSON.parse(stdout) as { code: string }).code]).toEqual([person, '000']);
    }
  }, 30_000);

  it('a sign-in that is too old for that is made anew, once, and the asker hears of it', async () => {
    await keepOldSignIn();
    const ask = () =>
      rempart('ask', '--person', '0', '--identity-only', '--reason', 'CARD_FORGOTTEN', '--json');
    const first = await ask();
    expect((JSON.parse(first.stdout) as { code: string }).code).toBe('000');
    expect(first.stderr).toContain('fresh sign-in');
    expect((await ask()).stderr).not.toContain('fresh sign-in');
  }, 30_000);

  it.each([
    ['of an insurer with a process', '1'],
    ['of an insurer that is a key file', '13'],
  ])(
    'a card %s, revoked: 301 at once; the new one opens again',
    async (_, person) => {
      const fileOf = () => world().people[Number(person)]?.cardFile ?? '';
      const lost = join(folder, `lost-${person}.cbor`);
      copyFileSync(fileOf(), lost);
      const codeOf = async (file: string) =>
        (JSON.parse((await rempart('ask', '--card', file, '--json')).stdout) as { code: string }).code;
      expect(await codeOf(lost)).toBe('000');
      const revoked = await rempart('card', 'revoke', '--person', person, '--reason', 'LOST', '--json');
      expect([revoked.code, JSON.parse(revoked.stdout)]).toMatchObject([0, { published: true }]);
      expect(await codeOf(lost)).toBe('301');
      // What was said first stands.
      const again = await rempart('card', 'revoke', '--person', person, '--reason', 'STOLEN', '--json');
      expect(JSON.parse(again.stdout)).toEqual(JSON.parse(revoked.stdout));
      expect(JSON.parse(again.stdout)).toMatchObject({ reason: 'LOST', problem: null });
      expect(again.stderr).toContain('revoked before');
      const issued = await rempart('card', 'issue', '--person', person, '--json');
      expect([issued.code, issued.stderr]).toEqual([0, '']);
      expect(await codeOf(fileOf())).toBe('000');
      expect(await codeOf(lost)).toBe('301');
    },
    60_000,
  );

  it('a card whose feed is refused does not replace the old one, which goes on opening', async () => {
    const [person] = DEMO_PEOPLE;
    const file = world().people[0]?.cardFile ?? '';
    const before = readFileSync(file);
    const insurerFile = join(home, 'insurers', `${person?.amcNo}.json`);
    const access = readFileSync(insurerFile, 'utf8');
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
    writeFileSync(insurerFile, JSON.stringify({ ...JSON.parse(access), feedKey: other }));
    const refused = await rempart('card', 'issue', '--person', '0', '--json');
    writeFileSync(insurerFile, access);
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { code: 'feed-signature' }]);
    expect(readFileSync(file).equals(before)).toBe(true);
    const { stdout } = await rempart('ask', '--card', file, '--json');
    expect((JSON.parse(stdout) as { code: string }).code).toBe('000');
  }, 30_000);

  it('revoking a card that nobody issued prints a problem and exits 1', async () => {
    for (const insurer of ['0999000101', '0999000102']) {
      const { code, stdout } = await rempart(
        ...['card', 'revoke', '--handle', UNKNOWN_HANDLE, '--insurer', insurer, '--reason', 'LOST', '--json'],
      );
      expect([code, JSON.parse(stdout)]).toMatchObject([1, { code: 'card-unknown', status: 404 }]);
    }
  });

  it('card keys prints what the trust list names', async () => {
    const { code, stdout } = await rempart('card', 'keys', '--json');
    const { cards } = JSON.parse(stdout) as { cards: { kid: string }[] };
    const trust = JSON.parse(readFileSync(join(home, 'trust', 'trust.json'), 'utf8')) as {
      cards: { kid: string }[];
    };
    expect([code, cards.length]).toEqual([0, 2]);
    expect(trust.cards.map(({ kid }) => kid)).toEqual(expect.arrayContaining(cards.map(({ kid }) => kid)));
  });

  it('card issue --file has many signed, in order; a line that is wrong leaves no file', async () => {
    const requests = join(folder, 'requests.ndjson');
    const cards = join(folder, 'cards.ndjson');
    const line = (i: number) => ({
      ref: Buffer.alloc(16, i).toString('base64url'),
      birthDate: '19790614',
      birthRank: 1,
      convType: 'RP',
      csr: null,
      domains: [{ domain: 'PHAR', rule: 'R1' }],
      from: '2026-01-01',
      to: '2027-12-31',
    });
    const write = (lines: object[]) =>
      writeFileSync(requests, lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
    write([{ ...line(1), name: 'X' }]);
    const refused = await rempart('card', 'issue', '--file', requests, '--out', cards, '--json');
    expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { code: 'invalid' }]);
    expect(existsSync(cards)).toBe(false);
    const lines = Array.from({ length: 1_200 }, (_, i) => line(i % 250));
    write(lines);
    expect((await rempart('card', 'issue', '--file', requests, '--out', cards)).code).toBe(0);
    const issued = readFileSync(cards, 'utf8')
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one) as { ref: string; handle: string });
    expect(issued.map(({ ref }) => ref)).toEqual(lines.map(({ ref }) => ref));
    expect(new Set(issued.map(({ handle }) => handle)).size).toBe(1_200);

    // The first of them on paper.
    const [few, holders, sheets] = ['few', 'holders', 'sheets'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(few, `${readFileSync(cards, 'utf8').split('\n').slice(0, 3).join('\n')}\n`);
    const holder = { name: 'Assurée', memberNo: null, responsible: true };
    writeFileSync(
      holders,
      lines
        .slice(0, 3)
        .map(({ ref }) => `${JSON.stringify({ ref, ...holder })}\n`)
        .join(''),
    );
    const print = [
      '--file',
      few,
      '--holders',
      holders,
      '--insurer',
      'Mutuelle des Tilleuls',
      '--out',
      sheets,
    ];
    expect((await rempart('card', 'print', ...print, '--per-file', '2')).code).toBe(0);
    expect(readdirSync(sheets)).toHaveLength(2);
  }, 30_000);

  it('a killed vault is started again and answers go on; a stopped one gives 503 disconnected', async () => {
    const pid = vaultPid(demo);
    process.kill(pid, 'SIGSTOP');
    const stopped = await rempart('ask', '--person', '0', '--json');
    expect(JSON.parse(stopped.stdout)).toMatchObject({ status: 503, code: 'disconnected' });
    process.kill(pid, 'SIGCONT');
    await expect.poll(async () => (await rempart('ask', '--person', '0')).code, { timeout: 10_000 }).toBe(0);
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await rempart('ask', '--person', '0')).code, { timeout: 10_000 }).toBe(0);
    // The stopped vault opened a door when it went on, and nobody was there for the reply: it is entered all the same.
    const verified = await rempart('ledger', 'verify');
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('"ok": true')]);
  }, 60_000);

  it('a locked vault gives 503 disconnected until two different people unlock it', async () => {
    expect((await rempart('vault', 'lock', '--by', 'sophie')).code).toBe(0);
    expect(JSON.parse((await rempart('ask', '--person', '0', '--json')).stdout)).toMatchObject({
      status: 503,
      code: 'disconnected',
    });
    expect((await rempart('vault', 'unlock', '--by', 'sophie', '--and', 'sophie')).code).toBe(1);
    expect((await rempart('vault', 'unlock', '--by', 'sophie', '--and', 'theo')).code).toBe(0);
    expect((await rempart('ask', '--person', '0')).code).toBe(0);
  }, 30_000);
});

describe('stopping and starting again', () => {
  it('SIGINT to the group ends everything within 3 s, and no file but the allowed ones holds a person', async () => {
    const startedAt = performance.now();
    signalGroup(demo, 'SIGINT');
    await demo.ended;
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(() => signalGroup(demo, 0 as unknown as NodeJS.Signals)).toThrow(); // nothing of the group is left
    const allowed = (path: string) =>
      path === 'demo.json' || (path.endsWith('.ndjson') && path.startsWith('insurers/'));
    expect(await filesWith(home, forbiddenTexts(), allowed)).toEqual([]);
  }, 60_000);

  it('what everybody is told can be said while nothing runs, and is served at the same address afterwards', async () => {
    const { status } = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8')) as { status: string };
    await expect(fetch(status)).rejects.toThrow();
    const told = await rempart('status', 'set', '--state', 'closed', '--next-update', '23:59', '--json');
    expect([told.code, JSON.parse(told.stdout)]).toMatchObject([0, { log: { entries: 1 } }]);
    demo = await startDemo();
    expect(await (await fetch(status)).text()).toContain('Le contrôle des droits est coupé');
    expect((await rempart('status', 'resolve')).code).toBe(0);
    expect(await (await fetch(status)).text()).toContain('Tout fonctionne.');
    signalGroup(demo, 'SIGINT');
    await demo.ended;
  }, 40_000);

  it('a second start is quick and keeps the data', async () => {
    const startedAt = performance.now();
    demo = await startDemo();
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(JSON.parse((await rempart('ask', '--person', '0', '--json')).stdout)).toMatchObject({
      code: '000',
    });
    expect((await rempart('ledger', 'verify')).code).toBe(0);
    // Cards and their doors are kept, the lost one stays lost, and halves are lent again.
    const card = (i: number) => rempart('ask', '--card', world().people[i]?.cardFile ?? '', '--json');
    expect(JSON.parse((await card(0)).stdout)).toMatchObject({ code: '000' });
    expect(JSON.parse((await card(14)).stdout)).toMatchObject({ code: '301' });
    const byNir = await rempart(
      ...['ask', '--person', '0', '--identity-only', '--reason', 'EMERGENCY', '--json'],
    );
    expect(JSON.parse(byNir.stdout)).toMatchObject({ code: '000' });
  }, 40_000);

  it('SIGKILL of the group leaves nothing that hinders the next start', async () => {
    signalGroup(demo, 'SIGKILL');
    await demo.ended;
    demo = await startDemo();
    expect((await rempart('ask', '--person', '0')).code).toBe(0);
    const verified = await rempart('ledger', 'verify');
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('"ok": true')]);
  }, 60_000);

  it('a busy port is said in one sentence with the way out', async () => {
    signalGroup(demo, 'SIGINT');
    await demo.ended;
    const blocker = createServer().listen(0, 'localhost');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const { port } = blocker.address() as { port: number };
    await expect(startDemo(String(port))).rejects.toThrow(/port \d+ is already in use.*npm start -- --port/s);
    blocker.close();
    demo = await startDemo();
  }, 60_000);
});

/** The vault's process: the child of the demo whose command line says so. */
function vaultPid(running: Demo): number {
  const children = readFileSync(`/proc/${running.child.pid}/task/${running.child.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  const vault = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('serve\0vault'));
  if (!vault) throw new Error('the demo has no vault process');
  return Number(vault);
}
