// CPU time and memory of this process and everything it started, read from /proc: what a rate costs.

import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux that Node runs on

type Process = { pid: number; parent: number; cpuSeconds: number };

function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0);
      return [{ pid: Number(name), parent: Number(fields[1]), cpuSeconds: ticks / TICKS_PER_SECOND }];
    } catch {
      return []; // it ended between the listing and the reading
    }
  });
}

/** This process and its descendants. */
export function tree(): Process[] {
  const all = processes();
  const found = new Set([process.pid]);
  for (let grown = true; grown; ) {
    const before = found.size;
    for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
    grown = found.size > before;
  }
  return all.filter(({ pid }) => found.has(pid));
}

/** Which part of the platform a process is. */
export type Part = 'operator' | 'vault' | 'postgres' | 'generator';

function partOf(pid: number): Part {
  if (pid === process.pid) return 'generator';
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  if (command.includes('serve\0operator')) return 'operator';
  return command.includes('serve\0vault') ? 'vault' : 'postgres';
}

/** Seconds of CPU used so far by this process and everything it started, by part; ended children included. */
export function cpuSecondsByPart(): Record<Part, number> {
  const seconds: Record<Part, number> = { operator: 0, vault: 0, postgres: 0, generator: 0 };
  for (const { pid, cpuSeconds: used } of tree()) {
    try {
      seconds[partOf(pid)] += used;
    } catch {
      // it ended between the listing and the reading
    }
  }
  return seconds;
}

export function cpuSeconds(): number {
  return Object.values(cpuSecondsByPart()).reduce((sum, used) => sum + used, 0);
}

/** Peak resident memory of the tree's processes in MiB, by what they are. */
export function peakMemoryMib(): { operator: number; vault: number; others: number } {
  const peak = { operator: 0, vault: 0, others: 0 };
  for (const { pid } of tree()) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const kib = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
      const name = command.includes('serve\0operator')
        ? 'operator'
        : command.includes('serve\0vault')
          ? 'vault'
          : 'others';
      peak[name] = Math.max(peak[name], Math.round(kib / 1024));
    } catch {
      // it ended between the listing and the reading
    }
  }
  return peak;
}
