import { createRedaction } from '../../src/api/redact.ts';
import { createMutationAnswers } from '../../src/api/mutation-answer-events.ts';
import { noCurrentAlerts } from '../../src/alerts/alerting.ts';
import { noForwarding } from '../../src/forwarding/target.ts';
import { graphqlTokensMax } from '../../src/connections/limits.ts';
import { Auditor } from '../../src/audit/audit-events.ts';
import type { GraphqlPorts } from '../../src/api/ports.ts';
import { Documents } from '../../src/api/execution/documents.ts';
import { nobody } from '../../src/log/author.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { Notifier } from '../../src/kernel/notifier.ts';
import type { LiveSink } from '../../src/api/subscriptions/live-groups.ts';
import { LiveOperations, type ReadyRequest } from '../../src/api/subscriptions/live-operations.ts';
import type { Subscriber } from '../../src/live/subscriber-group.ts';
import { ledgerSchema } from '../../src/api/schema.ts';
import { openSqliteReadModels, snapshotBoundsFor } from '../../src/projecting/file/sqlite-read-models.ts';
import { createPastReadModels } from '../../src/lists/past-read-models.ts';
import { readUnfinishedImport } from '../../src/log/ledger-events.ts';
import { createOutageReader } from '../../src/outages/receiving-outage-events.ts';
import type { Ledger } from './ledger.ts';
import { patientMs } from './patience.ts';
import { sourceOf, type TestReadModel } from './read-model.ts';
import { openRecordingLogger } from './recording-logger.ts';
import { defaultRates } from '../../src/settings/variables.ts';
import { RateAccount } from '../../src/api/access/rates.ts';

/** Operations on a read model that a test projects by hand; no socket. */
export interface LiveFixture {
  readonly operations: LiveOperations;
  readonly ports: GraphqlPorts;
  readonly logLines: readonly string[];
  /** How often operations were executed, counted by bodies read. */
  readonly bodiesRead: () => number;
  /** Notifies waiting readers, as the projector does. */
  notify(): void;
  /** Switches to other read models, as after a rebuild. */
  switchTo(readModel: TestReadModel): void;
  subscribe(query: string, variables: Record<string, unknown>, sink: LiveSink): Promise<Subscriber>;
  /** Prepares a query, which is executed when it answers. */
  query(query: string): Promise<ReadyRequest>;
  close(): void;
}

export const patientSnapshots = snapshotBoundsFor(patientMs);

interface LiveFixtureOptions {
  /** Called before each body is read, in the middle of a message. */
  readonly onBodyRead?: () => Promise<void>;
  readonly bounds?: typeof patientSnapshots;
}

export function openLiveFixture(
  ledger: Ledger,
  readModel: TestReadModel,
  { onBodyRead = () => Promise.resolve(), bounds = patientSnapshots }: LiveFixtureOptions = {},
): LiveFixture {
  const readModels = openSqliteReadModels(bounds);
  readModels.readFrom(sourceOf(readModel));
  const { store } = ledger;
  const { logger, lines } = openRecordingLogger();
  const notifier = new Notifier();
  let bodiesRead = 0;
  const ports: GraphqlPorts = {
    readModel: readModels.newest,
    snapshots: readModels.snapshots,
    // No message contains statistics.
    past: createPastReadModels(store),
    outages: createOutageReader(store),
    analyses: { ask: () => Promise.reject(new Error('There are no analysis threads.')) },
    redaction: createRedaction(
      () => 'secret of the log',
      () => [],
    ),
    logSecret: () => 'secret of the log',
    bodies: {
      bodyAt: async (position) => {
        bodiesRead += 1;
        await onBodyRead();
        return (await store.readAt(position))?.data ?? null;
      },
    },
    unfinishedImport: () => readUnfinishedImport(store),
    progress: {
      lag: () => Promise.resolve({ events: 0, ms: 0 }),
      stalledBecause: () => null,
      counts: () => ({ events: 0, callbacks: 0, redeliveries: 0, poisoned: 0, damaged: 0 }),
      build: () => Promise.resolve(null),
    },
    health: { spooled: () => null, replicaBrokenBecause: () => null, standby: () => null },
    operatorFacts: { record: () => Promise.resolve('NOT_STORED'), find: () => Promise.resolve(null) },
    erasures: null,
    mutationAnswers: createMutationAnswers(store, systemClock, () => Promise.resolve()),
    audit: new Auditor(store, systemClock, logger),
    decisions: { release: () => Promise.resolve([]), discard: () => Promise.resolve([]) },
    callbackSetup: {
      takesCallbacks: true,
      keys: () => 0,
      tokens: () => 0,
      refused: () => [],
      sendTest: () => Promise.reject(new Error('There is no callback route.')),
    },
    log: store,
    mayHavePosition: async (position) => position <= (await store.endPosition()),
    notifications: notifier,
    clock: systemClock,
    forwarding: noForwarding,
    alerts: noCurrentAlerts,
    logger,
  };
  const schema = ledgerSchema();
  const operations = new LiveOperations({
    schema,
    documents: new Documents(schema, graphqlTokensMax),
    ports: () => ports,
  });
  const account = new RateAccount(defaultRates, systemClock);
  const prepare = (query: string, variables: Record<string, unknown>) =>
    operations.prepare({
      query,
      operationName: null,
      variables,
      role: 'admin',
      scope: null,
      client: '',
      account,
      author: nobody,
      isIdentified: false,
      requestId: 'request',
      resumeAfter: null,
    });
  return {
    operations,
    ports,
    logLines: lines,
    bodiesRead: () => bodiesRead,
    notify: () => {
      notifier.notify();
    },
    switchTo(other) {
      readModels.readFrom(sourceOf(other));
      notifier.notify();
    },
    async subscribe(query, variables, sink) {
      const ready = await prepare(query, variables);
      if (ready.kind !== 'SUBSCRIPTION') throw new Error('It is no subscription.');
      return ready.start(sink);
    },
    async query(query) {
      const ready = await prepare(query, {});
      if (ready.kind !== 'REQUEST') throw new Error('It is a subscription.');
      return ready;
    },
    close: () => readModels.close(),
  };
}

/** A sink that takes as many messages as a test allows. */
export interface TestSink extends LiveSink {
  readonly taken: readonly { readonly cursor: string; readonly data: unknown }[];
  readonly failure: () => unknown;
  /** Accepts this many more messages. */
  allow(messages: number): void;
  /** Resolves once the predicate is true. */
  until(fits: () => boolean): Promise<void>;
  /** Resolves once it has refused a message. */
  untilRefused(): Promise<void>;
}

export function openTestSink(allowed = Infinity): TestSink {
  const taken: { cursor: string; data: unknown }[] = [];
  const waiting = new Set<() => void>();
  let left = allowed;
  let failure: unknown = null;
  let hasRefused = false;
  const check = () => {
    for (const one of [...waiting]) one();
  };
  const when = (fits: () => boolean, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const one = () => {
        if (!fits() && signal?.aborted !== true) return;
        waiting.delete(one);
        signal?.removeEventListener('abort', one);
        resolve();
      };
      waiting.add(one);
      signal?.addEventListener('abort', one);
      one();
    });
  return {
    taken,
    failure: () => failure,
    allow(messages) {
      left += messages;
      check();
    },
    take(messages, from) {
      const now = messages.slice(from, from + Math.max(0, left));
      left -= now.length;
      hasRefused ||= now.length < messages.length - from;
      for (const { cursor, json } of now) {
        taken.push({ cursor, data: (JSON.parse(json.toString()) as { data: unknown }).data });
      }
      check();
      return now.length;
    },
    ready: (signal) => when(() => left > 0, signal),
    failed(error) {
      failure = error;
      check();
    },
    until: (fits) => when(fits),
    untilRefused: () => when(() => hasRefused),
  };
}
