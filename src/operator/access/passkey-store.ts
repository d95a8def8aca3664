// Port of professionals' passkeys. A row opens nothing without the authenticator that it names.

/** One at the counter, one in the safe; more would be lent. */
export const MOST_PASSKEYS = 2;

/** Times in milliseconds since 1970. `certificate`: the vault's word for it (JWT). */
export type PasskeyRow = {
  credentialId: string;
  professional: string;
  label: string;
  certificate: string;
  createdAtMs: number;
  lastUsedAtMs: number | null;
};

export interface PasskeyStore {
  /** Those that were not removed, oldest first. */
  of(professional: string): Promise<PasskeyRow[]>;
  find(credentialId: string): Promise<PasskeyRow | null>;
  /** Whose account this is (IDNPS). */
  professionalOf(account: string): Promise<string>;
  /** False when this person has two already. */
  add(passkey: Pick<PasskeyRow, 'credentialId' | 'professional' | 'label' | 'certificate'>): Promise<boolean>;
  touch(credentialId: string, atMs: number): Promise<void>;
  /** False when this person has no such passkey. */
  remove(professional: string, credentialId: string): Promise<boolean>;
}
