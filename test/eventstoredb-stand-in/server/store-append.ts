import { setTimeout as wait } from 'node:timers/promises';
import { appendBytesMax, bytesOf, invalidArgument } from './append-requests.ts';
import type { Expected } from './expected-revision.ts';
import type { StandInServer } from './server.ts';
import { nowTicks } from './server.ts';
import type { ProposedEvent } from './stored-event.ts';

export interface AppendRequest {
  readonly streamName: string;
  readonly events: readonly ProposedEvent[];
  readonly expected: Expected;
}

/** The outcome of an append; revision -1: the stream has no event. */
export type AppendOutcome =
  | { readonly kind: 'stored'; readonly revision: bigint; readonly position: bigint | null }
  | { readonly kind: 'wrongRevision'; readonly lastRevision: bigint }
  | { readonly kind: 'streamDeleted' | 'tooLarge' | 'full' | 'denied' }
  | { readonly kind: 'invalid'; readonly argument: string };

/** Stores an append durably, or says why not. */
export async function store(server: StandInServer, request: AppendRequest): Promise<AppendOutcome> {
  const { streamName, events, expected } = request;
  if (server.faults.now.accessDenied) return { kind: 'denied' };
  const argument = invalidArgument(streamName, events);
  if (argument !== null) return { kind: 'invalid', argument };
  if (bytesOf(events) > appendBytesMax) return { kind: 'tooLarge' };
  const { appendDelayMs } = server.faults.now;
  if (appendDelayMs > 0) await wait(appendDelayMs);
  if (server.faults.refuseAsFull()) return { kind: 'full' };
  const appended = server.log.append(streamName, events, expected, nowTicks(server));
  if (appended.kind === 'streamDeleted') return { kind: 'streamDeleted' };
  if (appended.kind === 'wrongRevision') return { kind: 'wrongRevision', lastRevision: appended.lastRevision };
  const last = appended.kind === 'repeated' ? appended.last : appended.written;
  if (!last) return { kind: 'stored', revision: appended.lastRevision, position: null };
  await server.log.durable(last);
  // A repeated append of truncated events is recognized but has no position any more.
  const isHidden = appended.kind === 'repeated' && server.log.isTruncated(last);
  return { kind: 'stored', revision: last.revision, position: isHidden ? null : last.position };
}
