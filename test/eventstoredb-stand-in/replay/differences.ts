import { noStreamIn2060 } from '../server/classic-append-calls.ts';
import type { Message, RecordedLine } from './recordings.ts';

// The closed list of recorded behaviour that the stand-in does not have to imitate.

/** Services that the adapter never calls: the stand-in does not announce them. */
const notImplemented = /^event_store\.client\.(persistent_subscriptions|users|operations|monitoring|redaction)\./;

/** What is expected instead of what was recorded. */
export function expectedAnswer(method: string, recorded: Message): Message {
  if (method.endsWith('/GetSupportedMethods')) {
    const methods = recorded['methodsList'] as { serviceName: string }[];
    return { ...recorded, methodsList: methods.filter(({ serviceName }) => !notImplemented.test(serviceName)) };
  }
  const wrong = recorded['wrongExpectedVersion'] as { expectedRevision2060: number } | undefined;
  if (!method.endsWith('/Append') || !wrong) return recorded;
  // A field of 2020 that no client reads: its greatest number can be read by the generated classes, and not be written.
  const expectedRevision2060 = Math.min(wrong.expectedRevision2060, noStreamIn2060);
  return { ...recorded, wrongExpectedVersion: { ...wrong, expectedRevision2060 } };
}

/** The stream that a server writes into an empty log, with an event id of its own. */
export const streamOfTheServer = Buffer.from('$$$scavenges').toString('base64');

/** Written by gRPC itself, which is another one on a real server. */
const transportTrailers = new Set(['content-type', 'content-length', 'date']);

export function expectedTrailers(recorded: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(recorded).filter(([name]) => !transportTrailers.has(name)));
}

/**
 * False where a status carries none: the gRPC of a real server says nothing of a success, and this one "OK"; and while
 * the server was away, the recorder between client and server answered in words of its own.
 */
export function hasWordsOfServer({ code, details }: { code: number; details: string }): boolean {
  return code !== 0 && details !== 'Connection dropped';
}

/** Calls that the recorder could not hand on: no server saw them. */
export function callsNobodyAnswered(lines: readonly RecordedLine[]): ReadonlySet<number> {
  const calls = new Set<number>();
  for (const line of lines) {
    if ('call' in line && line.event === 'status' && line.details.startsWith('No connection established')) {
      calls.add(line.call);
    }
  }
  return calls;
}

/** Both ways of stopping are SIGKILL here: how a server takes its leave after SIGTERM is not imitated. */
export const stopping = /^stopping with SIG(TERM|KILL)$/;
export const startedAgain = 'started again';

/** Of the client itself. */
export const cancelledByClient = 1;
