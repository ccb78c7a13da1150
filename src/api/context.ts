import { setImmediate as turn } from 'node:timers/promises';
import type { CurrentAlerts } from '../alerts/alerting.ts';
import type { Analyses, Analysis, AnalysisQuestion, AnswerOf } from '../analysis/questions.ts';
import type { FactRecorder } from '../facts/operator-fact-events.ts';
import type { ForwardingControl } from '../forwarding/target.ts';
import type { Clock } from '../kernel/clock.ts';
import { LedgerError, type SpoolBacklog } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Notifications } from '../kernel/notifier.ts';
import type { TimeSlices } from '../kernel/time-slices.ts';
import type { BodyBudget } from '../lists/budgets.ts';
import type { RowBudget } from '../lists/listing.ts';
import type { PastCallback, PastMoment } from '../lists/sql/past-reader.ts';
import type { PastReadModels, ReadModelSnapshots } from '../lists/snapshots.ts';
import type { LogName } from '../live/log-cursor.ts';
import type { ReceivingOutages } from '../outages/receiving-outage-events.ts';
import type { CallbackBodies, ProjectionProgress, ReadModelReader } from '../projecting/read-model-reader.ts';
import type { QuarantineDecisions } from '../quarantine/quarantine-events.ts';

/** The questions of one operation about many rows. */
export interface OperationAnalyses {
  /**
   * Fields that an operation resolves at the same time ask together and are answered from one state. A question that
   * failed is not tried again: an operation that failed is executed a second time, and then gets the same error at
   * once.
   * @throws LedgerError - as `Analyses.ask`
   */
  ask<Question extends AnalysisQuestion>(question: Question): Promise<Analysed<Question>>;
  /** Stops answering: the operation has ended, or its client has gone. */
  end(): void;
}

/** An answer, and the state that it was read from. */
export interface Analysed<Question extends AnalysisQuestion> extends Pick<Analysis, 'checkpoint' | 'version'> {
  readonly answer: AnswerOf<Question>;
}

/** Asks nothing until a field does. */
export function createOperationAnalyses(analyses: Analyses): OperationAnalyses {
  const failed = new Map<string, unknown>();
  let together: Together | null = null;
  let abort: AbortController | null = null;
  let hasEnded = false;

  function begin(): Together {
    const questions: AnalysisQuestion[] = [];
    const signal = (abort ??= new AbortController()).signal;
    if (hasEnded) abort.abort();
    // Fields are resolved after their arguments were read, which takes some microtasks.
    const analysis = turn().then(() => {
      together = null;
      return analyses.ask(questions, signal);
    });
    return { questions, analysis };
  }

  return {
    async ask<Question extends AnalysisQuestion>(question: Question) {
      const key = JSON.stringify(question);
      if (failed.has(key)) throw failed.get(key);
      const { questions, analysis } = (together ??= begin());
      const index = questions.push(question) - 1;
      const { answers, checkpoint, version } = await analysis.catch((error: unknown) => {
        failed.set(key, error);
        throw error;
      });
      // Answers are in the order of the questions.
      return { answer: answers[index] as AnswerOf<Question>, checkpoint, version };
    },
    end() {
      hasEnded = true;
      abort?.abort();
    },
  };
}

interface Together {
  readonly questions: AnalysisQuestion[];
  readonly analysis: Promise<Analysis>;
}

/** viewer: reads everything except credentials. operator: reads everything as sent, decides on quarantined callbacks, states facts, and controls forwarding. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** The health of this process as a node of its log. */
export interface NodeHealth {
  /** Null if it has no spool. */
  spooled(): SpoolBacklog | null;
  /** Why the log can't be read at the moment; null if it can be, and with the embedded log. */
  replicaBrokenBecause(): string | null;
}

/** The HTTP outcome of a test callback that this process sent to itself. */
export interface TestCallbackAnswer {
  readonly testId: string;
  /** Null if no answer came. */
  readonly status: number | null;
  /** Why no answer came, as a code. Null if one did. */
  readonly failure: string | null;
  readonly durationMs: number;
}

/** How this process receives callbacks; never a secret. */
export interface CallbackSetupPort {
  readonly takesCallbacks: boolean;
  keys(): number;
  tokens(): number;
  /** Posts a callback to this process, over HTTP. */
  sendTest(): Promise<TestCallbackAnswer>;
}

/** Everything that resolvers use, the same for all requests. */
export interface GraphqlPorts {
  /** Reads the newest state each time. */
  readonly readModel: ReadModelReader;
  readonly snapshots: ReadModelSnapshots;
  readonly analyses: Analyses;
  readonly past: PastReadModels;
  readonly outages: ReceivingOutages;
  readonly bodies: CallbackBodies;
  readonly progress: ProjectionProgress;
  /** The log's name in cursors. Its epoch can change while the node runs: read it each time. */
  readonly log: LogName;
  /** Whether the log has it, even if this node does not yet. Null while its server is unavailable, so that this is not known. */
  readonly mayHavePosition: (position: bigint) => Promise<boolean | null>;
  readonly notifications: Notifications;
  readonly health: NodeHealth;
  readonly decisions: QuarantineDecisions;
  readonly operatorFacts: FactRecorder;
  readonly callbackSetup: CallbackSetupPort;
  readonly clock: Clock;
  readonly forwarding: ForwardingControl;
  readonly alerts: CurrentAlerts;
  readonly logger: Logger;
}

/** Accounts that an AMBIGUOUS_ID error names. */
export const accountsNamedMax = 20;

/** One request: its caller, its id, and the cursor that it resumes from. */
export interface GraphqlRequest {
  /** Named in every error and in the log of the process. */
  readonly requestId: string;
  readonly role: Role;
  /** The name of the token that was sent; null if it has none, or if none is needed. */
  readonly callerName: string | null;
  /** The cursor that a subscription resumes from, sent beside the operation; it wins over `after`. Null if none was sent. */
  readonly resumeAfter: string | null;
}

/** What the resolvers of one execution share. */
export interface GraphqlContext
  extends GraphqlRequest, Omit<GraphqlPorts, 'readModel' | 'bodies' | 'analyses' | 'past'> {
  /** One state for everything that a query or a message reads. Mutations and the start of a subscription read the newest state. */
  readonly readModel: ReadModelReader;
  /** Questions about many rows: answered together, on other threads. */
  readonly analyses: OperationAnalyses;
  /** @throws LedgerError - as `PastReadModels.open` */
  openPast(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader>;
  readonly slices: TimeSlices;
  readonly bodies: BodyBudget;
  readonly rows: RowBudget;
  /** For the entries of lists inside other lists. */
  readonly entries: RowBudget;
  /** Whether it was asked for anything but the read models, the role and the row budgets: for something that can change while these stay the same. */
  readonly wasAskedForMore: boolean;
}

/** Refuses callers that are no operators; `rule` says in one sentence what only operators may do. @throws LedgerError - FORBIDDEN */
export function assertOperator({ role }: Pick<GraphqlContext, 'role'>, rule: string): void {
  if (role !== 'operator') throw new LedgerError('FORBIDDEN', `${rule} Send the token of an operator.`);
}
