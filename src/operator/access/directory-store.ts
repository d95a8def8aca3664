// Port of the directory: certificates that are enrolled and not revoked, routes, insurers. One consistent read.

import type { Route } from '../../core/routing.ts';
import type { Caller } from '../../http/route.ts';
import type { Insurer } from './directory.ts';

export interface DirectoryStore {
  load(): Promise<{ callers: Caller[]; routes: Route[]; insurers: Insurer[] }>;
}
