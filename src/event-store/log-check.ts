/** What a check of a log, or of a file of the same form, has found. */
export interface LogCheck {
  readonly events: number;
  /** Those of earlier versions, which are taken as they are. */
  readonly eventsWithoutDigest: number;
  /** Events that are not what was recorded, and gaps in which events are missing. */
  readonly damages: number;
  readonly firstDamage: Damage | null;
  /** Events that are not there because they were kept long enough, by the records of it; left out where there is none. */
  readonly removedByRetention?: { readonly events: number; readonly lastRecordAt: bigint };
}

/** A damaged event, or the first of those that are missing. */
export interface Damage {
  readonly position: bigint;
  /** In words for the operator, of which the position is the subject: "is not what was recorded". */
  readonly problem: string;
}

/** How far a check is. */
export interface CheckProgress {
  readonly events: number;
  readonly position: bigint;
  readonly endPosition: bigint;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Counts what a check finds. */
export class LogCheckCount {
  private counted = {
    events: 0,
    eventsWithoutDigest: 0,
    damages: 0,
    firstDamage: null as Damage | null,
  } as Writable<LogCheck>;

  found(): LogCheck {
    return this.counted;
  }

  event({ hasDigest }: { readonly hasDigest: boolean }): void {
    this.counted.events += 1;
    if (!hasDigest) this.counted.eventsWithoutDigest += 1;
  }

  /** What a record of a removal says. */
  removed(events: number, lastRecordAt: bigint): void {
    this.counted.removedByRetention = { events: (this.counted.removedByRetention?.events ?? 0) + events, lastRecordAt };
  }

  damage(position: bigint, problem: string): void {
    this.counted.damages += 1;
    this.counted.firstDamage ??= { position, problem };
  }
}

/** What is wrong with an event that is damaged. */
export const notWhatWasRecorded = 'is not what was recorded';
