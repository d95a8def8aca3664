// Port of the staff's papers: who they are, their codes, passkeys and sessions. Codes and cookies never come here, only
// their digests; nobody is listed.

/** `publicKey`: COSE, base64url. */
export type StaffPasskey = { id: string; publicKey: string; staff: string };

export type StaffSession = {
  idHash: string;
  staff: string;
  name: string;
  passkey: string;
  key: { x: string; y: string };
  openedAtMs: number;
  lastUsedAtMs: number;
  endsAtMs: number;
};

export type StaffEndReason = 'signed-out' | 'replaced' | 'nonce-replayed';

export type NewStaffSession = Omit<StaffSession, 'name' | 'openedAtMs'>;

export type NewStaffPasskey = { id: string; publicKey: string; label: string; atMs: number };

export interface StaffStore {
  /** Whose code this is: unused, not expired, of somebody who has not left. `passkeys`: ids of those they have. */
  ofCode(
    codeHash: string,
    nowMs: number,
  ): Promise<{ staff: string; name: string; passkeys: string[] } | null>;
  /**
   * Uses the code up and keeps the passkey, in one write. Null when the code was used, expired or never there: then
   * nothing was kept. False when that passkey is known already: then the code is still good.
   */
  register(
    codeHash: string,
    passkey: NewStaffPasskey,
  ): Promise<{ staff: string; createdBy: string } | null | false>;
  /** A passkey that was not revoked, of somebody who has not left. */
  passkey(id: string): Promise<StaffPasskey | null>;
  passkeysOf(staff: string): Promise<StaffPasskey[]>;
  /** Opens it and ends every other one of the same person. Gives the digests of those. */
  open(session: NewStaffSession): Promise<string[]>;
  /** The living session: not ended, its passkey not revoked, its person still here. */
  find(idHash: string): Promise<StaffSession | null>;
  whyEnded(idHash: string): Promise<StaffEndReason | null>;
  touch(idHash: string, atMs: number): Promise<void>;
  /** False when it had ended already. */
  end(idHash: string, because: StaffEndReason): Promise<boolean>;
}
