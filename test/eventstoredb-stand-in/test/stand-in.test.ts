import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import client from '@eventstore/db-client';
import type { AllStreamSubscription, AppendResult, EventStoreDBClient, Position } from '@eventstore/db-client';
import type { StandIn } from '../server/stand-in.ts';
import { builtStandIn, startStandIn } from '../server/stand-in.ts';

// Tests through the real client what no recording shows and the failure suites rely on.

const { EventStoreDBClient: Client, jsonEvent, streamNameFilter, ANY, NO_STREAM, START } = client;

let standIn: StandIn;
let eventStore: EventStoreDBClient;
/** A stream that no other test uses. */
let s: string;

beforeAll(async () => {
  standIn = await startStandIn(builtStandIn);
});

afterAll(async () => {
  await standIn.close();
});

beforeEach(async () => {
  await standIn.endFaults();
  eventStore = Client.connectionString(standIn.url);
  s = `s${crypto.randomUUID()}`;
});

afterEach(async () => {
  await eventStore.dispose();
});

const event = (id = crypto.randomUUID()) => jsonEvent({ id, type: 'push-received', data: {} });

async function revisions(streamName: string): Promise<bigint[]> {
  const found = [];
  for await (const { event: read } of eventStore.readStream(streamName)) found.push(read?.revision ?? -1n);
  return found;
}

/** The type of the error that an append fails with. */
async function refusal(append: Promise<AppendResult>): Promise<unknown> {
  return append.then(
    () => 'appended',
    (error: unknown) => (error as { type?: string; code?: number }).type ?? (error as { code?: number }).code,
  );
}

function subscribe(fromPosition: Position | typeof START, checkpoints: Position[] = []): AllStreamSubscription {
  const checkpointReached = (_: unknown, position: Position) => {
    checkpoints.push(position);
    return Promise.resolve();
  };
  const filter = streamNameFilter({ prefixes: [s], checkpointInterval: 1, checkpointReached });
  const subscription = eventStore.subscribeToAll({ fromPosition, filter });
  // The loop throws it too.
  subscription.on('error', () => undefined);
  return subscription;
}

async function readFrom(fromPosition: Position): Promise<void> {
  await eventStore.readAll({ fromPosition })[Symbol.asyncIterator]().next();
}

async function take(subscription: AllStreamSubscription, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event: received } of subscription) {
    ids.push(received?.id ?? '');
    if (ids.length === count) break;
  }
  return ids;
}

describe('killed and started again', () => {
  test('it keeps every event that was acknowledged', async () => {
    const appended = Array.from({ length: 200 }, (_, at) => eventStore.appendToStream(`${s}${at % 7}`, event()));
    const killed = appended[20]?.then(() => standIn.kill());
    const outcomes = await Promise.allSettled(appended);
    await killed;
    const acknowledged = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    await standIn.restart();
    const positions = new Set<bigint>();
    for await (const { event: read } of eventStore.readAll()) positions.add(read?.position.commit ?? -1n);
    expect(acknowledged.length).toBeGreaterThan(20);
    for (const { position } of acknowledged) expect(positions).toContain(position?.commit);
  });

  test('an explicit revision is recognised again, and ANY is not', async () => {
    const [explicit, any] = [event(), event()];
    await eventStore.appendToStream(`${s}-explicit`, explicit, { expectedRevision: NO_STREAM });
    await eventStore.appendToStream(`${s}-any`, any);
    await eventStore.appendToStream(`${s}-any`, any);
    await standIn.kill();
    await standIn.restart();
    await eventStore.appendToStream(`${s}-explicit`, explicit, { expectedRevision: NO_STREAM });
    await eventStore.appendToStream(`${s}-any`, any);
    expect(await revisions(`${s}-explicit`)).toEqual([0n]);
    expect(await revisions(`${s}-any`)).toEqual([0n, 1n]);
  });

  test('emptied, it begins again', async () => {
    await eventStore.appendToStream(s, event());
    await standIn.kill();
    standIn.empty();
    await standIn.restart();
    const { nextExpectedRevision } = await eventStore.appendToStream(s, event(), { expectedRevision: NO_STREAM });
    expect(nextExpectedRevision).toBe(0n);
  });
});

test('answers nothing while it is frozen, and continues when it is thawed', async () => {
  await eventStore.appendToStream(s, event());
  const credentials = { username: 'u', password: 'p' };
  standIn.freeze();
  const whileFrozen = await refusal(eventStore.appendToStream(s, event(), { credentials, deadline: 200 }));
  standIn.thaw();
  expect(whileFrozen).toBe('deadline-exceeded');
  expect(await refusal(eventStore.appendToStream(s, event()))).toBe('appended');
});

describe('faults of appending', () => {
  test('slow: refused at the deadline, and stored all the same', async () => {
    await standIn.fault({ appendDelayMs: 300 });
    expect(await refusal(eventStore.appendToStream(s, event(), { deadline: 100 }))).toBe('deadline-exceeded');
    expect((await eventStore.appendToStream(s, event())).nextExpectedRevision).toBe(1n);
  });

  test('full: refused and not stored', async () => {
    await standIn.fault({ full: true });
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('unknown');
    await standIn.fault({ full: false });
    await eventStore.appendToStream(s, event(), { expectedRevision: NO_STREAM });
  });

  test('access denied, on both ways of appending and to readers', async () => {
    await standIn.fault({ accessDenied: true });
    const credentials = { username: 'u', password: 'p' };
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('access-denied');
    expect(await refusal(eventStore.appendToStream(s, event(), { credentials }))).toBe('access-denied');
    await expect(revisions(s)).rejects.toMatchObject({ type: 'access-denied' });
  });

  test('an answer lost: stored, and the connection dropped', async () => {
    await standIn.fault({ answersToLose: 1 });
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('unavailable');
    expect(await revisions(s)).toEqual([0n]);
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('appended');
  });

  test('a clock 15 s ahead refuses at once, one of 5 s does not', async () => {
    await standIn.fault({ clockAheadMs: 15_000 });
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('deadline-exceeded');
    await standIn.fault({ clockAheadMs: 5_000 });
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('appended');
  });
});

describe('following', () => {
  test('a position beyond the end is accepted, and hides what is written below it', async () => {
    const { position } = await eventStore.appendToStream(s, event());
    const end = (position?.commit ?? 0n) + 600n;
    const received = take(subscribe({ commit: end, prepare: end }), 1);
    let last: AppendResult;
    const ids: string[] = [];
    do {
      const appended = event();
      ids.push(appended.id);
      last = await eventStore.appendToStream(s, appended);
    } while ((last.position?.commit ?? 0n) <= end);
    expect(await received).toEqual(ids.slice(-1));
    expect(ids.length).toBeGreaterThan(1);
  });

  test("a position within the log that is no event's is refused", async () => {
    const { position } = await eventStore.appendToStream(s, event());
    const commit = (position?.commit ?? 0n) - 1n;
    await expect(take(subscribe({ commit, prepare: commit }), 1)).rejects.toMatchObject({
      type: 'unknown',
      message: '3 INVALID_ARGUMENT: Trying to read from an invalid position.',
    });
    await expect(readFrom({ commit, prepare: commit })).rejects.toMatchObject({
      type: 'unknown',
      message: '2 UNKNOWN: Unexpected ReadAllResult: InvalidPosition',
    });
  });

  test('a pair of positions that no event can have is answered with a fault of the server', async () => {
    const { position } = await eventStore.appendToStream(s, event());
    const prepare = position?.commit ?? 0n;
    const fault = { type: 'unknown', message: '2 UNKNOWN: Exception was thrown by handler.' };
    await expect(take(subscribe({ commit: prepare - 1n, prepare }), 1)).rejects.toMatchObject(fault);
    await expect(readFrom({ commit: prepare - 1n, prepare })).rejects.toMatchObject(fault);
  });

  test('resuming from every checkpoint, of both forms, leaves nothing out', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 100; at += 1) {
      const appended = event();
      await eventStore.appendToStream(at % 80 === 0 ? s : 'other', appended);
      if (at % 80 === 0) ids.push(appended.id);
    }
    const checkpoints: Position[] = [];
    await take(subscribe(START, checkpoints), ids.length);
    expect(checkpoints.some(({ commit, prepare }) => commit !== prepare)).toBe(true);
    for (const { commit, prepare } of checkpoints) {
      const after = [];
      for await (const { event: read } of eventStore.readAll()) {
        if (
          read?.streamId === s &&
          (read.position.commit > commit || (read.position.commit === commit && prepare < commit))
        ) {
          after.push(read.id);
        }
      }
      expect(await take(subscribe({ commit, prepare }), after.length)).toEqual(after);
    }
  });

  test('a subscription that falls behind receives caughtUp again', async () => {
    const subscription = subscribe(START);
    const caughtUp = () => new Promise((resolve) => subscription.once('caughtUp', resolve));
    const first = caughtUp();
    const received = take(subscription, 301);
    await first;
    const again = caughtUp();
    await eventStore.appendToStream(
      s,
      Array.from({ length: 300 }, () => event()),
    );
    await again;
    await eventStore.appendToStream(s, event());
    expect((await received).length).toBe(301);
  });

  test('cut after every event, it still gets on by resuming', async () => {
    const { position: start } = await eventStore.appendToStream(s, event());
    const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
    for (const id of ids) await eventStore.appendToStream(s, event(id));
    await standIn.fault({ cutAfterEvents: 1 });
    const received: string[] = [];
    let after = start;
    while (received.length < ids.length) {
      try {
        for await (const { event: one } of subscribe(after ?? START)) {
          received.push(one?.id ?? '');
          after = one?.position;
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 14 });
      }
    }
    expect(received).toEqual(ids);
  });

  test.each([
    ['backward', 0n],
    ['absurd', 9_000_000_000_000_000_000n],
  ] as const)('checkpoints as older servers sent them: %s', async (checkpoints, commit) => {
    await eventStore.appendToStream(s, event());
    await standIn.fault({ checkpoints });
    const sent: Position[] = [];
    const subscription = subscribe(START, sent);
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const received = take(subscription, 2);
    await caughtUp;
    await eventStore.appendToStream(s, event());
    await received;
    expect(sent[0]?.commit).toBe(commit);
  });
});

describe('streams', () => {
  test('$tb hides events from readers of the stream, and none from readers of all', async () => {
    await eventStore.appendToStream(s, [event(), event(), event()]);
    await eventStore.setStreamMetadata(s, { truncateBefore: 2 });
    expect(await revisions(s)).toEqual([2n]);
    await standIn.kill();
    await standIn.restart();
    expect(await revisions(s)).toEqual([2n]);
    const received = take(subscribe(START), 3);
    expect(new Set(await received).size).toBe(3);
  });

  test.each([NO_STREAM, ANY] as const)(
    'a repetition (%s) of what was truncated succeeds without a position; a new id that expects no stream is refused',
    async (expectedRevision) => {
      const first = [event(), event()];
      const { position } = await eventStore.appendToStream(s, first, { expectedRevision });
      expect(position).toBeDefined();
      await eventStore.appendToStream(s, [event(), event()]);
      await eventStore.setStreamMetadata(s, { truncateBefore: 3 });
      const repeated = await eventStore.appendToStream(s, first, { expectedRevision });
      expect(repeated).toMatchObject({ success: true, nextExpectedRevision: 1n, position: undefined });
      await expect(eventStore.appendToStream(s, event(), { expectedRevision: NO_STREAM })).rejects.toMatchObject({
        type: 'wrong-expected-version',
        actualVersion: 3n,
      });
      expect(await revisions(s)).toEqual([3n]);
    },
  );

  test('what never was can not be deleted softly, and can for ever', async () => {
    for (const [expectedRevision, expectedVersion] of [
      [ANY, -2n],
      [NO_STREAM, -1n],
    ] as const) {
      await expect(eventStore.deleteStream(s, { expectedRevision })).rejects.toMatchObject({
        type: 'wrong-expected-version',
        code: 9,
        expectedVersion,
        actualVersion: -1n,
      });
    }
    await eventStore.tombstoneStream(s);
    expect(await refusal(eventStore.appendToStream(s, event()))).toBe('stream-deleted');
  });

  test('an empty append succeeds and adds nothing', async () => {
    await eventStore.appendToStream(s, []);
    await expect(revisions(s)).rejects.toMatchObject({ type: 'stream-not-found' });
  });
});

test('it answers 204 on /health/live', async () => {
  expect((await fetch(`http://127.0.0.1:${standIn.port}/health/live`)).status).toBe(204);
});

test('esdb+discover finds it', async () => {
  const discovering = Client.connectionString(`esdb+discover://127.0.0.1:${standIn.port}?tls=false`);
  expect((await discovering.appendToStream(s, event())).nextExpectedRevision).toBe(0n);
  await discovering.dispose();
});
