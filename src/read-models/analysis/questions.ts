import type { EndSide } from '../../domain/stream-session/interruption-codes.ts';
import type { Condition, StreamSessionField } from '../listing.ts';
import type { PeriodKind } from './periods.ts';

/** From a moment on, to another one, which is not part of it. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What statistics of sessions can be divided by, beside time. */
export const sessionDimensions = ['APP_ID', 'DOMAIN', 'PATH', 'STREAM_ID', 'NODE', 'END_SIDE', 'END_CODE'] as const;
export type SessionDimension = (typeof sessionDimensions)[number];

/** What rows of statistics of sessions can be ordered by. `GROUP`: time, then the dimensions as they were asked for. */
export const sessionMeasures = ['GROUP', 'BEGAN', 'ENDED', 'PUSHED', 'LONGEST', 'MEDIAN', 'P95', 'RECONNECTS'] as const;
export type SessionMeasure = (typeof sessionMeasures)[number];

/** Asks for sessions in figures, in groups; see `docs/api.md` for what each counts for. */
export interface SessionStatisticsQuestion {
  readonly kind: 'streamSessionStatistics';
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  readonly dimensions: readonly SessionDimension[];
  /** Null: time is not divided. */
  readonly period: PeriodKind | null;
  readonly timeZone: string;
  readonly order: { readonly by: SessionMeasure; readonly descending: boolean };
  /** How many rows of the answer are wanted. */
  readonly rowsMax: number;
  /** Whether reconnects are to be counted: a look-up for each session that began in the window. They are 0 otherwise. */
  readonly wantsReconnects: boolean;
}

/** Sessions in a window, in figures. Those of a row are of its own time and its own group. */
export interface SessionFigures {
  readonly began: number;
  readonly ended: number;
  readonly pushedMs: number;
  /** Of those that ended; null where none with a known duration did. */
  readonly longestMs: number | null;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly reconnects: number;
  readonly interruptions: readonly { readonly side: EndSide; readonly sessions: number }[];
}

/** What the sessions of a group have in common in one dimension; null where they have no value. */
export type GroupValue = string | number | null;

/** The figures of one group in one period, or in the whole window. */
export interface SessionStatisticsRow extends SessionFigures {
  readonly window: TimeWindow;
  /** In the order of the dimensions of the question. */
  readonly group: readonly GroupValue[];
}

/** Rows in the order that was asked for; the window ends at the latest when it was answered. */
export interface SessionStatisticsAnswer {
  readonly window: TimeWindow;
  readonly rows: readonly SessionStatisticsRow[];
  /** Rows that there are, also beyond those that were wanted. */
  readonly rowCount: number;
  readonly total: SessionFigures;
}

/** Asks how many sessions were live, at each step of a window and within it. */
export interface ConcurrencyQuestion {
  readonly kind: 'concurrency';
  readonly condition: Condition<StreamSessionField>;
  readonly window: TimeWindow;
  readonly stepMs: number;
}

/** The window ends at the latest when it was answered; points are for that part alone. */
export interface ConcurrencyAnswer {
  readonly window: TimeWindow;
  readonly points: readonly ConcurrencyPoint[];
  /** The first moment at which most were live; null where no moment was asked for that has been. */
  readonly peak: { readonly atMs: number; readonly live: number } | null;
}

/** One step of a window. */
export interface ConcurrencyPoint {
  readonly atMs: number;
  /** How many were live at that moment. */
  readonly live: number;
  /** How many were at most, from then to the next point. */
  readonly most: number;
}

/** What looks at so many rows that it is answered away from the main thread. */
export type AnalysisQuestion = SessionStatisticsQuestion | ConcurrencyQuestion;

/** The answer to one kind of question. */
export type AnswerOf<Question extends AnalysisQuestion> = Question extends SessionStatisticsQuestion
  ? SessionStatisticsAnswer
  : ConcurrencyAnswer;

/** Answers to several questions, in their order, all of one state of the read models. */
export interface Analysis {
  /** The position up to which that state is projected. */
  readonly checkpoint: bigint | null;
  /** Of the projection. */
  readonly version: number;
  readonly answers: readonly (SessionStatisticsAnswer | ConcurrencyAnswer)[];
}

/** Answers questions on threads of their own: a limited number at once, each for a limited time. */
export interface Analyses {
  /**
   * All questions of a call are answered from one state. Ends early once the signal is aborted.
   * @throws LedgerError - OPERATION_TIMEOUT, QUERIES_OVERLOADED, OPERATION_TOO_COSTLY, STORE_UNAVAILABLE
   */
  ask(questions: readonly AnalysisQuestion[], signal: AbortSignal): Promise<Analysis>;
}
