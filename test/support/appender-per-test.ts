import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import type { AppendedEvents, NewEvent } from '../../src/log/event-store.ts';
import type { EventStoreDbAppender } from '../../src/log/eventstoredb/appender.ts';
import { askUntil } from './ask-until.ts';
import { newPrefix, openAppender } from './eventstoredb-log.ts';
import { heal, startEventStoreDb, type EventStoreDbServer } from './eventstoredb-server.ts';
import { idsOf, readAll } from './log-events.ts';
import { patientMs } from './patience.ts';
import { openRecordingLogger } from './recording-logger.ts';

/** One server for the tests that follow, and for each of them an appender with a prefix of its own, which a test may replace. */
export function appenderPerTest() {
  let server: EventStoreDbServer;
  let prefix: string;
  let log: ReturnType<typeof openRecordingLogger>;
  let appender: EventStoreDbAppender;
  const open = (answerMsMax = patientMs) => openAppender(server.url, { prefix, logger: log.logger, answerMsMax });

  beforeAll(async () => {
    server = await startEventStoreDb();
  });
  beforeEach(() => {
    prefix = newPrefix();
    log = openRecordingLogger();
    appender = open();
  });
  afterEach(async () => {
    await heal(server);
    await appender.close();
  });
  afterAll(() => server.close());

  /** Until it is answered in the time of the appender, which may be short: the store recognizes a repetition by its id. */
  const appendOnce = async (streamName: string, event: NewEvent): Promise<AppendedEvents> => {
    await appender.answering();
    return appender.append(streamName, [event], 'none').catch(() => appendOnce(streamName, event));
  };
  return {
    get server() {
      return server;
    },
    get prefix() {
      return prefix;
    },
    get log() {
      return log;
    },
    get appender() {
      return appender;
    },
    set appender(other) {
      appender = other;
    },
    open,
    appendOnce,
    /** Resolves once the appender says so: it may learn it after the time that an append may take. */
    isAway: (one: EventStoreDbAppender, why: RegExp) =>
      askUntil(
        () => Promise.resolve(one.away()?.reason ?? ''),
        (reason) => why.test(reason),
      ),
    stored: async (streamName: string) => idsOf(await readAll(appender.readStream(streamName))),
  };
}
