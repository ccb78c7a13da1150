import type { ConditionField, ListFields, OrderName, ListedProperties } from '../lists/list-fields.ts';
import type { ChangePosition } from '../projecting/changes.ts';
import { endSides } from '../sessions/interruption-codes.ts';
import type { FailureTable } from './failure.ts';

/**
 * The fields of incidents, each declared once: the table, the filter, the orders, the rows and the schema derive from here.
 * Exports have their columns in this order. A new column needs a new version of the read model.
 */
export const incidentFields = {
  state: {
    kind: 'IncidentState',
    shown: 'Whether it is over. By the callbacks alone, so it changes only when one arrives.',
    filter: 'By whether it is over.',
    compares: 'whether an incident is over',
    isChanging: true,
    index: { rank: 3, name: 'by_state' },
  },
  startedAt: {
    kind: 'TIME',
    shown: 'When its first failure was, by CSS’s clock.',
    filter: 'By when it began.',
    isChanging: true,
    order: { name: 'STARTED_AT', shown: 'By `startedAt`.' },
  },
  lastFailedAt: {
    kind: 'TIME',
    shown: 'When its newest failure was, by CSS’s clock.',
    filter: 'By its newest failure.',
    isChanging: true,
  },
  newestEvidenceAt: {
    kind: 'TIME',
    shown: 'When the newest failure or return was by which it is judged.',
    filter: 'By the newest failure or return.',
    isChanging: true,
  },
  overSince: {
    kind: 'TIME',
    isNullable: true,
    shown: 'When the last stream that came back was back, or the last one failed. Null unless it is OVER.',
    filter: 'By when it was over.',
    isChanging: true,
  },
  kind: {
    kind: 'FailureKind',
    shown: 'What failed; if several kinds did, most of it.',
    filter: 'By what failed.',
    compares: 'what failed',
    isChanging: true,
  },
  side: {
    kind: 'EndSide',
    shown:
      'Whose side the failures were on, as `endCause.side` says it of one. UNKNOWN also if they differ, and for relay tasks: no vendor page explains the codes of their exits.',
    filter: 'By whose side it was on.',
    compares: 'whose side it was on',
    isChanging: true,
  },
  code: {
    kind: 'INT',
    isNullable: true,
    shown: 'The code of the interruptions or, of relay tasks, of the exits. Null if they differ.',
    filter: 'By the code that its failures share.',
    isChanging: true,
  },
  appId: {
    kind: 'ID',
    isNullable: true,
    shown: 'The account. Null if they differ.',
    filter: 'By the account that its failures share.',
    isChanging: true,
  },
  domain: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The push domain; of relay tasks, the host that they push to. Null if they differ.',
    filter: 'By the push domain that its failures share, in lower case.',
    ignoresCase: true,
    isChanging: true,
  },
  path: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The push path. Null if they differ.',
    filter: 'By the push path that its failures share.',
    isChanging: true,
  },
  accessPoint: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The address of the CSS access point, as sent. Null if they differ.',
    hidden: 'ADDRESS',
    filter: 'By the CSS access point that its failures share, as sent.',
    isChanging: true,
  },
  accessPointNetwork: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The network of the CSS access points, such as `203.0.113.0/24`. Null if they differ.',
    hidden: 'ADDRESS',
    filter: 'By the network of access points that its failures share.',
    isChanging: true,
  },
  region: {
    kind: 'PushRegion',
    isNullable: true,
    shown: 'Where the pushes arrived at CSS. Null if that differs or is unknown.',
    filter: 'By where the pushes arrived at CSS.',
    compares: 'where pushes arrived at CSS',
    isChanging: true,
  },
  sourceHost: {
    kind: 'TEXT',
    isNullable: true,
    shown: 'The host that the relay tasks pull from. Null if they differ, and for pushes.',
    filter: 'By the host that the relay tasks pull from.',
    isChanging: true,
  },
  affected: {
    kind: 'INT',
    shown:
      'The streams that failed, each once; of relay tasks whose stream is unknown, the tasks. `of` says of how many.',
    filter: 'By the number of streams that failed.',
    isChanging: true,
    order: { name: 'AFFECTED', shown: 'By `affected`.' },
  },
  back: {
    kind: 'INT',
    shown: 'How many of them have pushed again, or run again, within a day.',
    filter: 'By the number of streams that are back.',
    isChanging: true,
  },
  notBack: {
    kind: 'INT',
    shown: 'How many of them have not.',
    filter: 'By the number of streams that are not back.',
    isChanging: true,
  },
  failures: {
    kind: 'INT',
    shown: 'How often they failed. Attempts of one stream within a minute count as one.',
    isChanging: true,
  },
  changed: {
    kind: 'CHANGE',
    hasColumn: false,
    order: {
      name: 'LAST_CHANGED',
      shown: 'By their last change, in the order of the log. An incident moves in this list with every change.',
    },
  },
} as const satisfies ListFields;

/** What conditions on incidents may name. */
export type IncidentField = ConditionField<typeof incidentFields>;
/** By what the list of incidents can be sorted. */
export type IncidentOrder = OrderName<typeof incidentFields>;

/** An incident as it is stored. */
export interface IncidentRow extends ListedProperties<typeof incidentFields> {
  /** Its row, and its id in the schema: the same on every node of a log. See `numberOf`. */
  readonly number: number;
  /** Streams that would have failed meanwhile by habit. */
  readonly usual: number;
  readonly spanFromMs: number;
  readonly spanToMs: number;
  /** Until when returns are waited for, by what has arrived; null: they are not. */
  readonly awaitedUntilMs: number | null;
  readonly changed: ChangePosition;
}

/** A time whose incidents have to be decided on, both ends inclusive. */
export interface TimeRange {
  fromMs: number;
  toMs: number;
}

/** The projector's access to incidents and what they follow from. */
export interface IncidentTable extends FailureTable {
  /** From when the record goes, by the times of its callbacks, and to when, by arrivals. */
  record(): { readonly fromMs: number | null; readonly toMs: number | null };
  putRecord(fromMs: number, toMs: number): void;
  /** Those that reach into a time. */
  incidentsOverlapping(fromMs: number, toMs: number): IncidentRow[];
  /** Both ends inclusive, in the order of the numbers. */
  incidentsNumbered(from: number, to: number): IncidentRow[];
  /** Those whose returns need not be waited for any more at this time. */
  incidentsAwaitedUntil(toMs: number): IncidentRow[];
  /** Notes that the incidents of a time have to be decided on again. */
  putUndecided(range: TimeRange): void;
  /** What has been noted since the last decision. */
  undecided(): TimeRange[];
  hasUndecided(): boolean;
  clearUndecided(): void;
  /** The newest failure of all incidents. */
  lastTakenAtMs(): number | null;
  putIncident(row: Omit<IncidentRow, 'changed'>, changed: ChangePosition): void;
  removeIncident(number: number): void;
}

/** Milliseconds in which incidents of one side are numbered. */
const slotMs = 3_600_000;

/** The slots begin at no round time: most of what happens on time begins at one, and so would be numbered in two. */
const slotShiftMs = 17 * 60_000 + 41_000;

/** Incidents of one side in one slot; far more than there can be by their rules. */
export const numbersMax = 1_000;

/** The first number of incidents of a side that began about the same time. Numbers are kept if a late callback changes when one began. */
export function firstNumberOf(side: IncidentRow['side'], startedAtMs: number): number {
  const slot = Math.floor((startedAtMs - slotShiftMs) / slotMs);
  return (slot * endSides.length + endSides.indexOf(side)) * numbersMax;
}

/** The text of a number in the schema. */
export function writeIncidentId(number: number): string {
  return number.toString(36);
}

/** Null if the text is no id of an incident. */
export function readIncidentId(text: string): number | null {
  const number = /^[0-9a-z]{1,10}$/.test(text) ? Number.parseInt(text, 36) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}
