// Port: the client certificates of one structure's software.

/** Times in milliseconds since 1970. `enrolledBy`: the person's name where the directory knows it. */
export type EnrolledSoftware = {
  thumbprint: string;
  client: string;
  enrolledAtMs: number;
  enrolledBy: string;
  revokedAtMs: number | null;
};

export interface SoftwareStore {
  /** All that ever served this structure, newest first. */
  of(structure: string): Promise<EnrolledSoftware[]>;
  /**
   * `refused`: an insurer's certificate, one that was revoked altogether, or one known under another name. `full`: the
   * structure has 50 already.
   */
  enrol(software: {
    thumbprint: string;
    client: string;
    structure: string;
    account: string;
  }): Promise<'enrolled' | 'refused' | 'full'>;
  /** From now on this certificate serves this structure no more. Gives its client; null when it never served it. */
  revoke(thumbprint: string, structure: string): Promise<string | null>;
}
