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
  /** False for an insurer's certificate, one that was revoked altogether, or one known under another name. */
  enrol(software: {
    thumbprint: string;
    client: string;
    structure: string;
    account: string;
  }): Promise<boolean>;
  /** From now on it serves this structure no more; false when it did not anyway. */
  revoke(thumbprint: string, structure: string): Promise<boolean>;
}
