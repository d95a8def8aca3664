// Publishes the demo people as their insurers would: a signed feed file, sent through the command line's own code.
// A second start finds them published and sends nothing, unless their cards are new.

import { feedCommand } from '../cli/feed.ts';
import type { CliIo } from '../cli/io.ts';
import { type OperatorClient, openOperatorClient } from '../cli/operator-client.ts';
import { systemClock } from '../lib/clock.ts';
import { demoFeedLines, type IssuedHandles } from './demo-people.ts';
import { blocksOfLines, writeFeedFile } from './feed-file.ts';
import { readJson } from './files.ts';
import { DEMO_INSURERS } from './insurers.ts';
import type { DemoPaths } from './paths.ts';

/** `said`: what the feed command printed, its problem document. */
export class FeedRefused extends Error {
  readonly problem: Record<string, unknown>;
  constructor(amcNo: string, said: string) {
    super(`the demo feed of ${amcNo} was refused: ${said}`);
    const [first = ''] = said.split('\n');
    this.problem = first.startsWith('{')
      ? (JSON.parse(first) as Record<string, unknown>)
      : { type: 'urn:rempart:problem:feed', title: this.message, code: 'feed' };
  }
}

type InsurerFile = { ca: string; persons: { cert: string; key: string }[] };

export async function publishDemoFeeds(
  paths: DemoPaths,
  operatorUrl: string,
  { issued, again }: { issued: IssuedHandles; again: boolean },
): Promise<void> {
  for (const { amcNo } of DEMO_INSURERS) {
    if (again || (await nextSeq(paths, operatorUrl, amcNo)) === 1)
      await publishDemoFeed(paths, amcNo, issued);
  }
}

async function nextSeq(paths: DemoPaths, operatorUrl: string, amcNo: string): Promise<number> {
  const client = await insurerClient(paths, operatorUrl, amcNo);
  const { body } = await client.send('GET', '/v1/feeds');
  client.close();
  return Number(body['nextSeq']);
}

/** The first person of that insurer at the operator. */
export async function insurerClient(
  paths: DemoPaths,
  operatorUrl: string,
  amcNo: string,
): Promise<OperatorClient> {
  const { ca, persons } = await readJson<InsurerFile>(paths.insurer(amcNo));
  const [sender] = persons;
  if (!sender) throw new Error('the demo insurer has nobody to send its feed');
  return openOperatorClient(operatorUrl, { ca, ...sender });
}

/** A full feed of one insurer's demo people, under its next number. */
export async function publishDemoFeed(paths: DemoPaths, amcNo: string, issued: IssuedHandles): Promise<void> {
  const lines = demoFeedLines(amcNo, issued);
  const file = paths.feed(amcNo);
  await writeFeedFile({ file, insurer: amcNo, count: lines.length, blocks: blocksOfLines(lines) });
  let said = '';
  const io: CliIo = {
    stdout: (text) => {
      said += text;
    },
    stderr: () => undefined,
    json: true,
    now: () => systemClock.nowMs(),
  };
  const code = await feedCommand(['import', file, '--insurer', amcNo], io);
  if (code !== 0) throw new FeedRefused(amcNo, said);
}
