import { networkOf } from '../kernel/addresses.ts';
import type { RelayTaskView } from '../relay/relay-task.ts';
import type { EndSide } from '../sessions/interruption-codes.ts';
import type { PushRegion } from '../sessions/stream-session-view.ts';

/** What failed: a push that was running, an attempt to push, or a run of a relay task. */
export type FailureKind = 'PUSH' | 'ATTEMPT' | 'RELAY_RUN';

/** What a failure may have in common with others. Null: its callbacks do not say. */
export interface FailureTraits {
  readonly kind: FailureKind;
  /** Of a relay run: UNKNOWN, because no vendor page explains the codes of its exits. */
  readonly side: EndSide;
  readonly code: number | null;
  readonly appId: string;
  /** Of a relay run: the host that it pushes to. */
  readonly domain: string | null;
  readonly path: string | null;
  readonly accessPoint: string | null;
  readonly region: PushRegion | null;
  /** Of a relay run: the host that it pulls from. */
  readonly sourceHost: string | null;
}

/** Something that stopped by a fault. */
export interface Failure {
  /** What it is about, unlike any other failure: a session, attempts of a minute, or a run. It decides nothing. */
  readonly ref: string;
  /** What failed, whatever the push or the run: a stream, or a relay task whose stream is unknown. */
  readonly subject: string;
  /** By CSS's clock, if it has a time. */
  readonly atMs: number;
  /** The traits as one text: equal for equal traits. */
  readonly traits: string;
}

/** Order is part of the text on disk. */
export function writeTraits(traits: FailureTraits): string {
  const { kind, side, code, appId, domain, path, accessPoint, region, sourceHost } = traits;
  return JSON.stringify([kind, side, code, appId, domain, path, accessPoint, region, sourceHost]);
}

/** Reads what `writeTraits` wrote. */
export function readTraits(text: string): FailureTraits {
  const values = JSON.parse(text) as [
    FailureKind,
    EndSide,
    number | null,
    string,
    string | null,
    string | null,
    string | null,
    PushRegion | null,
    string | null,
  ];
  const [kind, side, code, appId, domain, path, accessPoint, region, sourceHost] = values;
  return { kind, side, code, appId, domain, path, accessPoint, region, sourceHost };
}

/** What failures are grouped by, besides the side: the more a value usually covers, the later it comes. */
export const scopes = ['sourceHost', 'path', 'accessPoint', 'accessPointNetwork', 'domain', 'region', 'appId'] as const;
export type Scope = (typeof scopes)[number];

/** The values of a failure by which it is grouped; null where it has none. */
export function scopeOf(traits: FailureTraits): Readonly<Record<Scope, string | null>> {
  const { appId, domain, path, accessPoint, region, sourceHost } = traits;
  const accessPointNetwork = accessPoint === null ? null : networkOf(accessPoint);
  // Paths of different domains have nothing to do with each other.
  const ofDomain = path === null ? null : JSON.stringify([domain, path]);
  return { sourceHost, path: ofDomain, accessPoint, accessPointNetwork, domain, region, appId };
}

/** The path in a value of the scope `path`. */
export function pathOf(value: string): string {
  return (JSON.parse(value) as [domain: string | null, path: string])[1];
}

/**
 * The names of the groups that a failure belongs to. The code of a relay run means something else than that of a push. Those of a steady stream
 * are in each group twice: among all, and among themselves.
 */
export function groupsOf(traits: FailureTraits, isSteady: boolean): string[] {
  const { kind, side, code } = traits;
  const isRelay = kind === 'RELAY_RUN';
  const ofSide = isRelay ? 'relay' : `side ${side}`;
  const groups = [ofSide, `${isRelay ? 'exit code' : 'code'} ${code}`];
  const values = scopeOf(traits);
  for (const scope of scopes) {
    const value = values[scope];
    if (value !== null) groups.push(`${scope} ${value}`);
  }
  return isSteady ? groups.flatMap((group) => [group, `steady ${group}`]) : groups;
}

/** A failure of an incident, and when what failed was back; null: it is not. */
export interface Outcome {
  readonly subject: string;
  readonly atMs: number;
  readonly backAtMs: number | null;
}

/** A failure, and what it is a failure of. */
export interface FailureToPut extends Failure {
  /** A push that began after this is a return. */
  readonly sinceMs: number;
  readonly sessionRow: number | null;
  readonly taskRow: number | null;
  /** Of a run: its time in the order of its task. */
  readonly runAtMs: number | null;
  /** How many attempts it is, else 1. */
  readonly times: number;
}

/** With the incident that it belongs to, and when what failed was back. */
export interface DecidedFailure extends Failure, Outcome {
  readonly incident: number | null;
}

/** All that is kept of a failure. */
export interface StoredFailure extends FailureToPut, DecidedFailure {}

/** What a relay task's failures are grouped by. */
export interface FailingTask extends Pick<RelayTaskView, 'sourceUrls' | 'domain' | 'path' | 'streamId'> {
  readonly row: number;
  readonly appId: string;
  readonly taskId: string;
}

/** Hours of a group before the last one. */
export interface HourBounds {
  readonly group: string;
  readonly fromHour: number;
  readonly lastHour: number;
  /** Hours that are left out. */
  readonly leftOut: number;
}

/** The projector's access to failures, inside its transaction. */
export interface FailureTable {
  failure(ref: string): StoredFailure | null;
  /** In the order of time. */
  failuresBetween(fromMs: number, toMs: number, rowsMax: number): DecidedFailure[];
  failuresOf(incident: number): DecidedFailure[];
  /** Those of a stream or a task that are part of an incident. */
  takenOf(subject: string): StoredFailure[];
  lastFailureAtMs(): number | null;
  addFailure(failure: FailureToPut): void;
  removeFailure(ref: string): void;
  setTimes(ref: string, times: number): void;
  /** Makes a failure part of an incident, or of none, and says when what failed was back. */
  assign(ref: string, incident: number | null, backAtMs: number | null): void;
  /** Streams that failed in this time, the end exclusive, by stream, each once with each of its traits. */
  traitsBetween(fromMs: number, toMs: number): readonly (readonly [subject: string, traits: string])[];
  /** Streams that failed in at least so many hours of this time, the end exclusive. */
  streamsFailingIn(hoursMin: number, fromMs: number, toMs: number): string[];
  /** Notes that failures of an hour have changed. */
  putUncounted(hour: number): void;
  /** What has been noted, but for the last hour with a failure, which stays noted, and the counts of which are not kept. */
  takeUncounted(lastHour: number | null): number[];
  /** How many streams of each group failed in an hour, as it was last counted. */
  streamsInHour(hour: number): readonly (readonly [group: string, streams: number])[];
  putHour(group: string, hour: number, streams: number): void;
  /**
   * Streams of a group that failed in the hours before the last one, but for so many hours in which most failed; `same`: in the hours of its
   * time of day, but for that in which most failed.
   */
  streamsInHours(bounds: HourBounds): { readonly all: number; readonly same: number };
  /** Hours in which so many streams of a group failed, or may have, both ends inclusive. */
  busyHours(streamsMin: number, fromHour: number, toHour: number): number[];
  /** When the stream next pushed, or the task next ran, after it had failed; null if neither did. */
  backAtMs(failure: FailureToPut): number | null;
  failuresOfTask(taskRow: number): StoredFailure[];
  /** All its failures have the same. */
  subjectOfTask(taskRow: number): string | null;
  task(taskRow: number): FailingTask;
}
