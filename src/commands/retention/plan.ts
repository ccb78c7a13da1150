import type { RetentionRule } from '../../domain/retention/retention-rule.ts';
import type { RetentionRecord } from '../../event-store/retention-record.ts';
import { readEventSizes } from '../../event-store/sqlite/event-removal.ts';
import { openReadModelForReading } from '../../read-models/sqlite/file/read-model-file.ts';
import { readFallingOut, type FallingOut } from '../../read-models/sqlite/retention/falling-out.ts';
import { RetentionTally, type PlannedRemoval } from './tally.ts';

/** Events of one part of a plan: each takes some 1 KB of memory until the part is done, so some 500 MB, and as much that is not freed yet of the part before. Each part reads the log once. */
const eventsPerPartMax = 500_000;

/** Events of one step, unless what falls out together has more: a transaction of a few milliseconds, and a record of a few KB. */
const eventsPerStep = 1_000;

/** What is removed in one transaction: read models of the rest are as if it had never been. */
export type RemovalStep = readonly PlannedRemoval[];

/** What falls out by the rules, as often as it is asked for: the same each time, but for what was removed meanwhile. */
export interface RetentionPlan {
  /** It only reads; a service may be writing. Memory has one part of all of it. */
  steps(): Generator<RemovalStep>;
  close(): void;
}

/** Where a plan is made from: a complete read model, and the folder of its log. */
export interface PlanSource {
  readonly folder: string;
  readonly readModel: string;
}

/** Makes a plan. The read model may be removed once steps were asked for: it is open until the plan is closed. */
export function openPlan(
  { folder, readModel }: PlanSource,
  rules: readonly RetentionRule[],
  { nowMs, eventsMax = eventsPerPartMax }: { readonly nowMs: number; readonly eventsMax?: number },
): RetentionPlan {
  const db = openReadModelForReading(readModel);
  return {
    *steps() {
      let part: (readonly FallingOut[])[] = [];
      let events = 0;
      for (const group of readFallingOut(db, rules, nowMs)) {
        part.push(group);
        for (const { eventIds } of group) events += eventIds.length;
        if (events < eventsMax) continue;
        yield* stepsOf(locate(folder, part));
        [part, events] = [[], 0];
      }
      yield* stepsOf(locate(folder, part));
    },
    close: () => void db.close(),
  };
}

/** By id, not by position: of a redelivery, and of an event id that is in the log twice, the read model has only that. */
function locate(folder: string, groups: readonly (readonly FallingOut[])[]): PlannedRemoval[][] {
  const byId = new Map<string, { readonly positions: number[]; bytes: number }>();
  const found = groups.map((group) =>
    group.map(({ eventIds, ...removal }) => {
      const events = { ...removal, positions: [] as number[], bytes: 0 };
      for (const id of eventIds) byId.set(id, events);
      return events;
    }),
  );
  for (const { position, eventId, bytes } of byId.size === 0 ? [] : readEventSizes(folder)) {
    const events = byId.get(eventId);
    if (events === undefined) continue;
    events.positions.push(position);
    events.bytes += bytes;
  }
  return found.map((group) => group.filter(({ positions }) => positions.length > 0));
}

function* stepsOf(groups: readonly RemovalStep[]): Generator<RemovalStep> {
  let step: PlannedRemoval[] = [];
  let events = 0;
  for (const group of groups) {
    step.push(...group);
    for (const { positions } of group) events += positions.length;
    if (events < eventsPerStep) continue;
    yield step;
    [step, events] = [[], 0];
  }
  if (step.length > 0) yield step;
}

/** What the log is to say of a step. */
export function recordOf(step: RemovalStep, rules: readonly RetentionRule[], nowMs: number): RetentionRecord {
  const positions = step.flatMap((removal) => removal.positions).sort((one, other) => one - other);
  return { atMs: nowMs, ...new RetentionTally().add(step).summary(rules), positions };
}
