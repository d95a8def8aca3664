// What a command needs to speak for an insurer: where the operator is, two persons' certificates, the feed key.
// Written by the demo beside demo.json, readable by its owner only.

import type { JsonWebKey } from 'node:crypto';
import { type AmcNo, parseAmcNo } from '../core/ids.ts';
import { readJsonIfThere } from '../demo/files.ts';
import type { DemoPaths } from '../demo/paths.ts';
import { currentPaths } from './demo-world.ts';
import { UsageError } from './usage.ts';

/** Paths of PEM files. */
type PersonFiles = { readonly cert: string; readonly key: string };

export type InsurerAccess = {
  readonly operatorUrl: string;
  readonly ca: string;
  /** Who sends. */
  readonly sender: PersonFiles;
  /** The second person, for closings beyond the limit; null when only one is enrolled here. */
  readonly approver: PersonFiles | null;
  /** Signs feeds in demo mode; null: the feed comes with its signature (FILE.jws). */
  readonly feedKeyJwk: JsonWebKey | null;
};

type InsurerFile = {
  operator: string;
  ca: string;
  persons: { person: string; cert: string; key: string }[];
  feedKey?: JsonWebKey;
};

/** Null when this demo does not know the insurer, or none is running here. */
export async function loadInsurerAccess(paths: DemoPaths, amcNo: AmcNo): Promise<InsurerAccess | null> {
  const file = await readJsonIfThere<InsurerFile>(paths.insurer(amcNo));
  const [sender, approver] = file?.persons ?? [];
  if (!file || !sender) return null;
  return {
    operatorUrl: file.operator,
    ca: file.ca,
    sender: { cert: sender.cert, key: sender.key },
    approver: approver ? { cert: approver.cert, key: approver.key } : null,
    feedKeyJwk: file.feedKey ?? null,
  };
}

/** What `--insurer AMC` names; throws UsageError when it names nobody here. */
export async function namedInsurer(option: unknown): Promise<InsurerAccess & { readonly amcNo: AmcNo }> {
  const amcNo = parseAmcNo(option);
  if (amcNo === null) throw new UsageError('--insurer must be an AMC number, 8 to 10 digits');
  const access = await loadInsurerAccess(currentPaths(), amcNo);
  if (access) return { amcNo, ...access };
  throw new UsageError(`no insurer ${amcNo} is known here: start the demo with \`npm start\` in this folder`);
}
