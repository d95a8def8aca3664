// Reads something of the console's once when a screen opens, and again on request.

import { useLoadFrom } from '../shared/use-load.ts';
import { useConsole } from './console.tsx';

export const useLoad = <T>(path: string | null) => useLoadFrom<T>(useConsole().call, path);
