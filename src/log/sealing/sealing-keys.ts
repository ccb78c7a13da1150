import { setInterval } from 'node:timers';
import type { Clock } from '../../kernel/clock.ts';
import { makeFolder } from '../../kernel/disk.ts';
import { describeFault, type Logger } from '../../kernel/logger.ts';
import {
  closeMaster,
  createMaster,
  dayOf,
  destroyReplaced,
  isClosingRequested,
  listKeys,
  readKeys,
} from './key-files.ts';
import { deriveKey, subjectDigest, type KeyName } from './sealed-event.ts';

/** Milliseconds between two looks at the clock and for requests to change the key. */
const lookEveryMs = 500;

/** Milliseconds before midnight from which the key of the next day is there: a slow disk has an hour. */
const madeAheadMs = 3_600_000;

/**
 * Milliseconds for which an append that was not confirmed may still come into the log: EventStoreDB drops it after a minute, and a
 * disk that is stuck for longer stops the service.
 */
const unconfirmedMs = 120_000;

/** Keys of subjects in memory: the sessions that are live. */
const derivedMax = 20_000;

/** A master key that this process seals with, or has sealed with. */
interface Master {
  readonly masterId: string;
  readonly master: Uint8Array;
  /** Appends under way that were sealed with it. */
  appends: number;
  readonly derived: Map<string, { readonly name: KeyName; readonly key: Uint8Array }>;
}

/** The key of one append. */
export type SealingKey = ReturnType<SealingKeys['take']>;

export interface SealingOptions {
  readonly folder: string;
  /** The process that seals, the same after a restart: it closes what its predecessor left open. */
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether all that was sealed and answered is in the log: false while something waits in a spool. */
  readonly isDrained: () => boolean;
}

/** The keys that a process seals with: one for each day, made before it is needed, so that no callback waits for a disk. */
export class SealingKeys {
  /** Keys that nothing new is sealed with, until they are closed. */
  private retired: Master[] = [];
  private next: Master | null = null;
  private looking: Promise<void> | null = null;
  private readonly timer: NodeJS.Timeout;
  private hasFailed = false;

  private constructor(
    private readonly options: SealingOptions,
    private current: Master,
  ) {
    this.timer = setInterval(() => void this.look(), lookEveryMs);
    this.timer.unref();
  }

  /** @throws Error - of the file system: the folder can't be written */
  static async open(options: SealingOptions): Promise<SealingKeys> {
    const { folder, owner, clock } = options;
    makeFolder(folder, 0o700);
    await destroyReplaced(folder);
    const left = [...(await listKeys(folder))].flatMap(([masterId, ending]) => {
      if (ending !== 'open') return [];
      const keys = readKeys(folder, masterId);
      return keys.kind === 'master' && keys.owner === owner ? newMaster(masterId, keys.master) : [];
    });
    const { masterId, master } = await createMaster(folder, owner, clock());
    const keys = new SealingKeys(options, newMaster(masterId, master));
    keys.retired = left;
    await keys.look();
    return keys;
  }

  /** The key for an append that begins now. */
  take() {
    const { current } = this;
    current.appends += 1;
    return {
      /** The key of a subject. */
      of: (subject: string) => keyOf(current, subject),
      /** Call it once the append has ended. */
      ended: (isUnconfirmed: boolean) => {
        const end = () => void (current.appends -= 1);
        if (isUnconfirmed) setTimeout(end, unconfirmedMs).unref();
        else end();
      },
    };
  }

  /** Closes what nothing is sealed with any more. Call it once nothing is appended. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
    for (const { masterId } of [this.next, this.current].filter((master) => master !== null)) {
      if (this.current.appends === 0 && this.options.isDrained()) await closeMaster(this.options.folder, masterId);
    }
  }

  private look(): Promise<void> {
    this.looking ??= this.change()
      .then(() => void (this.hasFailed = false))
      .catch((error: unknown) => {
        // The key in use serves on, whatever the day.
        if (!this.hasFailed) this.options.logger.error(describeFault(error), cannotChange);
        this.hasFailed = true;
      })
      .finally(() => (this.looking = null));
    return this.looking;
  }

  private async change(): Promise<void> {
    const { folder, clock, isDrained } = this.options;
    const nowMs = clock();
    const isOtherDay = (master: Master, atMs: number) => dayOf(master.masterId) !== utcDay(atMs);
    if (await isClosingRequested(folder, this.current.masterId)) this.changeTo(await this.make(nowMs));
    else if (isOtherDay(this.current, nowMs)) {
      this.changeTo(this.next !== null && !isOtherDay(this.next, nowMs) ? this.next : await this.make(nowMs));
      this.next = null;
    } else if (this.next === null && isOtherDay(this.current, nowMs + madeAheadMs)) {
      this.next = await this.make(nowMs + madeAheadMs);
    }
    for (const master of this.retired) {
      if (master.appends > 0 || !isDrained()) continue;
      await closeMaster(folder, master.masterId);
      this.retired = this.retired.filter((one) => one !== master);
    }
  }

  private async make(atMs: number): Promise<Master> {
    const { masterId, master } = await createMaster(this.options.folder, this.options.owner, atMs);
    return newMaster(masterId, master);
  }

  private changeTo(master: Master): void {
    this.retired.push(this.current);
    this.current = master;
  }
}

const cannotChange = 'the key of personal data could not be changed: callbacks are sealed with the one in use';

function newMaster(masterId: string, master: Uint8Array): Master {
  return { masterId, master, appends: 0, derived: new Map() };
}

function keyOf({ masterId, master, derived }: Master, subject: string) {
  const known = derived.get(subject);
  if (known !== undefined) return known;
  const digest = subjectDigest(subject);
  const made = { name: { masterId, subject: digest }, key: deriveKey(master, digest) };
  if (derived.size >= derivedMax) derived.delete(derived.keys().next().value ?? '');
  derived.set(subject, made);
  return made;
}

function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
