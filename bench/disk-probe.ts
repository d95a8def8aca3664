// What the disk does meanwhile: a small write made durable a few times a second, beside the load. Two such waits are in
// every check (the vault's journal, the ledger), so a latency is read together with these.

import { open } from 'node:fs/promises';
import { join } from 'node:path';

const EVERY_MS = 40;

export class DiskProbe {
  #running = true;
  readonly #waits: Promise<number[]>;

  constructor(folder: string) {
    this.#waits = this.#run(join(folder, 'disk-probe'));
  }

  /** Milliseconds of each fdatasync so far. */
  stop(): Promise<number[]> {
    this.#running = false;
    return this.#waits;
  }

  async #run(path: string): Promise<number[]> {
    const file = await open(path, 'w', 0o600);
    const block = Buffer.alloc(4_096);
    const waits: number[] = [];
    while (this.#running) {
      const startedAt = performance.now();
      await file.write(block, 0, block.length, 0);
      await file.datasync();
      waits.push(performance.now() - startedAt);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    await file.close();
    return waits;
  }
}
