import { readUnsent } from '../../forwarding/forwarding-file-table.ts';
import { OperatorError } from '../../kernel/errors.ts';
import type { RetentionCount, RetentionRecord } from '../../log/ledger-events.ts';
import { readEventSizes } from '../../log/sqlite/event-removal.ts';
import { openReadModelForReading } from '../../projecting/file/read-model-file.ts';
import { readFallingOut, type FallingOut } from './falling-out-table.ts';
import type { RetentionRule } from './retention-rules.ts';

/** What falls out, with the positions and bytes of its events in the log. */
interface PlannedRemoval extends Omit<FallingOut, 'eventIds'> {
  readonly positions: readonly number[];
  readonly bytes: number;
}

/** The totals of removals, without their time and positions. */
export type RetentionSummary = Omit<RetentionRecord, 'atMs' | 'positions'>;

/** Adds up any number of removals. */
export class RetentionTally {
  /** Events of all removals. */
  events = 0;
  /** Bytes of their data and metadata. */
  bytes = 0;
  private firstReceivedAtMs = Infinity;
  private lastReceivedAtMs = -Infinity;
  private readonly counts = new Map<string, RetentionCount>();

  add(removals: readonly PlannedRemoval[]): this {
    for (const { rule, what, appId, eventType, positions, ...removal } of removals) {
      const key = JSON.stringify([rule, what, appId, eventType]);
      const { count, events } = this.counts.get(key) ?? { count: 0, events: 0 };
      const added = { count: count + 1, events: events + positions.length };
      this.counts.set(key, { rule, what, appId, eventType, ...added });
      this.events += positions.length;
      this.bytes += removal.bytes;
      this.firstReceivedAtMs = Math.min(this.firstReceivedAtMs, removal.firstReceivedAtMs);
      this.lastReceivedAtMs = Math.max(this.lastReceivedAtMs, removal.lastReceivedAtMs);
    }
    return this;
  }

  /** The totals, with only the rules that decided. */
  summary(rules: readonly RetentionRule[]): RetentionSummary {
    const { events, bytes, firstReceivedAtMs, lastReceivedAtMs } = this;
    const counts = [...this.counts.values()];
    const used = [...new Set(counts.map(({ rule }) => rule))].sort((one, other) => one - other);
    return {
      rules: used.map((index) => rules[index] ?? {}),
      counts: counts.map((count) => ({ ...count, rule: used.indexOf(count.rule) })),
      events,
      bytes,
      firstReceivedAtMs,
      lastReceivedAtMs,
    };
  }
}

/**
 * Events of one part of a plan. Each takes about 1 KB of memory, so a part takes about 500 MB, beside as much of the part before
 * that is not freed yet. Each part reads the log once.
 */
const eventsPerPartMax = 500_000;

/** Events of one step, unless a group has more: a transaction of a few milliseconds, and a record of a few KB. */
const eventsPerStep = 1_000;

/** What one transaction removes. Read models of the rest are as if it had never been recorded. */
type RemovalStep = readonly PlannedRemoval[];

/** What falls out by the rules. */
export type RetentionPlan = ReturnType<typeof openPlan>;

/** A complete read model, and the folder of its log. */
interface PlanSource {
  readonly folder: string;
  readonly readModel: string;
}

/**
 * Makes a plan. It may be read repeatedly, and is the same each time except for what was removed meanwhile. The file of the
 * read model may be removed, because it stays open until the plan is closed.
 */
export function openPlan(
  { folder, readModel }: PlanSource,
  rules: readonly RetentionRule[],
  { nowMs, eventsMax = eventsPerPartMax }: { readonly nowMs: number; readonly eventsMax?: number },
) {
  const db = openReadModelForReading(readModel);
  return {
    /** Only reads, while a service may be writing. Keeps one part in memory. */
    *steps(): Generator<RemovalStep> {
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

/** Finds events by id, because for redeliveries, and for ids that are in the log twice, the read model has no position. */
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

/** The record of a step for the log. */
export function recordOf(step: RemovalStep, rules: readonly RetentionRule[], nowMs: number): RetentionRecord {
  const positions = step.flatMap((removal) => removal.positions).sort((one, other) => one - other);
  return { atMs: nowMs, ...new RetentionTally().add(step).summary(rules), positions };
}

/** The data directory, and the names of targets of forwarding. */
export interface KnownTargets {
  readonly dataDir: string;
  readonly targets: readonly string[];
  /** Targets that are gone for good: what they were not sent yet may be removed. */
  readonly ignoredTargets: readonly string[];
}

/** Finds events that a target was not sent yet. Once removed, they would never be sent, and nobody would know. */
export type UnsentCheck = ReturnType<typeof openUnsentCheck>;

/** Reads what each target known in the folder was not sent yet. */
export function openUnsentCheck({ dataDir, targets, ignoredTargets }: KnownTargets) {
  const known = readUnsent(dataDir)
    .filter(({ target }) => targets.includes(target) || !ignoredTargets.includes(target))
    .map((unsent) => ({ ...unsent, going: 0 }));
  const found = () => known.flatMap(({ target, going }) => (going === 0 ? [] : [{ target, events: going }]));
  return {
    /** Call it with everything that would be removed. */
    look(removals: readonly PlannedRemoval[]): void {
      for (const one of known) {
        for (const { positions } of removals) {
          for (const at of positions) if (at > one.readTo || one.pending.has(at)) one.going += 1;
        }
      }
    },
    /** The targets that some of it was not yet sent to, with the number of events. */
    found,
    /** @throws OperatorError - some of it was not yet sent to a target */
    assertNone(): void {
      const [behind] = found();
      if (behind === undefined) return;
      const { target, events } = behind;
      throw new OperatorError(
        `Nothing was removed: ${events} events that would go have still to be sent to target ${target}. ${targets.includes(target) ? ofTargetInSettings : ofUnknownTarget(target)}`,
      );
    },
  };
}

const ofTargetInSettings =
  'Start the service and wait until it has them, or use "forwarding skip". If it is gone for good, take it out of the settings, and give --ignore-target with its name.';

const ofUnknownTarget = (target: string) =>
  `It is not in the settings of this command. Give it the FORWARD_* settings of the service, and let the service send them first; or, if that target is gone for good, give --ignore-target ${target}.`;
