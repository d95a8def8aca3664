// Certificate and key of a listener for people; null in the demo, where it is plain http on localhost.

import { readFile } from 'node:fs/promises';

export async function readPageTls(
  tls: { certFile: string; keyFile: string } | null,
): Promise<{ cert: string; key: string } | null> {
  if (tls === null) return null;
  const [cert, key] = await Promise.all([readFile(tls.certFile, 'utf8'), readFile(tls.keyFile, 'utf8')]);
  return { cert, key };
}
