import { noStreamIn2060 } from '../server/classic-append-calls.ts';
import type { Message, RecordedLine } from './recordings.ts';

// The complete list of recorded behaviour that the stand-in need not imitate.

/** Services that the adapter never calls: the stand-in does not announce them. */
const notImplemented = /^event_store\.client\.(persistent_subscriptions|users|operations|monitoring|redaction)\./;

/** The answer expected instead of the recorded one. */
export function expectedAnswer(method: string, recorded: Message): Message {
  if (method.endsWith('/GetSupportedMethods')) {
    const methods = recorded['methodsList'] as { serviceName: string }[];
    return { ...recorded, methodsList: methods.filter(({ serviceName }) => !notImplemented.test(serviceName)) };
  }
  const wrong = recorded['wrongExpectedVersion'] as { expectedRevision2060: number } | undefined;
  if (!method.endsWith('/Append') || !wrong) return recorded;
  // A field of 2020 that no client reads: the generated classes can read its greatest number but not write it.
  const expectedRevision2060 = Math.min(wrong.expectedRevision2060, noStreamIn2060);
  return { ...recorded, wrongExpectedVersion: { ...wrong, expectedRevision2060 } };
}

/** The stream that a server writes into an empty log, with its own event id. */
export const streamOfTheServer = Buffer.from('$$$scavenges').toString('base64');

/** Trailers written by gRPC itself, whose implementation differs on a real server. */
const transportTrailers = new Set(['content-type', 'content-length', 'date']);

export function expectedTrailers(recorded: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(recorded).filter(([name]) => !transportTrailers.has(name)));
}

/**
 * Whether a status carries the server's own words. On success, a real server's gRPC says nothing and this one says "OK"; while the server
 * was down, the recorder between client and server answered in its own words.
 */
export function hasWordsOfServer({ code, details }: { code: number; details: string }): boolean {
  return code !== 0 && details !== 'Connection dropped';
}

/** Calls that the recorder could not forward: no server saw them. */
export function callsNobodyAnswered(lines: readonly RecordedLine[]): ReadonlySet<number> {
  const calls = new Set<number>();
  for (const line of lines) {
    if ('call' in line && line.event === 'status' && line.details.startsWith('No connection established')) {
      calls.add(line.call);
    }
  }
  return calls;
}

/** Both ways of stopping are SIGKILL here: a server's shutdown after SIGTERM is not imitated. */
export const stopping = /^stopping with SIG(TERM|KILL)$/;
export const startedAgain = 'started again';

/** The status with which the client itself cancels. */
export const cancelledByClient = 1;
