// The page's side of the thread that reads codes: started once, when it is first wanted.
// Must never start anything but our own file: its address is a constant of the build.

import type { ScanReply, ScanRequest } from './scan-worker.ts';
import workerUrl from './scan-worker.ts?worker&url';

/** `trusted-types` in src/http/pages.ts allows this name, for this one use. */
const POLICY = 'rempart-scan-worker';

type TrustedTypes = {
  createPolicy(
    name: string,
    rules: { createScriptURL(): string },
  ): { createScriptURL(given: string): string };
};

let worker: Worker | null = null;
let lastId = 0;
type Read = string[] | 'not-a-picture' | 'not-ready';
const waiting = new Map<number, (read: Read) => void>();

/** Whatever it is asked for, the policy gives the one address: it opens nothing else. */
function address(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return workerUrl;
  return trustedTypes.createPolicy(POLICY, { createScriptURL: () => workerUrl }).createScriptURL('');
}

let script: string | null = null;

function running(): Worker {
  if (worker) return worker;
  script ??= address(); // a policy of that name can be made once
  worker = new Worker(script, { type: 'module', name: 'codes' });
  worker.onmessage = ({ data }: MessageEvent<ScanReply>) => {
    waiting.get(data.id)?.(data.texts ?? 'not-a-picture');
    waiting.delete(data.id);
  };
  // It could not be loaded, or its memory is spent: whoever waits is told, and the next picture starts another.
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    for (const answer of waiting.values()) answer('not-ready');
    waiting.clear();
  };
  return worker;
}

/** The texts of all codes of a picture, or why it was not looked at. */
export function readCodes(picture: ScanRequest['picture']): Promise<Read> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    const given = picture !== null && 'close' in picture ? [picture] : [];
    running().postMessage({ id, picture } satisfies ScanRequest, given);
  });
}

/** So that the first scan does not wait for the reader. */
export const warmReader = (): Promise<unknown> => readCodes(null);
