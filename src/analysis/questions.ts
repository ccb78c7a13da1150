import type { BroadcastsAnswer, BroadcastsQuestion } from './broadcasts/broadcasts.ts';
import type {
  CallbackFigures,
  CallbackStatisticsQuestion,
  RelayTaskFigures,
  RelayTaskStatisticsQuestion,
} from './statistics/happenings.ts';
import type {
  ConcurrencyAnswer,
  ConcurrencyQuestion,
  SessionFigures,
  SessionStatisticsQuestion,
} from './statistics/session-statistics.ts';
import type { MissingCallbacksAnswer, MissingCallbacksQuestion } from './missing/missing-callbacks.ts';
import type { StatisticsAnswer } from './statistics/statistics.ts';

/** A question that examines so many rows that a worker thread answers it. */
export type AnalysisQuestion =
  | SessionStatisticsQuestion
  | RelayTaskStatisticsQuestion
  | CallbackStatisticsQuestion
  | ConcurrencyQuestion
  | BroadcastsQuestion
  | MissingCallbacksQuestion;

interface Answers {
  readonly streamSessionStatistics: StatisticsAnswer<SessionFigures>;
  readonly relayTaskStatistics: StatisticsAnswer<RelayTaskFigures>;
  readonly callbackStatistics: StatisticsAnswer<CallbackFigures>;
  readonly concurrency: ConcurrencyAnswer;
  readonly broadcasts: BroadcastsAnswer;
  readonly missingCallbacks: MissingCallbacksAnswer;
}

/** The answer to one kind of question. */
export type AnswerOf<Question extends AnalysisQuestion> = Answers[Question['kind']];

/** Answers to several questions, in their order, all from one state of the read models. */
export interface Analysis {
  /** The position up to which that state is projected. */
  readonly checkpoint: bigint | null;
  /** Version of the projection. */
  readonly version: number;
  readonly answers: readonly AnswerOf<AnalysisQuestion>[];
}

/** Answers questions on worker threads: a limited number at once, each for a limited time. */
export interface Analyses {
  /**
   * Answers all questions of a call from one state. Ends early once the signal is aborted.
   * @throws LedgerError - OPERATION_TIMEOUT, QUERIES_OVERLOADED, OPERATION_TOO_COSTLY, STORE_UNAVAILABLE
   */
  ask(questions: readonly AnalysisQuestion[], signal: AbortSignal): Promise<Analysis>;
}
