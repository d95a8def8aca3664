// Where the demo keeps its files: one folder, removed with `npm run reset`.

import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type DemoPaths = ReturnType<typeof demoPaths>;

/** Unix socket paths are limited to 107 bytes. */
const LONGEST_SOCKET_PATH = 100;

/** `root` is `.rempart` in the current folder unless the environment says otherwise (REMPART_DIR). */
export function demoPaths(root: string) {
  const base = resolve(root);
  const short = createHash('sha256').update(base).digest('hex').slice(0, 16);
  const socketIn = (folder: string) => {
    const path = join(base, folder, 'vault.sock');
    const name = folder.replaceAll('/', '-');
    return path.length <= LONGEST_SOCKET_PATH ? path : join(tmpdir(), `rempart-${short}-${name}.sock`);
  };
  return {
    base,
    world: join(base, 'world.json'),
    demo: join(base, 'demo.json'),
    logs: join(base, 'logs'),
    postgres: join(base, 'postgres', 'data'),
    tls: join(base, 'tls'),
    ca: join(base, 'tls', 'ca.pem'),
    caKey: join(base, 'tls', 'ca-key.pem'),
    certificate: (name: string) => join(base, 'tls', `${name}.pem`),
    key: (name: string) => join(base, 'tls', `${name}-key.pem`),
    insurers: join(base, 'insurers'),
    insurer: (amcNo: string) => join(base, 'insurers', `${amcNo}.json`),
    feed: (amcNo: string) => join(base, 'insurers', `${amcNo}-demo-feed.ndjson`),
    staff: (id: string) => join(base, 'staff', `${id}.jwk.json`),
    psc: join(base, 'psc', 'simulator.json'),
    signIn: (account: string) => join(base, 'sign-in', `${account}.json`),
    trust: join(base, 'trust'),
    trustRoot: join(base, 'trust', 'root.jwk.json'),
    trustRootPublic: join(base, 'trust', 'root-public.jwk.json'),
    vault: join(base, 'vault'),
    keyring: join(base, 'vault', 'keyring.json'),
    enrolment: join(base, 'vault', 'enrolment.json'),
    journal: join(base, 'vault', 'journal'),
    socket: socketIn('vault'),
    /** Of the insurer whose own process the demo runs. */
    insurerVault: {
      keyring: join(base, 'insurer-vault', 'keyring.json'),
      enrolment: join(base, 'insurer-vault', 'enrolment.json'),
      journal: join(base, 'insurer-vault', 'journal'),
      socket: socketIn('insurer-vault'),
    },
    /** Of the insurers that are key files: what they issued and revoked. */
    issued: (amcNo: string) => join(base, 'insurers', `${amcNo}-cards.json`),
    /** Log and pages of the status page. */
    status: join(base, 'status'),
    cards: join(base, 'cards'),
    cardList: join(base, 'cards', 'cards.json'),
  };
}
