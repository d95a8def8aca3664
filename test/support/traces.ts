// Looks for people in files: every value of the demo world in every encoding a program might leave behind.

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DEMO_PEOPLE } from '../../src/demo/demo-people.ts';

/** Texts that must not occur: NIRs and member numbers, plain, spaced, hexadecimal, base64 at each offset, digests. */
export function forbiddenTexts(): string[] {
  const values = new Set<string>();
  for (const { line } of DEMO_PEOPLE) {
    values.add(line.memberNo);
    for (const nir of [line.beneficiary.nir, ...(line.beneficiary.alsoUnder ?? [])]) values.add(nir);
  }
  return [...values].flatMap(encodings);
}

function encodings(value: string): string[] {
  const utf16 = Buffer.from(value, 'utf16le').toString('latin1');
  const hex = Buffer.from(value).toString('hex');
  const digests = ['md5', 'sha1', 'sha256'].map((algorithm) => createHash(algorithm).update(value).digest());
  return [
    value,
    value.slice(0, 13), // a NIR without its key is as good as with it
    utf16,
    hex,
    hex.toUpperCase(),
    ...base64Forms(value),
    ...digests.flatMap((digest) => [
      digest.toString('hex'),
      digest.toString('base64url'),
      digest.toString('latin1'),
    ]),
  ];
}

/** Base64 depends on where the value stands in the text: the stable middle for each of the three offsets. */
function base64Forms(value: string): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.from('x'.repeat(offset) + value)
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : 4, -2);
  });
}

/** Files under `folder` that hold one of the texts, with the text's index; `skip` names files by relative path. */
export async function filesWith(
  folder: string,
  texts: readonly string[],
  skip: (path: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const path of await allFiles(folder)) {
    if (skip(relative(folder, path))) continue;
    const content = (await readFile(path)).toString('latin1');
    if (texts.some((text) => content.includes(text))) found.push(relative(folder, path));
  }
  return found;
}

async function allFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const nested = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => null); // sockets and files that vanish meanwhile
      if (facts?.isDirectory()) return allFiles(path);
      return facts?.isFile() ? [path] : [];
    }),
  );
  return nested.flat();
}
