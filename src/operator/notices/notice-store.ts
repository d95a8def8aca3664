// Port: notices as they wait for their insurer. Their content is sealed; order is by `seq`, which only grows.

import type { AmcNo } from '../../core/ids.ts';

export interface NoticeStore {
  /** The insurer's reference of that record (22 base64url characters), or null when it is gone. */
  subjectRef(recordId: string): Promise<string | null>;
  /** Durable when it resolves. One writer: a reader that has seen `seq` n will never miss a smaller one. */
  add(amcNo: AmcNo, notice: { at: string; sealed: Buffer }): Promise<void>;
  after(amcNo: AmcNo, page: { after: number; most: number }): Promise<{ seq: number; sealed: Buffer }[]>;
}
