import type { RetentionRule } from '../../domain/retention/retention-rule.ts';
import type { RetentionCount, RetentionRecord } from '../../event-store/retention-record.ts';
import { readEventSizes } from '../../event-store/sqlite/event-removal.ts';
import { openReadModelForReading } from '../../read-models/sqlite/file/read-model-file.ts';
import { readFallingOut, type FallingOut } from '../../read-models/sqlite/retention/falling-out.ts';

/** Events of one run: each takes some 1 KB of memory until it is done, so some 500 MB. */
export const eventsPerRunMax = 500_000;

/** Events of one step, unless what falls out together has more: a transaction of a few milliseconds, and a record of a few KB. */
const eventsPerStep = 1_000;

/** What falls out, with its events as they are in the log. */
export interface PlannedRemoval extends Omit<FallingOut, 'eventIds'> {
  readonly positions: readonly number[];
  readonly bytes: number;
}

export interface RetentionPlan {
  readonly removals: readonly PlannedRemoval[];
  /** There is more to remove than one run does. */
  readonly isCut: boolean;
}

/** Where a plan is made from: a complete read model, and the folder of its log. */
export interface PlanSource {
  readonly folder: string;
  readonly readModel: string;
}

/** What falls out by the rules. It only reads; a service may be writing. */
export function planRetention(
  { folder, readModel }: PlanSource,
  rules: readonly RetentionRule[],
  { nowMs, eventsMax = eventsPerRunMax }: { readonly nowMs: number; readonly eventsMax?: number },
): RetentionPlan {
  const db = openReadModelForReading(readModel);
  try {
    const { list, isCut } = readFallingOut(db, rules, { nowMs, eventsMax });
    const found = list.map(() => ({ positions: [] as number[], bytes: 0 }));
    // By id, not by position: of a redelivery, and of an event id that is in the log twice, the read model has only that.
    const byId = new Map<string, (typeof found)[number] | undefined>();
    for (const [index, { eventIds }] of list.entries()) for (const id of eventIds) byId.set(id, found[index]);
    for (const { position, eventId, bytes } of byId.size === 0 ? [] : readEventSizes(folder)) {
      const events = byId.get(eventId);
      if (events === undefined) continue;
      events.positions.push(position);
      events.bytes += bytes;
    }
    const removals = list.map(({ eventIds: _ids, ...rest }, index) => ({
      ...rest,
      ...(found[index] ?? { positions: [], bytes: 0 }),
    }));
    return { removals: removals.filter(({ positions }) => positions.length > 0), isCut };
  } finally {
    db.close();
  }
}

/** Removals in steps, each of which leaves read models as if nothing else had ever been. */
export function* stepsOf({ removals }: RetentionPlan): Generator<readonly PlannedRemoval[]> {
  let step: PlannedRemoval[] = [];
  let events = 0;
  for (const removal of removals) {
    if (events >= eventsPerStep && removal.group !== step.at(-1)?.group) {
      yield step;
      [step, events] = [[], 0];
    }
    step.push(removal);
    events += removal.positions.length;
  }
  if (step.length > 0) yield step;
}

/** What the log is to say of removals: one or several. */
export function recordOf(
  removals: readonly PlannedRemoval[],
  rules: readonly RetentionRule[],
  nowMs: number,
): RetentionRecord {
  const counts = new Map<string, RetentionCount>();
  const used = [...new Set(removals.map(({ rule }) => rule))].sort((one, other) => one - other);
  let [bytes, firstReceivedAtMs, lastReceivedAtMs] = [0, Infinity, -Infinity];
  for (const { rule, what, appId, eventType, positions, ...removal } of removals) {
    const key = JSON.stringify([rule, what, appId, eventType]);
    const { count, events } = counts.get(key) ?? { count: 0, events: 0 };
    const ofKind = { rule: used.indexOf(rule), what, appId, eventType };
    counts.set(key, { ...ofKind, count: count + 1, events: events + positions.length });
    bytes += removal.bytes;
    firstReceivedAtMs = Math.min(firstReceivedAtMs, removal.firstReceivedAtMs);
    lastReceivedAtMs = Math.max(lastReceivedAtMs, removal.lastReceivedAtMs);
  }
  const positions = removals.flatMap((removal) => removal.positions).sort((one, other) => one - other);
  return {
    ...{ atMs: nowMs, rules: used.map((index) => rules[index] ?? {}), counts: [...counts.values()] },
    ...{ events: positions.length, bytes, firstReceivedAtMs, lastReceivedAtMs, positions },
  };
}
