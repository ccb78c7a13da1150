import { afterAll, beforeAll, expect, test } from '@jest/globals';
import path from 'node:path';
import { leaseTimes } from '../../src/forwarding/lease/lease-stream.ts';
import { readForwardFile } from '../../src/forwarding/read-targets.ts';
import { openReceiver, type ReceivedRequest, type Receiver } from '../forwarding/receivers.ts';
import { askLedger } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { newPrefix } from '../support/eventstoredb-log.ts';
import { startEventStoreDb, type EventStoreDbServer } from '../support/eventstoredb-server.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { patientMs } from '../support/patience.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

/** Of the node in this process: it takes no lease over until the other one is killed, however late that renews it. */
const times = { ...leaseTimes, takenOverAfterMs: patientMs };

let server: EventStoreDbServer;
let folder: TemporaryFolder;
let receiver: Receiver;
let other: LedgerProcess;
let app: RunningApp;
beforeAll(async () => {
  folder = makeTemporaryFolder();
  server = await startEventStoreDb();
  let asked = 0;
  receiver = await openReceiver(() => ((asked += 1) % 3 === 0 ? 500 : 200));
});
afterAll(async () => {
  await app.close();
  await endLedger(other);
  await receiver.close();
  await server.close();
  folder.remove();
});

interface Target {
  readonly isActiveHere: boolean;
  readonly state: string;
  readonly lagEvents: number;
  readonly delivered: number;
}
const fields = '{ isActiveHere state lagEvents delivered }';
const targetOn = async (url: string) => {
  const { forwardTargets } = await askLedger<{ forwardTargets: Target[] }>(url, `{ forwardTargets ${fields} }`);
  return forwardTargets[0] ?? null;
};

const sequenceOf = ({ body }: ReceivedRequest) => (JSON.parse(body.toString()) as { sequence: string }).sequence;
const streamOf = (number: number) => `stream-${number % 7}`;
/** Numbers in the order in which they first arrived, by stream. */
const arrivedByStream = (requests: readonly ReceivedRequest[]) => {
  const byStream: Record<string, number[]> = {};
  for (const sequence of new Set(requests.map(sequenceOf))) {
    (byStream[streamOf(Number(sequence))] ??= []).push(Number(sequence));
  }
  return byStream;
};

test('two nodes, of which the one that forwards is killed: everything reaches the target, each stream in order; operators ask either', async () => {
  const prefix = newPrefix();
  const target = { name: 'one', url: receiver.url };
  other = startLedger(['serve'], {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'other'),
    LOG_LEVEL: 'info',
    FORWARD_ALLOW: 'loopback',
    EVENT_STORE_URL: server.url,
    EVENT_STORE_PREFIX: prefix,
    ROLES: 'query',
    FORWARD_TO: receiver.url,
  });
  const otherUrl = await other.url();
  await askUntil(
    () => targetOn(otherUrl),
    (one) => one?.isActiveHere === true,
  );
  const name = (await askLedger<{ forwardTargets: { name: string }[] }>(otherUrl, '{ forwardTargets { name } }'))
    .forwardTargets[0]?.name;
  const allowed = { loopback: true, private: false };
  const { targets } = readForwardFile(JSON.stringify({ targets: [{ ...target, name }] }), allowed);
  app = await startApp({
    eventStore: { kind: 'eventstoredb', url: server.url, prefix },
    forward: { targets, allowed },
    leaseTimes: times,
  });
  let sent = 0;
  const post = async (count: number) => {
    const last = sent + count;
    while (sent < last) {
      sent += 1;
      const body = pushBody({ sequence: String(sent), stream_id: streamOf(sent) });
      expect((await app.post(body)).status).toBe(200);
    }
  };
  const distinct = () => new Set(receiver.requests.map(sequenceOf)).size;

  await post(60);
  await receiver.arrived(() => distinct() === 60);
  const standby = await askUntil(
    () => targetOn(app.app.url),
    (one) => one !== null,
  );
  expect(standby).toMatchObject({ isActiveHere: false, delivered: 0 });
  const change = (mutation: string) => app.ask(`mutation { ${mutation}(target: "${name}") ${fields} }`);
  expect((await change('pauseForwarding')).data).toMatchObject({ pauseForwarding: { state: 'PAUSED' } });
  await askUntil(
    () => targetOn(otherUrl),
    (one) => one?.state === 'PAUSED',
  );
  await post(40);
  expect((await change('resumeForwarding')).errors).toBeUndefined();
  await receiver.arrived(() => distinct() > 70);
  other.kill('SIGKILL');
  await other.ended();
  times.takenOverAfterMs = leaseTimes.renewEveryMs;
  await post(40);
  await receiver.arrived(() => distinct() === 140);
  const { lagEvents, isActiveHere } = await askUntil(
    async () => (await targetOn(app.app.url)) ?? { lagEvents: 1, isActiveHere: false },
    (one) => one.lagEvents === 0,
  );
  expect({ lagEvents, isActiveHere }).toEqual({ lagEvents: 0, isActiveHere: true });
  const expected: Record<string, number[]> = {};
  for (let number = 1; number <= sent; number += 1) (expected[streamOf(number)] ??= []).push(number);
  expect(arrivedByStream(receiver.requests)).toEqual(expected);

  const before = receiver.requests.length;
  await app.ask(
    `mutation { replayForwarding(target: "${name}", from: { recordedAt: "2000-01-01T00:00:00Z" }) { name } }`,
  );
  await receiver.arrived(() => new Set(receiver.requests.slice(before).map(sequenceOf)).size === sent);
  expect(JSON.stringify(app.logLines)).toContain('this node forwards to a target from now on');
});
