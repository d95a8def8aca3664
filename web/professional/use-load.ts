// Reads something of the portal's once when a screen opens, and again on request.

import { useLoadFrom } from '../shared/use-load.ts';
import { usePortal } from './session.tsx';

export const useLoad = <T>(path: string) => useLoadFrom<T>(usePortal().call, path);
