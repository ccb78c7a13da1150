import { interpret, streamNamedBy } from '../domain/callback/callback.ts';
import { isOutsideReadModels } from '../domain/callback/event-naming.ts';
import { parseJsonObject } from '../domain/callback/json-object.ts';
import { parseTargetUrl } from '../domain/relay-task/relay-callback.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';

/** Where events of the log are sent to, and how fast. */
export interface DeliveryTarget {
  /** In logs, metrics and GraphQL; its position in the log is kept under this name. */
  readonly name: string;
  /** Requests at once. Those of one stream are never at once. */
  readonly concurrency: number;
  /** Requests in a second at most; null: as many as the target answers. */
  readonly perSecond: number | null;
  /** Milliseconds after its first failure at which an event is set aside. */
  readonly giveUpAfterMs: number;
}

/** Where callbacks are sent on to. URL, headers and key may be secrets: none is ever logged or shown. */
export interface ForwardTarget extends DeliveryTarget {
  readonly url: string;
  /** Null: every recorded callback. */
  readonly filter: ForwardFilter | null;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `t` and `sign` are made anew with this key; null: they are sent as received. */
  readonly signingKey: string | null;
}

/** A callback matches if each list that is set has its value. */
export interface ForwardFilter {
  /** `event_type`. */
  readonly eventTypes: readonly number[] | null;
  /** Push domains, in lower case; of a relay callback, that of its `to_url`. */
  readonly domains: readonly string[] | null;
  /** Push paths; of a relay callback, that of its `to_url`. */
  readonly paths: readonly string[] | null;
}

/** The defaults of a target. A day, because the operator of a target that has stopped may be asleep. */
export const defaultsOfTarget = { concurrency: 16, perSecond: null, giveUpAfterMs: 24 * 3_600_000 } as const;

/** Whether a recorded callback is sent to a target: each arrival is, as CSS sent it; what is in quarantine is not. */
export function isForwarded(event: RecordedEvent, filter: ForwardFilter | null): boolean {
  if (isOutsideReadModels(event.streamName) || !event.type.startsWith('Css')) return false;
  // A damaged one is reported, whatever it says by now.
  return filter === null || event.isDamaged === true || matches(event.data, filter);
}

function matches(data: Uint8Array, { eventTypes, domains, paths }: ForwardFilter): boolean {
  const body = parseJsonObject(data);
  if (!body.ok) return false;
  const callback = interpret(body.object);
  const path = pathOf(callback);
  const { domain } = streamNamedBy(callback);
  return (
    (eventTypes === null || (callback.eventType !== null && eventTypes.includes(callback.eventType))) &&
    (domains === null || (domain !== null && domains.includes(domain))) &&
    (paths === null || (path !== null && paths.includes(path)))
  );
}

function pathOf(callback: ReturnType<typeof interpret>): string | null {
  if (callback.kind === 'RELAY') return parseTargetUrl(callback.toUrl)?.path ?? null;
  return callback.facts.path;
}
