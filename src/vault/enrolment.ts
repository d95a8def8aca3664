// Whom the vault believes: client certificates of structures, feed keys of insurers, staff keys. A file that the
// operator process cannot write (another uid in production), so a taken-over operator can enrol nobody.

import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** The file's shape. Thumbprints are base64url SHA-256 of the certificate (RFC 8705). */
export type EnrolmentFile = {
  clients: { thumbprint: string; client: string; account: string; structure: string; profession: string }[];
  insurers: { amcNo: string; feedKeys: JsonWebKey[] }[];
  staff: { id: string; key: JsonWebKey }[];
};

export type EnrolledClient = EnrolmentFile['clients'][number];

export class Enrolment {
  readonly #path: string;
  #version = '';
  #clients = new Map<string, EnrolledClient>();
  #feedKeys = new Map<string, KeyObject[]>();
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
    const clients = new Map(file.clients.map((one) => [one.thumbprint, one]));
    const feedKeys = new Map(file.insurers.map((one) => [one.amcNo, one.feedKeys.map(key)]));
    const staff = new Map(file.staff.map((one) => [one.id, key(one.key)]));
    this.#clients = clients;
    this.#feedKeys = feedKeys;
    this.#staff = staff;
    this.#version = version;
  }

  client(thumbprint: string): EnrolledClient | null {
    return this.#clients.get(thumbprint) ?? null;
  }

  /** Empty for an insurer nobody enrolled. */
  feedKeys(amcNo: string): readonly KeyObject[] {
    return this.#feedKeys.get(amcNo) ?? [];
  }

  hasInsurer(amcNo: string): boolean {
    return this.#feedKeys.has(amcNo);
  }

  staffKey(id: string): KeyObject | null {
    return this.#staff.get(id) ?? null;
  }
}
