/** The true course of a push. */
export interface PushActivity {
  readonly appId: string;
  readonly sequence: string;
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
  readonly channelId: string;
  readonly node: string;
  readonly userIp: string;
  /** Query of the push URL: made up, in the form of the credentials that CSS sends. */
  readonly streamParam: string;
  /** Milliseconds since 1970 by CSS's clock; whole seconds. */
  readonly startedAtMs: number;
  readonly dialect: PushDialect;
}

/** How push and interruption callbacks are written: the vendor's pages, samples and revisions differ. */
export interface PushDialect {
  readonly appIdField: 'appid' | 'appId';
  readonly tAsText: boolean;
  readonly durationAsText: boolean;
  /** A number of 18 to 19 digits instead of a string. */
  readonly sequenceAsNumber: boolean;
  /** The fields of later revisions: set_id, idc_id, width, height. */
  readonly laterFields: { readonly setId: number; readonly idcId: number; readonly width: number } | null;
}

/** The true course of a relay task. */
export interface SimulatedTask {
  readonly appId: string;
  readonly taskId: string;
  readonly sourceUrls: readonly string[];
  readonly toUrl: string;
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
  readonly dialect: RelayDialect;
}

export interface RelayDialect {
  /**
   * The times that its callbacks carry. MILLISECONDS: task_start_time, task_exit_time, and event_time as a string.
   * SECONDS: event_time alone; the times in msg are 0. NONE: no time at all, as in the vendor's samples.
   */
  readonly clock: 'MILLISECONDS' | 'SECONDS' | 'NONE';
  readonly appIdField: 'appid' | 'appId';
  /** The vendor's tables say that `index` and `code` are strings; its samples have numbers. */
  readonly numbersAsText: boolean;
  readonly streamIdEmpty: boolean;
  readonly callbackUrl: boolean;
}

export type RelayEvent =
  | { readonly type: 'START' | 'RESET' }
  | { readonly type: 'EXIT'; readonly code: number | string; readonly message: string; readonly namesTask: boolean }
  | {
      readonly type: 'FILE_START' | 'FILE_FINISH';
      readonly index: number;
      readonly url: string;
      readonly durationSeconds: number;
    }
  | { readonly type: 'ALARM'; readonly alarm: string };

interface AnySimulatedCallback {
  /** Index in the scenario. */
  readonly number: number;
  /** When it happened, by CSS's clock. For tasks whose callbacks carry no time, only the order counts. */
  readonly atMs: number;
  readonly appId: string;
}

/** The beginning of a push: `event_type` 1. */
export interface SimulatedPush extends AnySimulatedCallback {
  readonly kind: 'PUSH';
  readonly activity: PushActivity;
}

/** The end of a push: `event_type` 0. */
export interface SimulatedInterruption extends AnySimulatedCallback {
  readonly kind: 'INTERRUPTION';
  readonly activity: PushActivity;
  readonly pushDurationMs: number;
  readonly code: number;
  readonly message: string;
}

/** Something that happened to a relay task: `event_type` 314. */
export interface SimulatedRelay extends AnySimulatedCallback {
  readonly kind: 'RELAY';
  readonly task: SimulatedTask;
  readonly event: RelayEvent;
}

/** Recordings, screenshots, audits and the like: recorded, but part of no session. */
export interface SimulatedOther extends AnySimulatedCallback {
  readonly kind: 'OTHER';
  readonly eventType: number;
  readonly domain: string;
  readonly streamId: string;
  readonly more: Readonly<Record<string, string | number>>;
}

/** One callback of a scenario, before it is written as a body: any of the kinds that CSS sends. */
export type SimulatedCallback = SimulatedPush | SimulatedInterruption | SimulatedRelay | SimulatedOther;

/** A callback before the scenario is sorted and numbered. */
export type Unnumbered = WithoutNumber<SimulatedPush | SimulatedInterruption | SimulatedRelay | SimulatedOther>;
type WithoutNumber<Kind> = Kind extends unknown ? Omit<Kind, 'number'> : never;
