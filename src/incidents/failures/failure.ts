import { networkOf } from '../../kernel/addresses.ts';
import type { EndSide } from '../../sessions/interruption-codes.ts';
import type { PushRegion } from '../../sessions/stream-session-view.ts';

/** What failed: a push that was running, an attempt to push, or a run of a relay task. */
export const failureKinds = ['PUSH', 'ATTEMPT', 'RELAY_RUN'] as const;
export type FailureKind = (typeof failureKinds)[number];

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
