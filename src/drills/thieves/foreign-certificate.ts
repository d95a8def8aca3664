// A client certificate of an authority nobody trusts: what a thief can make for himself.

import { readFile } from 'node:fs/promises';
import { createDemoCa, issueCertificate } from '../../demo/certificates.ts';
import type { DemoPaths } from '../../demo/paths.ts';
import { systemClock } from '../../lib/clock.ts';

/** `ca`: the platform's own, which anybody can see. */
export async function foreignCertificate(
  paths: DemoPaths,
): Promise<{ ca: Buffer; foreign: { cert: string; key: string } }> {
  const now = new Date(systemClock.nowMs()); // TLS goes by the machine's own time
  const own = await createDemoCa({ now });
  const { certPem, keyPem } = await issueCertificate(own, { now, kind: 'client', commonName: 'Officine' });
  return { ca: await readFile(paths.ca), foreign: { cert: certPem, key: keyPem } };
}
