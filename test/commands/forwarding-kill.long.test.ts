import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { openReceiver, type Receiver, type ReceivedRequest } from '../forwarding/receivers.ts';
import { askLedger } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { loadContentType, loadUntilGone } from '../support/callback-load.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { reservePort, type ReservedPort } from '../support/reserved-port.ts';
import { parseSample } from '../support/samples.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const kills = 3;
const connections = 8;
const streams = 60;

let folder: TemporaryFolder;
let ledger: LedgerProcess | null = null;
let good: Receiver;
let bad: Receiver;
let reserved: ReservedPort | null = null;

beforeAll(() => {
  folder = makeTemporaryFolder();
});
afterAll(async () => {
  if (ledger !== null) await endLedger(ledger);
  await Promise.all([good.close(), bad.close()]);
  reserved?.release();
  folder.remove();
});

const push = parseSample('push');
const sequenceOf = ({ body }: ReceivedRequest) => (JSON.parse(body.toString()) as { sequence: string }).sequence;
const streamOf = (sequence: string) => `stream-${Number(BigInt(sequence) % BigInt(streams))}`;
const bodyOf = (sequence: string) => JSON.stringify({ ...push, sequence, stream_id: streamOf(sequence) });

/** Sequences in the order in which they were first taken, by stream. */
function takenOf(taken: readonly string[]): Record<string, string[]> {
  const byStream: Record<string, string[]> = {};
  for (const sequence of new Set(taken)) (byStream[streamOf(sequence)] ??= []).push(sequence);
  return byStream;
}

/** The record itself: every callback in the order of the log, by stream. */
async function recordedIn(url: string): Promise<Record<string, string[]>> {
  const sequences: string[] = [];
  let after: string | null = null;
  do {
    const page: {
      callbacks: { nodes: { body: { sequence: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    } = await askLedger(
      url,
      'query ($after: Cursor) { callbacks(first: 100, after: $after, orderBy: { field: RECORDED, direction: ASC }) { nodes { body } pageInfo { endCursor hasNextPage } } }',
      { after },
    );
    sequences.push(...page.callbacks.nodes.map(({ body }) => body.sequence));
    after = page.callbacks.pageInfo.hasNextPage ? page.callbacks.pageInfo.endCursor : null;
  } while (after !== null);
  return takenOf(sequences);
}

interface Status {
  readonly name: string;
  readonly lagEvents: number;
  readonly setAsideTotal: number;
}

test(`a target that fails a third of its answers, dies and comes back gets everything, over ${kills} SIGKILLs under load`, async () => {
  const [takenByGood, takenByBad]: [string[], string[]] = [[], []];
  good = await openReceiver((request) => {
    takenByGood.push(sequenceOf(request));
    return 200;
  });
  let asked = 0;
  const unreliable = (request: ReceivedRequest) => {
    asked += 1;
    if (asked % 3 === 0) return asked % 2 === 0 ? 500 : ('DESTROY' as const);
    takenByBad.push(sequenceOf(request));
    return 200;
  };
  bad = await openReceiver(unreliable);
  const file = path.join(folder.path, 'targets.json');
  const targets = [
    { name: 'good', url: good.url },
    { name: 'bad', url: bad.url },
  ];
  writeFileSync(file, JSON.stringify({ targets }));
  const start = async () => {
    ledger = startLedger(['serve'], {
      PORT: '0',
      DATA_DIR: path.join(folder.path, 'data'),
      LOG_LEVEL: 'error',
      FORWARD_FILE: file,
      FORWARD_ALLOW: 'loopback',
    });
    return ledger.url();
  };

  let sent = 0;
  const nextSequence = () => String(6_674_000_000_000_000_000n + BigInt(++sent));
  for (let kill = 0; kill < kills; kill += 1) {
    const url = await start();
    if (kill === 0) {
      await bad.close();
      reserved = await reservePort(bad.port);
    }
    if (kill === 1) bad = await openReceiver(unreliable, bad.port);
    const onAnswered = (count: number) => {
      if (count === 100 + kill * 37) ledger?.kill('SIGKILL');
    };
    await loadUntilGone({ url, connections, nextSequence, bodyOf, onAnswered });
    expect(await ledger?.ended()).toBeNull();
  }

  const url = await start();
  const { forwardTargets } = await askUntil(
    () => askLedger<{ forwardTargets: Status[] }>(url, '{ forwardTargets { name lagEvents setAsideTotal } }'),
    ({ forwardTargets: all }) => all.every(({ lagEvents }) => lagEvents === 0),
  );
  expect(forwardTargets).toMatchObject([{ setAsideTotal: 0 }, { setAsideTotal: 0 }]);
  const recorded = await recordedIn(url);
  expect(Object.values(recorded).flat().length).toBeGreaterThan(kills * 100);
  expect(takenOf(takenByGood)).toEqual(recorded);
  expect(takenOf(takenByBad)).toEqual(recorded);
  expect(new Set(good.requests.map(({ headers }) => headers['content-type']))).toEqual(new Set([loadContentType]));
});
