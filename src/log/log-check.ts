/** The result of checking a log, or a file in the same format. */
export interface LogCheck {
  readonly events: number;
  /** Written by earlier versions; they can't be checked. */
  readonly eventsWithoutDigest: number;
  /** Damaged events, and gaps in which events are missing. */
  readonly damages: number;
  readonly firstDamage: Damage | null;
  /** Events that retention removed, according to its records; absent if there are none. */
  readonly removedByRetention?: { readonly events: number; readonly lastRecordAt: bigint };
}

/** A damaged event, or the first event of a gap. */
export interface Damage {
  readonly position: bigint;
  /** For the operator; the position is its subject: "is not what was recorded". */
  readonly problem: string;
}

/** How far a check has come. */
export interface CheckProgress {
  readonly events: number;
  readonly position: bigint;
  readonly endPosition: bigint;
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Counts a check's findings. */
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

  /** Counts a retention record. */
  removed(events: number, lastRecordAt: bigint): void {
    this.counted.removedByRetention = { events: (this.counted.removedByRetention?.events ?? 0) + events, lastRecordAt };
  }

  damage(position: bigint, problem: string): void {
    this.counted.damages += 1;
    this.counted.firstDamage ??= { position, problem };
  }
}

/** The problem of a damaged event. */
export const notWhatWasRecorded = 'is not what was recorded';
