// What the commands know of the running demo: demo.json and the files beside it.

import { readEnv } from '../config/env.ts';
import { readJsonIfThere } from '../demo/files.ts';
import { type DemoPaths, demoPaths } from '../demo/paths.ts';

/** Somebody whose software asks: what `--as` may name. */
export type SoftwareAccount = {
  kind: 'software';
  id: string;
  professionalId: string;
  who: string;
  profession: string;
  structure: string;
  tls: { cert: string; key: string };
};

export type DemoWorld = {
  operator: string;
  console: string;
  /** The first insurer's own process. */
  insurer: string | null;
  database: string;
  insurers: { amcNo: string; name: string; convType: string; csr: string | null }[];
  people: {
    memberNo: string;
    nir: string;
    birthDate: string;
    birthRank: number;
    amcNo: string;
    domains: string[];
    cardFile: string | null;
  }[];
  accounts: (SoftwareAccount | { kind: 'portal' | 'staff'; id: string })[];
  tls: { ca: string; cert: string; key: string };
};

/** `.rempart` in the current folder, or the folder REMPART_DIR names. */
export function currentPaths(): DemoPaths {
  return demoPaths(readEnv()['REMPART_DIR'] || '.rempart');
}

/** The running demo; null when none is. */
export function readDemoWorld(paths: DemoPaths): Promise<DemoWorld | null> {
  return readJsonIfThere<DemoWorld>(paths.demo);
}

export const NO_DEMO =
  'No demo is running here: start it with `npm start` in this folder and wait until it says it is ready.\n';
