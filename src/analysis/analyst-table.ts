import type Database from 'better-sqlite3';
import { LedgerError } from '../kernel/errors.ts';
import { scopeKey, type Scope } from '../kernel/scope.ts';
import { listBroadcasts } from './broadcasts/broadcasts.ts';
import { callbackRules, relayTaskRules, refusedPushRules, typedRules } from './statistics/happenings.ts';
import { countConcurrency, sumSessionStatistics } from './statistics/session-statistics.ts';
import { listMissingCallbacks } from './missing/missing-callbacks.ts';
import type { Analysis, AnalysisQuestion, AnswerOf } from './threads/start.ts';
import { isTimeZone } from './periods.ts';
import { sumMoments, type TimeWindow } from './statistics/statistics.ts';
import { sumUptime } from './uptime/uptime.ts';
import type { LimitedConnection } from '../projecting/file/limited-connection.ts';
import { versionOf } from '../projecting/file/read-model-file.ts';
import { readArrivals, readHappenings, readRefusals, readReported } from './statistics/happenings-table.ts';
import { readMissing, recordBeganAt } from './missing/missing-callbacks-table.ts';
import { readSpans } from './session-spans-table.ts';
import { readStreamRuns } from './broadcasts/stream-runs-table.ts';

/** Ends an analysis whose client has gone. No client sees this error. */
export class AnalysisCancelled extends Error {
  override readonly name = 'AnalysisCancelled';
}

/** When an analysis must end. */
interface AnalysisLimits {
  readonly isCancelled: () => boolean;
  /** The receiver's clock: nothing is known about later times. */
  readonly nowMs: number;
  /** Milliseconds it may take. */
  readonly msMax: number;
}

/**
 * Answers cached for clients that ask the same question of the same state, such as several viewers of the console. Each
 * takes up to some 200 KB.
 */
const answersKeptMax = 16;

/** Answers questions about the read models of one file, on a read-only connection of its own. */
export class Analyst {
  private readonly version: number;
  private readonly checkpointOf: Database.Statement<[], bigint | null>;
  private readonly kept = new Map<string, Analysis['answers'][number]>();
  private keptOf: bigint | null = null;

  /** `limits`: what the connection is limited by; null if it reads everything. */
  constructor(
    private readonly db: Database.Database,
    private readonly limits: LimitedConnection | null = null,
  ) {
    this.version = versionOf(db).version;
    this.checkpointOf = db.prepare<[], bigint | null>('SELECT position FROM progress').pluck().safeIntegers();
  }

  /** Answers all questions in one transaction; of a limited connection, by what is inside the scope. @throws LedgerError, AnalysisCancelled */
  answer(questions: readonly AnalysisQuestion[], limits: AnalysisLimits, scope: Scope | null = null): Analysis {
    return this.db.transaction(() => {
      const checkpoint = this.checkpointOf.get() ?? null;
      if (checkpoint !== this.keptOf) this.kept.clear();
      this.keptOf = checkpoint;
      const assertGoesOn = createLimit(limits, questions);
      if (scope !== null) this.limits?.limitTo(scope, assertGoesOn);
      const answers = questions.map((asked) =>
        this.answerOne({ ...asked, window: pastOf(asked.window, limits.nowMs) }, { scope, assertGoesOn }),
      );
      return { checkpoint, version: this.version, answers };
    })();
  }

  close(): void {
    this.db.close();
  }

  private answerOne(
    question: AnalysisQuestion,
    { scope, assertGoesOn }: { readonly scope: Scope | null; readonly assertGoesOn: () => void },
  ): Analysis['answers'][number] {
    const { kept } = this;
    const key = `${scopeKey(scope)} ${JSON.stringify(question, withBigints)}`;
    const answer = kept.get(key) ?? answerNow(this.db, question, assertGoesOn);
    kept.delete(key);
    kept.set(key, answer);
    for (const oldest of kept.keys()) {
      if (kept.size <= answersKeptMax) break;
      kept.delete(oldest);
    }
    return answer;
  }
}

function withBigints(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The past part of a window. In whole seconds, like CSS's times, so that answers can be shared. */
function pastOf({ fromMs, toMs }: TimeWindow, nowMs: number): TimeWindow {
  const untilMs = Math.min(toMs, Math.floor(nowMs / 1_000) * 1_000);
  return { fromMs, toMs: Math.max(fromMs, untilMs) };
}

const plainSpans = { dimensions: [], wantsReconnects: false } as const;

function answerNow(
  db: Database.Database,
  question: AnalysisQuestion,
  assertGoesOn: () => void,
): AnswerOf<AnalysisQuestion> {
  if ('timeZone' in question) assertTimeZone(question.timeZone);
  const { fromMs, toMs } = question.window;
  const isEmpty = fromMs >= toMs;
  switch (question.kind) {
    case 'streamSessionStatistics':
      return sumSessionStatistics(question, isEmpty ? [] : readSpans(db, question, assertGoesOn));
    case 'relayTaskStatistics':
      return sumMoments(question, isEmpty ? [] : readHappenings(db, question, assertGoesOn), relayTaskRules);
    case 'callbackStatistics':
      return sumMoments(question, isEmpty ? [] : readArrivals(db, question, assertGoesOn), callbackRules);
    case 'refusedPushStatistics':
      return sumMoments(question, isEmpty ? [] : readRefusals(db, question, assertGoesOn), refusedPushRules);
    case 'typedStatistics':
      return sumMoments(question, isEmpty ? [] : readReported(db, question, assertGoesOn), typedRules);
    case 'broadcasts':
      return listBroadcasts(question, isEmpty ? [] : readStreamRuns(db, question, assertGoesOn));
    case 'missingCallbacks':
      return listMissingCallbacks(question, isEmpty ? [] : readMissing(db, question, assertGoesOn), recordBeganAt(db));
    case 'streamUptime':
      return sumUptime(question, isEmpty ? [] : readSpans(db, { ...question, ...plainSpans }, assertGoesOn));
    case 'concurrency': {
      const request = { ...plainSpans, ...question };
      return countConcurrency(question, isEmpty ? [] : readSpans(db, request, assertGoesOn));
    }
  }
}

/**
 * Checked here because a process takes 15 ms for its first time zone, which the main thread can't spare.
 * @throws LedgerError - BAD_USER_INPUT
 */
function assertTimeZone(name: string): void {
  if (name === 'UTC' || isTimeZone(name)) return;
  throw new LedgerError(
    'BAD_USER_INPUT',
    'timeZone must be a name of the IANA time zone database, such as Europe/Berlin or UTC.',
  );
}

function createLimit({ isCancelled, msMax }: AnalysisLimits, questions: readonly AnalysisQuestion[]): () => void {
  const endMs = performance.now() + msMax;
  return () => {
    if (isCancelled()) throw new AnalysisCancelled();
    if (performance.now() >= endMs) throw tookTooLong(questions, msMax);
  };
}

/** The refusal of questions that need more time: says what would make them shorter. */
function tookTooLong(questions: readonly AnalysisQuestion[], msMax: number): LedgerError {
  const names = [
    ...new Set(questions.map((asked) => ('list' in asked ? `${asked.list.slice(0, -1)}Statistics` : asked.kind))),
  ];
  const hours = Math.max(...questions.map(({ window: { fromMs, toMs } }) => Math.ceil((toMs - fromMs) / 3_600_000)));
  const time = hours > 48 ? `${Math.ceil(hours / 24)} days` : `${hours} hours`;
  // All relay tasks are examined, whatever the time: see docs/decisions/0028.
  const isByTime = questions.some(({ kind }) => kind !== 'relayTaskStatistics');
  const narrower = isByTime ? `Ask for less than these ${time} at once, or filter` : 'Filter';
  return new LedgerError(
    'OPERATION_TIMEOUT',
    `${names.join(' and ')} took longer than ${msMax / 1_000} s. ${narrower} by streamId or domain. The operator gives more time by STATISTICS_MAX_MS.`,
  );
}
