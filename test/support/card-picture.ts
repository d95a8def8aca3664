// Pictures of cards as a camera takes them: codes drawn with bwip-js, turned, small, with noise. Written as PNG, and as
// Y4M for Chromium's fake camera. The noise is the same every time.

import { crc32, deflateSync } from 'node:zlib';
import bwipjs from 'bwip-js/node';

export type Symbology = 'qrcode' | 'datamatrix';

export type Placed = {
  text: string;
  as: Symbology;
  /** Centre, in pixels. */
  x: number;
  y: number;
  /** Pixels of one module. */
  module: number;
  degrees?: number;
};

export type Picture = { width: number; height: number; grey: Uint8Array };

type Drawn = { pixs: number[]; pixx: number; pixy: number };
const drawn = new Map<string, Drawn>();

function symbolOf({ as, text }: Placed): Drawn {
  const name = `${as} ${text}`;
  const known = drawn.get(name);
  if (known) return known;
  const { raw } = bwipjs as unknown as { raw(options: object): Drawn[] };
  const [symbol] = raw({ bcid: as, text, ...(as === 'qrcode' ? { eclevel: 'M' } : {}) });
  if (!symbol) throw new Error('nothing was drawn');
  drawn.set(name, symbol);
  return symbol;
}

const PAPER = 232;
const INK = 38;
/** The quiet zone, in modules. */
const QUIET = 4;
const TABLE = 150;

/** Cards on a grey table. `noise`: how many shades a pixel may be off. */
export function pictureOf(size: { width: number; height: number }, placed: Placed[], noise = 0): Picture {
  const { width, height } = size;
  const grey = new Uint8Array(width * height).fill(TABLE);
  for (const one of placed) place({ width, height, grey }, one);
  let seed = 1_234_567;
  for (let i = 0; noise > 0 && i < grey.length; i += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const off = (seed / 2_147_483_648 - 0.5) * 2 * noise;
    grey[i] = Math.max(0, Math.min(255, (grey[i] ?? 0) + off));
  }
  return { width, height, grey };
}

/** `share` of the pixels black or white, as dust and reflections make them. */
export function salted({ width, height, grey }: Picture, share: number): Picture {
  const salt = Uint8Array.from(grey);
  let seed = 7_654_321;
  const next = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  for (let i = 0; i < salt.length; i += 1) {
    if (next() < share) salt[i] = next() < 0.5 ? 0 : 255;
  }
  return { width, height, grey: salt };
}

function place({ width, height, grey }: Picture, one: Placed): void {
  const { pixs, pixx, pixy } = symbolOf(one);
  const angle = ((one.degrees ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const half = (Math.max(pixx, pixy) / 2 + QUIET) * one.module * 1.5;
  for (let y = Math.max(0, Math.floor(one.y - half)); y < Math.min(height, one.y + half); y += 1) {
    for (let x = Math.max(0, Math.floor(one.x - half)); x < Math.min(width, one.x + half); x += 1) {
      const [dx, dy] = [x - one.x, y - one.y];
      const u = (dx * cos + dy * sin) / one.module + pixx / 2;
      const v = (dy * cos - dx * sin) / one.module + pixy / 2;
      if (u < -QUIET || v < -QUIET || u >= pixx + QUIET || v >= pixy + QUIET) continue;
      const isInside = u >= 0 && v >= 0 && u < pixx && v < pixy;
      grey[y * width + x] = isInside && pixs[Math.floor(v) * pixx + Math.floor(u)] === 1 ? INK : PAPER;
    }
  }
}

export function pngOf({ width, height, grey }: Picture): Buffer {
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    rows.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0], 8); // 8 bits of grey
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'ascii'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A film for `--use-file-for-fake-video-capture`, played over and over. */
export function filmOf(pictures: Picture[]): Buffer {
  const [first] = pictures;
  if (!first) throw new Error('a film needs a picture');
  const { width, height } = first;
  const colour = Buffer.alloc((width * height) / 2, 128);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F20:1 Ip A1:1 C420jpeg\n`);
  const frames = pictures.flatMap(({ grey }) => [Buffer.from('FRAME\n'), Buffer.from(grey), colour]);
  return Buffer.concat([head, ...frames]);
}
