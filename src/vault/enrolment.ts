// Whom the vault believes: clients and the sites they serve, professionals and where they work, Pro Santé Connect's
// keys, feed keys of insurers, staff keys, where the portal is. A file that the operator process cannot write (another uid in production),
// so a taken-over operator can enrol nobody.

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** The file's shape. Thumbprints are base64url SHA-256 of the certificate (RFC 8705). */
export type EnrolmentFile = {
  /** A vendor's client may serve many structures. */
  clients: { thumbprint: string; client: string; structures: string[] }[];
  /** `id`: national number of the professional (IDNPS); an account is this person at one structure. */
  professionals: { id: string; activities: { account: string; structure: string; profession: string }[] }[];
  /** Whose sign-ins count: exact issuer, client ids at Pro Santé Connect, its pinned public keys (RS256). */
  psc: { issuer: string; clients: string[]; keys: (JsonWebKey & { kid: string })[] };
  /** `exercise`: its members are all fictitious (tests of software and load); no line about anybody else is sealed. */
  insurers: { amcNo: string; feedKeys: JsonWebKey[]; exercise?: boolean }[];
  staff: { id: string; key: JsonWebKey }[];
  /** Public key (JWK, P-256) of the trust root, which signs the list of card keys. Without it no card is accepted. */
  trustRoot?: JsonWebKey;
  /** Where passkeys are made and used (WebAuthn): the portal's exact origin and its RP ID. Without it there are none. */
  portal?: { origin: string; rpId: string };
};

export type EnrolledClient = EnrolmentFile['clients'][number];
export type EnrolledActivity = EnrolmentFile['professionals'][number]['activities'][number];
export type TrustedPsc = EnrolmentFile['psc'];
/** A professional's word about a client of their own structure, as the journal keeps it. */
export type ClientChange = { thumbprint: string; client: string; structure: string; enrolled: boolean };
export type EnrolledPortal = NonNullable<EnrolmentFile['portal']>;

export class Enrolment {
  readonly #path: string;
  #version = '';
  /** Those of the file, with what professionals have changed since. */
  #clients = new Map<string, EnrolledClient>();
  #fromFile = new Map<string, EnrolledClient>();
  /** By thumbprint and structure: the last word of somebody who works there. It outlives a new file. */
  readonly #changes = new Map<string, ClientChange>();
  #professionals = new Map<string, readonly EnrolledActivity[]>();
  #accounts = new Map<string, EnrolledActivity & { professional: string }>();
  #portal: EnrolledPortal | null = null;
  #trustRoot: JsonWebKey | null = null;
  #psc: TrustedPsc = { issuer: '', clients: [], keys: [] };
  #feedKeys = new Map<string, KeyObject[]>();
  #exercises: ReadonlySet<string> = new Set();
  #staff = new Map<string, KeyObject>();

  private constructor(path: string) {
    this.#path = path;
  }

  static async open(path: string): Promise<Enrolment> {
    const enrolment = new Enrolment(path);
    await enrolment.refresh();
    return enrolment;
  }

  /** Reads the file again when it has changed. A file that cannot be read leaves the last good state and throws. */
  async refresh(): Promise<void> {
    const { ino, size, mtimeMs, ctimeMs } = await stat(this.#path);
    const version = [ino, size, mtimeMs, ctimeMs].join(' '); // two changes may fall into one tick of the file's clock
    if (version === this.#version) return;
    const file = JSON.parse(await readFile(this.#path, 'utf8')) as EnrolmentFile;
    const key = (jwk: JsonWebKey) => createPublicKey({ key: jwk, format: 'jwk' });
    refuseIncomplete(file);
    const clients = new Map(file.clients.map((one) => [one.thumbprint, one]));
    const professionals = new Map(file.professionals.map((one) => [one.id, one.activities]));
    const activities = file.professionals.flatMap((one) =>
      one.activities.map((activity) => ({ ...activity, professional: one.id })),
    );
    const accounts = new Map(activities.map((one) => [one.account, one]));
    if (file.trustRoot) key(file.trustRoot);
    const feedKeys = new Map(file.insurers.map((one) => [one.amcNo, one.feedKeys.map(key)]));
    const exercises = new Set(file.insurers.filter((one) => one.exercise === true).map((one) => one.amcNo));
    const staff = new Map(file.staff.map((one) => [one.id, key(one.key)]));
    // One account for two people would lend one of them the other's sites.
    if (accounts.size < activities.length || professionals.size < file.professionals.length) {
      throw new Error('the enrolment file names a professional or an account twice');
    }
    // Everything was understood: from here to the end nothing can fail, so no half of a file ever counts.
    this.#fromFile = clients;
    this.#clients = withChanges(clients, this.#changes.values());
    this.#professionals = professionals;
    this.#accounts = accounts;
    this.#portal = file.portal ?? null;
    this.#trustRoot = file.trustRoot ?? null;
    this.#psc = file.psc;
    this.#feedKeys = feedKeys;
    this.#exercises = exercises;
    this.#staff = staff;
    this.#version = version;
  }

  /** A structure's own professional enrols or revokes a client there; other structures' word is not touched. */
  change(change: ClientChange): void {
    this.#changes.set(`${change.thumbprint} ${change.structure}`, change);
    this.#clients = withChanges(this.#fromFile, this.#changes.values());
  }

  client(thumbprint: string): EnrolledClient | null {
    return this.#clients.get(thumbprint) ?? null;
  }

  /** What that professional (IDNPS) does at that structure; null when nobody enrolled it. */
  activityAt(professional: string, structure: string): EnrolledActivity | null {
    const activities = this.#professionals.get(professional) ?? [];
    return activities.find((one) => one.structure === structure) ?? null;
  }

  account(id: string): (EnrolledActivity & { professional: string }) | null {
    return this.#accounts.get(id) ?? null;
  }

  get portal(): EnrolledPortal | null {
    return this.#portal;
  }

  get trustRoot(): JsonWebKey | null {
    return this.#trustRoot;
  }

  /** The same object until the file changes. */
  get psc(): TrustedPsc {
    return this.#psc;
  }

  /** Empty for an insurer nobody enrolled. */
  feedKeys(amcNo: string): readonly KeyObject[] {
    return this.#feedKeys.get(amcNo) ?? [];
  }

  hasInsurer(amcNo: string): boolean {
    return this.#feedKeys.has(amcNo);
  }

  /** Has this insurer fictitious members only? */
  isExercise(amcNo: string): boolean {
    return this.#exercises.has(amcNo);
  }

  staffKey(id: string): KeyObject | null {
    return this.#staff.get(id) ?? null;
  }
}

function withChanges(
  file: ReadonlyMap<string, EnrolledClient>,
  changes: Iterable<ClientChange>,
): Map<string, EnrolledClient> {
  const clients = new Map(file);
  for (const { thumbprint, client, structure, enrolled } of changes) {
    const known = clients.get(thumbprint) ?? { thumbprint, client, structures: [] };
    const others = known.structures.filter((one) => one !== structure);
    const structures = enrolled ? [...others, structure] : others;
    if (structures.length > 0) clients.set(thumbprint, { ...known, structures });
    else clients.delete(thumbprint);
  }
  return clients;
}

/** Says what is missing, so that whoever wrote the file knows; a file of before there were tokens is refused in words. */
function refuseIncomplete(file: EnrolmentFile): void {
  const lists = ['clients', 'professionals', 'insurers', 'staff'] as const;
  const missing: string[] = lists.filter((name) => !Array.isArray(file[name]));
  if (
    typeof file.psc?.issuer !== 'string' ||
    !Array.isArray(file.psc.clients) ||
    !Array.isArray(file.psc.keys)
  ) {
    missing.push('psc');
  }
  if (missing.length > 0) throw new Error(`the enrolment file lacks ${missing.join(', ')}`);
  if (!file.clients.every(({ structures }) => Array.isArray(structures))) {
    throw new Error('a client of the enrolment file lacks structures');
  }
  if (!file.professionals.every(({ activities }) => Array.isArray(activities))) {
    throw new Error('a professional of the enrolment file lacks activities');
  }
  if (file.portal && !isPortal(file.portal)) {
    throw new Error('the portal of the enrolment file is no origin with its own or a parent domain as RP ID');
  }
}

/** A browser would refuse any other pair, and nobody could sign in: better said where the file is written. */
function isPortal({ origin, rpId }: { origin: unknown; rpId: unknown }): boolean {
  if (typeof origin !== 'string' || typeof rpId !== 'string' || !URL.canParse(origin)) return false;
  const { origin: exact, hostname } = new URL(origin);
  return rpId !== '' && exact === origin && (hostname === rpId || hostname.endsWith(`.${rpId}`));
}
