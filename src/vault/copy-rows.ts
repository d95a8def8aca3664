// PURE. Rows in PostgreSQL's binary COPY format, written into one growing buffer: field count, then each field as
// length and bytes (https://www.postgresql.org/docs/18/sql-copy.html). Knows nothing of what the fields mean.
// Must never be given a value that may not be stored: what is written here goes to the database as it is.

const NULL = -1;
/** Room asked for before a row is begun, so that the writers below need not check: every field but `sealed` is short. */
const SHORT_ROW_BYTES = 256;

export class CopyRows {
  /** The rows so far are its first `length` bytes. `ensure` may replace it: look it up after, not before. */
  buffer: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(capacity, 4096));
  }

  get rows(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  /** `bytes` is what the row holds beside its short fields. */
  beginRow(fields: number, bytes: number): void {
    this.#ensure(SHORT_ROW_BYTES + bytes);
    this.length = this.buffer.writeInt16BE(fields, this.length);
  }

  null(): void {
    this.length = this.buffer.writeInt32BE(NULL, this.length);
  }

  int2(value: number): void {
    this.#begin(2);
    this.length = this.buffer.writeInt16BE(value, this.length);
  }

  int4(value: number): void {
    this.#begin(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  int8(value: bigint): void {
    this.#begin(8);
    this.length = this.buffer.writeBigInt64BE(value, this.length);
  }

  int4OrNull(value: number | null): void {
    if (value === null) this.null();
    else this.int4(value);
  }

  uuid(bytes: Uint8Array): void {
    this.#begin(16);
    this.buffer.set(bytes, this.length);
    this.length += 16;
  }

  /** A uuid given as 22 base64url characters. */
  uuidOfBase64url(text: string): void {
    this.#begin(16);
    this.buffer.write(text, this.length, 16, 'base64url');
    this.length += 16;
  }

  /** Announces `bytes` bytes and returns where the caller writes them. */
  reserve(bytes: number): number {
    this.#begin(bytes);
    const at = this.length;
    this.length += bytes;
    return at;
  }

  #begin(bytes: number): void {
    this.length = this.buffer.writeInt32BE(bytes, this.length);
  }

  #ensure(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}
