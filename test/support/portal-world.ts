// The professional's portal as a browser meets it: a whole platform with the demo's people, built pages, the simulator
// of Pro Santé Connect.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { demoFeedLines } from '../../src/demo/demo-people.ts';
import { DEMO_INSURERS } from '../../src/demo/insurers.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createTestWorld, type TestWorld } from './world.ts';

export async function createPortalWorld(options: { clock?: Clock } = {}): Promise<TestWorld> {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build-web.js')], {
    stdio: 'pipe',
  });
  const world = await createTestWorld({ ...options, simulator: true });
  for (const { amcNo } of DEMO_INSURERS) await world.publish(amcNo, demoFeedLines(amcNo));
  return world;
}
