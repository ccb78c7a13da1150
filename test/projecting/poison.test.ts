import { openPatientEventStore } from '../support/sqlite-store.ts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import { startProjector, type Projector } from '../../src/projecting/projector.ts';
import { ProjectionsDocument } from '../../schema/operations.generated.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import type { TestReadModel } from '../support/read-model.ts';
import { projectedTo } from '../support/projected-to.ts';
import { openRecordingLogger } from '../support/recording-logger.ts';
import { startApp } from '../support/running-app.ts';
import { listedSessions } from '../support/expected-sessions.ts';

const push = { body: pushBody(), receivedAtMs: 1_000 };
const interruption = { body: interruptionBody(), receivedAtMs: 2_000 };
const ours = writeArrival({ receivedAtMs: 1, signature: 'VALID', remoteAddress: '' });

describe('an event that can not be projected', () => {
  let ledger: Ledger;
  beforeEach(() => {
    ledger = openLedger();
  });
  afterEach(() => ledger.close());

  const poisonedIn = (readModel: TestReadModel) => readModel.read((reader) => reader.poisoned(10));

  test.each([
    [
      'metadata of somebody else',
      { metadata: Buffer.from('{"$correlationId":"secret"}') },
      'UnreadableEvent: metadata',
    ],
    ['metadata that is no JSON', { metadata: Buffer.from('secret') }, 'UnreadableEvent: metadata'],
    ['a body that is no JSON', { data: Buffer.from('secret'), metadata: ours }, 'UnreadableEvent: data: NOT_JSON'],
    ['a body that is no object', { data: Buffer.from('[]'), metadata: ours }, 'UnreadableEvent: data: NOT_AN_OBJECT'],
    [
      'what an operator did to the metadata of a stream in a server',
      { type: '$metadata', data: Buffer.from('{"$tb":9223372036854775807}'), metadata: Buffer.from('') },
      'UnreadableEvent: type: STREAM_METADATA_CHANGED',
    ],
    [
      'a stream that was deleted for ever in a server',
      { type: '$streamDeleted', data: Buffer.from(''), metadata: Buffer.from('') },
      'UnreadableEvent: type: STREAM_DELETED',
    ],
    [
      'metadata of a later version',
      { metadata: Buffer.from('{"receivedAt":"2026-01-01T00:00:00.000Z","signature":"SECRET_OF_TOMORROW"}') },
      'UnreadableEvent: metadata',
    ],
    ['no body', { data: Buffer.alloc(0), metadata: ours }, 'UnreadableEvent: data: EMPTY'],
  ])('for %s: is noted, the rest goes on, and nothing of its content is logged', async (_name, event, reason) => {
    await ledger.append([push]);
    const streamName = 'pushedStream-12345678/test.domain.com/live/test_stream';
    const position = await ledger.appendEvent(streamName, event);
    await ledger.append([interruption]);
    const readModel = await ledger.projected();
    expect(poisonedIn(readModel)).toEqual([{ position, streamName, reason }]);
    expect(listedSessions(readModel)).toMatchObject([{ state: 'ENDED', deliveries: 2 }]);
    expect(readModel.rows.checkpoint()).toBe((await ledger.events()).at(-1)?.position);
    expect(readModel.logLines).toHaveLength(1);
    expect(readModel.logLines[0]).toContain(reason);
    expect(readModel.logLines[0]).not.toContain('secret');
  });

  test('is met in quarantine too', async () => {
    const event = { data: Buffer.from('secret'), metadata: Buffer.from('{}') };
    const position = await ledger.appendEvent('quarantine-forged', event);
    const readModel = await ledger.projected();
    expect(poisonedIn(readModel)).toEqual([
      { position, streamName: 'quarantine-forged', reason: 'UnreadableEvent: metadata' },
    ]);
  });

  test('is met again by a rebuild, which gives the same rows', async () => {
    await ledger.append([push]);
    await ledger.appendEvent('account-1', { metadata: Buffer.from('null') });
    await ledger.append([interruption]);
    const readModel = await ledger.projected();
    const before = readModel.dump();
    readModel.startOver();
    readModel.project(await ledger.events(), 1);
    expect(readModel.dump()).toEqual(before);
  });

  test.each(['quarantine-of-a-later-version', 'ledger'])(
    'is outside the read models in the stream %s: no row, no note, and the checkpoint moves on',
    async (streamName) => {
      await ledger.appendEvent(streamName, { data: Buffer.from('not JSON'), metadata: Buffer.from('{}') });
      const position = await ledger.appendEvent(streamName, { data: Buffer.from(JSON.stringify(pushBody())) });
      const readModel = await ledger.projected();
      const { progress, ...tables } = readModel.dump();
      expect(progress).toMatchObject([{ position: String(position) }]);
      expect(Object.values(tables).flat()).toEqual([]);
    },
  );
});

test('GraphQL lists the poisoned events of a running ledger', async () => {
  const running = await startApp();
  try {
    const streamName = 'account-1';
    const event = { eventId: '00000000-0000-4000-8000-000000000001', type: 'X', data: Buffer.from('{}') };
    let position = 0n;
    await running.restart(async (dataDir) => {
      const store = openPatientEventStore(dataDir, Date.now);
      ({ position } = await store.append(streamName, [{ ...event, metadata: Buffer.from('{}') }], 'any'));
      await store.close();
    });
    await running.post(pushBody());
    await running.projected();
    const { projections } = await running.query(ProjectionsDocument, {});
    expect(projections).toMatchObject([
      {
        position: String(position + 1n),
        lagEvents: 0,
        lagMs: 0,
        stalled: false,
        stalledBecause: null,
        poisoned: [{ position: String(position), streamName, reason: 'UnreadableEvent: metadata' }],
      },
    ]);
  } finally {
    await running.close();
  }
});

describe('a disk that is full', () => {
  const arrivals = Array.from({ length: 300 }, (_, index) => ({
    body: pushBody({ sequence: String(index + 1), stream_param: 'x'.repeat(2_000) }),
    receivedAtMs: 1_000 + index,
  }));

  let ledger: Ledger;
  let readModel: TestReadModel;
  let end: bigint;
  let projectors: Projector[];

  beforeEach(async () => {
    ledger = openLedger();
    await ledger.append(arrivals);
    end = (await ledger.events()).at(-1)?.position ?? 0n;
    readModel = ledger.openReadModel();
    projectors = [];
    const pages = Number(readModel.db.pragma('page_count', { simple: true }));
    readModel.db.pragma(`max_page_count = ${pages + 50}`);
  });
  afterEach(async () => {
    for (const projector of projectors) await projector.stop();
    await ledger.close();
  });

  const { logger, lines } = openRecordingLogger();
  const start = async () => {
    const projector = await startProjector({ store: ledger.store, rows: readModel.rows, logger });
    projectors.push(projector);
    return projector;
  };
  const stalled = async (projector: Projector) => {
    while (projector.stalledBecause() === null) await new Promise(setImmediate);
  };

  test('stalls the projector with a reason, and blames no event', async () => {
    const projector = await start();
    await stalled(projector);
    expect(projector.stalledBecause()).toMatch(/full/);
    expect(lines.join('')).toContain('the projector has stopped');
    expect(readModel.rows.checkpoint() ?? 0n).toBeLessThan(end);
    expect(readModel.dump()['poisoned']).toEqual([]);
  });

  test.each([
    ['once there is room', () => Promise.resolve()],
    [
      'after a restart',
      async () => {
        for (const projector of projectors) await projector.stop();
        readModel.reopen();
        await start();
      },
    ],
  ])('goes on where it stopped %s', async (_name, meanwhile) => {
    await stalled(await start());
    readModel.db.pragma('max_page_count = 1000000');
    await meanwhile();
    const projector = projectors.at(-1);
    await projectedTo(end, readModel.rows);
    expect(projector?.stalledBecause()).toBeNull();
    expect(readModel.dump()).toEqual((await ledger.projected()).dump());
  });
});
