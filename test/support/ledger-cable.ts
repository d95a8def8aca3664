// The cable between an operator and its database: it can hold back what the database says, and be pulled out.

import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Cable {
  readonly #server: Server;
  #port = 0;
  readonly #ends = new Set<{ client: Socket; database: Socket }>();

  private constructor(databasePort: number) {
    this.#server = createServer((client) => {
      const database = connect(databasePort, '127.0.0.1');
      const ends = { client, database };
      this.#ends.add(ends);
      client.pipe(database);
      database.pipe(client);
      for (const socket of [client, database]) {
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          this.#ends.delete(ends);
          client.destroy();
          database.destroy();
        });
      }
    });
  }

  /** On a free port, or on one that an earlier cable had. */
  static async lay(databasePort: number, port = 0): Promise<Cable> {
    const cable = new Cable(databasePort);
    await new Promise<void>((resolve) => cable.#server.listen(port, '127.0.0.1', resolve));
    cable.#port = (cable.#server.address() as AddressInfo).port;
    return cable;
  }

  get port(): number {
    return this.#port;
  }

  /** The database hears everything and does it; its answers do not arrive any more. */
  holdAnswers(): void {
    for (const { client, database } of this.#ends) database.unpipe(client);
  }

  /** Every connection ends at once, as when the machine at the other end has lost its memory (TCP reset). */
  reset(): void {
    for (const { client } of this.#ends) client.resetAndDestroy();
  }

  /** Nobody is there any more. */
  async cut(): Promise<void> {
    this.reset();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
