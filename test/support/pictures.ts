// Pictures for the tests of the code reader: drawn modules turned, blurred, made noisy, shrunk and put into scenes, all
// from a seed. Greyscale, written as PNG by hand, so that the reader meets a file as from a camera or a screenshot.

import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Greyscale, row by row, 0 (black) to 255. */
export type Picture = {
  readonly width: number;
  readonly height: number;
  readonly at: (x: number, y: number) => number;
};

const WHITE = 255;

/** The pixels of a square PNG of one bit a pixel, as `drawPng` writes it. */
export function pictureOf(png: Buffer): Picture {
  const side = png.readUInt32BE(16);
  const length = png.readUInt32BE(33);
  const rows = inflateSync(png.subarray(41, 41 + length));
  const rowBytes = 1 + Math.ceil(side / 8);
  const inside = (v: number) => v >= 0 && v < side;
  return {
    width: side,
    height: side,
    at: (x, y) =>
      inside(x) && inside(y) && ((rows[y * rowBytes + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0
        ? 0
        : WHITE,
  };
}

/** A small repeatable generator (mulberry32): tests that fail must fail again. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Between the four nearest pixels, as a lens does. */
function between(picture: Picture, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [dx, dy] = [x - left, y - top];
  const row = (at: number) => picture.at(left, at) * (1 - dx) + picture.at(left + 1, at) * dx;
  return row(top) * (1 - dy) + row(top + 1) * dy;
}

/** Turned about its middle; the canvas grows so that nothing is cut off. */
export function turned(picture: Picture, degrees: number): Picture {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const side = Math.ceil(Math.hypot(picture.width, picture.height)) + 8;
  const [cx, cy, middle] = [(picture.width - 1) / 2, (picture.height - 1) / 2, (side - 1) / 2];
  return {
    width: side,
    height: side,
    at: (x, y) => {
      const [dx, dy] = [x - middle, y - middle];
      return between(picture, cx + dx * cos + dy * sin, cy - dx * sin + dy * cos);
    },
  };
}

/** As seen from one side: what is far away is smaller. `depth`: 0 is straight from above; the canvas stays. */
export function tilted(picture: Picture, depth: { x: number; y: number }): Picture {
  const { width, height } = picture;
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const grow = 1 + (Math.abs(depth.x) + Math.abs(depth.y)) / 2;
  return {
    width,
    height,
    at: (x, y) => {
      const [dx, dy] = [(x - cx) * grow, (y - cy) * grow];
      const near = 1 - (depth.x * dx) / width - (depth.y * dy) / height;
      return near <= 0 ? WHITE : between(picture, cx + dx / near, cy + dy / near);
    },
  };
}

/** Shrunk by averaging, as a camera's sensor does; `factor` below 1. */
export function shrunk(picture: Picture, factor: number): Picture {
  const step = 1 / factor;
  const samples = 4;
  return {
    width: Math.floor(picture.width * factor),
    height: Math.floor(picture.height * factor),
    at: (x, y) => {
      let sum = 0;
      for (let i = 0; i < samples; i += 1) {
        for (let j = 0; j < samples; j += 1) {
          sum += picture.at(
            Math.floor((x + (i + 0.5) / samples) * step),
            Math.floor((y + (j + 0.5) / samples) * step),
          );
        }
      }
      return sum / samples ** 2;
    },
  };
}

/** Each pixel once: what is random must not change when it is asked again. */
export function settled(picture: Picture): Picture {
  const { width, height } = picture;
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      pixels[y * width + x] = Math.max(0, Math.min(WHITE, Math.round(picture.at(x, y))));
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  return { width, height, at: (x, y) => (inside(x, y) ? (pixels[y * width + x] ?? WHITE) : WHITE) };
}

export function saltAndPepper(picture: Picture, share: number, seed: number): Picture {
  const next = seeded(seed);
  return settled({
    ...picture,
    at: (x, y) => (next() < share ? (next() < 0.5 ? 0 : WHITE) : picture.at(x, y)),
  });
}

export function gaussian(picture: Picture, deviation: number, seed: number): Picture {
  const next = seeded(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return settled({ ...picture, at: (x, y) => picture.at(x, y) + deviation * normal() });
}

/** Black and white become two greys, perhaps the other way round. */
export const contrast = (picture: Picture, dark: number, light: number): Picture => ({
  ...picture,
  at: (x, y) => dark + ((light - dark) * picture.at(x, y)) / WHITE,
});

/** Light falls from one side. */
export const lit = (picture: Picture, least: number): Picture => ({
  ...picture,
  at: (x, y) => picture.at(x, y) * (least + ((1 - least) * (x + y)) / (picture.width + picture.height)),
});

/** The rows from `top` on. */
export const rowsOf = (picture: Picture, { top, height }: { top: number; height: number }): Picture => ({
  width: picture.width,
  height,
  at: (x, y) => (y < 0 || y >= height ? WHITE : picture.at(x, y + top)),
});

/** Parts laid on a ground of this size, which `ground` paints. */
export function scene(
  size: { width: number; height: number },
  ground: (x: number, y: number) => number,
  parts: readonly { picture: Picture; x: number; y: number }[],
): Picture {
  return {
    ...size,
    at: (x, y) => {
      for (const part of parts) {
        const [px, py] = [x - part.x, y - part.y];
        if (px >= 0 && py >= 0 && px < part.picture.width && py < part.picture.height)
          return part.picture.at(px, py);
      }
      return ground(x, y);
    },
  };
}

/** As a file: greyscale, eight bits a pixel. */
export function pngFile(picture: Picture): Buffer {
  const { width, height } = picture;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      rows[y * (width + 1) + 1 + x] = Math.max(0, Math.min(WHITE, Math.round(picture.at(x, y))));
  return pngWith(width, height, deflateSync(rows, { level: 1 }));
}

/** Its header may claim another size than its content has. */
export function pngWith(width: number, height: number, content: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const start = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', content),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
