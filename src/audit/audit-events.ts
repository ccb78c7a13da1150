import { randomUUID } from 'node:crypto';
import { readObject, readTime } from '../callbacks/json-object.ts';
import { nobody, readAuthor, writeAuthor } from '../log/author.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError } from '../kernel/errors.ts';
import { describeFault, type Logger } from '../kernel/logger.ts';
import { StoreOverloaded, StoreUnavailable, type NewEvent } from '../log/event-store.ts';
import type { CurrentLog } from '../log/only-event.ts';
import { auditActions, auditOutcomes, type AuditEntry } from './audit.ts';

/** How the log records what leaves no other event. These names never change. */

/**
 * The stream of the audit. Its category is one that earlier versions know to have no callbacks. An entry that a command has left for the service is in a
 * stream of its own, so that it is recorded once.
 */
export const auditStream = 'operator-audit';

/** The stream of an entry that must not be recorded twice. */
export function auditStreamOf(entryId: string): string {
  return `${auditStream}-${entryId}`;
}

export function isAuditStream(streamName: string): boolean {
  return streamName === auditStream || streamName.startsWith(auditStreamOf(''));
}

/** The type of the events of both. */
export const auditedType = 'Audited';

/** An entry as an event: the data has what was done, the metadata who did it and when. */
export function newAudited(entry: AuditEntry, eventId: string = randomUUID()): NewEvent {
  const { atMs, author, action, object, outcome, code, reason, count, begunId } = entry;
  const data = {
    action,
    outcome,
    ...(object !== null && { object }),
    ...(code !== null && { code }),
    ...(reason !== null && { reason }),
    ...(count !== 1 && { count }),
    ...(begunId !== null && { begun: begunId }),
  };
  const metadata = { at: new Date(atMs).toISOString(), ...writeAuthor(author) };
  return {
    eventId,
    type: auditedType,
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.from(JSON.stringify(metadata)),
  };
}

/** Null for another type, and for an action or outcome of a later version. `UNREADABLE`: the content is not ours. */
export function readAudited({
  type,
  data,
  metadata,
}: Pick<NewEvent, 'type' | 'data' | 'metadata'>): AuditEntry | null | 'UNREADABLE' {
  if (type !== auditedType) return null;
  const { action, outcome, object, code, reason, count = 1, begun } = readObject(data);
  const about = readObject(metadata);
  const atMs = readTime(about['at']);
  if (atMs === null || typeof action !== 'string' || !Number.isSafeInteger(count)) return 'UNREADABLE';
  const [known, ended] = [auditActions.find((one) => one === action), auditOutcomes.find((one) => one === outcome)];
  if (known === undefined || ended === undefined) return null;
  return {
    atMs,
    author: readAuthor(about),
    action: known,
    outcome: ended,
    count: count as number,
    object: textOrNull(object),
    code: textOrNull(code),
    reason: textOrNull(reason),
    begunId: textOrNull(begun),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** An entry that happens now. */
export type NewAuditEntry = Omit<AuditEntry, 'atMs' | 'count' | 'begunId'> & Partial<Pick<AuditEntry, 'begunId'>>;

/** Records who does what. */
export interface Audit {
  /** Resolves with the id of the entry's event once that is durable. @throws LedgerError - STORE_UNAVAILABLE */
  record(entry: NewAuditEntry): Promise<string>;
  /**
   * The same for what may be repeated often: of equal entries, the first is recorded at once, and how many came after it when its minute is over. Resolves
   * once the first is durable. @throws LedgerError - STORE_UNAVAILABLE
   */
  count(entry: NewAuditEntry): Promise<void>;
}

/** Milliseconds in which equal entries are one. */
const countedForMs = 60_000;

/** Equal entries that are counted at a time, about 300 bytes each. Others are recorded one by one. */
const countedMax = 1_000;

/** Addresses whose refused sign-ins are counted apart: whoever sends from more fills no disk with entries. The others are counted together. */
const refusedAddressesMax = 20;

/** Entries of one minute that are alike. */
interface Counted {
  readonly entry: NewAuditEntry;
  /** Resolves once one of them is durable. */
  stored: Promise<void>;
  /** How many came after that one, and when the first of these did. */
  more: number;
  moreAtMs: number;
  timer: NodeJS.Timeout;
}

/** Records entries in the log. Closing it records what was counted. */
export class Auditor implements Audit {
  private readonly counted = new Map<string, Counted>();
  private readonly refused = new Map<string, Counted>();

  constructor(
    private readonly log: Pick<CurrentLog, 'append'>,
    private readonly clock: Clock,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  record(entry: NewAuditEntry): Promise<string> {
    return this.append({ begunId: null, ...entry, atMs: this.clock(), count: 1 });
  }

  count(entry: NewAuditEntry): Promise<void> {
    if (entry.action !== 'SIGN_IN' || entry.outcome !== 'REFUSED') {
      const isNew = !this.counted.has(keyOf(entry));
      if (isNew && this.counted.size >= countedMax) return this.record(entry).then(() => undefined);
      return this.countIn(this.counted, entry);
    }
    const isOfOthers = !this.refused.has(keyOf(entry)) && this.refused.size >= refusedAddressesMax;
    return this.countIn(this.refused, isOfOthers ? { ...entry, author: nobody } : entry);
  }

  /** Never rejects. */
  async close(): Promise<void> {
    for (const counts of [this.counted, this.refused]) {
      for (const one of counts.values()) clearTimeout(one.timer);
      await Promise.all([...counts.values()].map((one) => this.appendMore(one)));
      counts.clear();
    }
  }

  private countIn(counts: Map<string, Counted>, entry: NewAuditEntry): Promise<void> {
    const key = keyOf(entry);
    const before = counts.get(key);
    if (before !== undefined) {
      if (before.more === 0) before.moreAtMs = this.clock();
      before.more += 1;
      return before.stored;
    }
    const over = () => {
      const one = counts.get(key);
      if (one === undefined) return;
      if (one.more === 0) {
        counts.delete(key);
        return;
      }
      one.stored = this.appendMore(one);
      one.timer = setTimeout(over, countedForMs).unref();
    };
    const stored = this.record(entry).then(() => undefined);
    counts.set(key, { entry, stored, more: 0, moreAtMs: 0, timer: setTimeout(over, countedForMs).unref() });
    stored.catch(() => {
      clearTimeout(counts.get(key)?.timer);
      counts.delete(key);
    });
    return stored;
  }

  /** Never rejects: the first of them is durable. */
  private async appendMore(one: Counted): Promise<void> {
    const { entry, more: count, moreAtMs: atMs } = one;
    if (count === 0) return;
    one.more = 0;
    try {
      await this.append({ begunId: null, ...entry, atMs, count });
    } catch (error) {
      this.logger.warn({ ...describeFault(error), count }, 'repeated entries of the audit could not be recorded');
    }
  }

  private async append(entry: AuditEntry): Promise<string> {
    const event = newAudited(entry);
    try {
      await this.log.append(auditStream, [event], 'any');
      return event.eventId;
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof StoreOverloaded)) throw error;
      throw new LedgerError('STORE_UNAVAILABLE', notRecorded, {}, { cause: error });
    }
  }
}

const notRecorded = 'The log could not record who asks, so it is not answered. Send it again later.';

function keyOf({ author, action, object, outcome, code }: NewAuditEntry): string {
  return JSON.stringify([author, action, object, outcome, code]);
}
