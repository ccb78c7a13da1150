import { setImmediate as turn } from 'node:timers/promises';
import type { Analyses, Analysis, AnalysisQuestion, AnswerOf } from '../read-models/analysis/questions.ts';
import type { PastCallback, PastMoment } from '../read-models/past.ts';
import type { ReadModelReader } from '../read-models/read-model-reader.ts';
import type { PastReadModels, ReadModelSnapshot } from '../read-models/snapshots.ts';
import { querySlices, type OperationSlices } from './execution/query-slices.ts';

interface OperationPorts {
  readonly analyses: Analyses;
  readonly past: PastReadModels;
}

/** What one operation begins, and what ends with it. */
export interface OperationParts {
  readonly analyses: OperationAnalyses;
  readonly past: OperationPast;
  readonly slices: OperationSlices;
}

/** Parts that have begun nothing, by default of what is not to wait for queries. */
export function createOperationParts({ analyses, past }: OperationPorts, slices = querySlices.urgent): OperationParts {
  return { analyses: createOperationAnalyses(analyses), past: createOperationPast(past), slices };
}

/** The read models of the past that one operation reads. */
export interface OperationPast {
  /** @throws LedgerError - as `PastReadModels.open` */
  open(callbacks: readonly PastCallback[], moment: PastMoment): Promise<ReadModelReader>;
  /** Closes them: the operation has ended. */
  end(): void;
}

function createOperationPast(past: PastReadModels): OperationPast {
  const opened: ReadModelSnapshot[] = [];
  let hasEnded = false;
  return {
    async open(callbacks, moment) {
      const model = await past.open(callbacks, moment);
      opened.push(model);
      // The client went meanwhile: nobody is answered.
      if (hasEnded) model.close();
      return model.reader;
    },
    end() {
      hasEnded = true;
      for (const model of opened.splice(0)) model.close();
    },
  };
}

/** An object that is in a read model of the past: what belongs to it is read from there. Only these have the property. */
export function ofPast<Node extends { past?: ReadModelReader }>(node: Node, past: ReadModelReader | undefined): Node {
  if (past !== undefined) node.past = past;
  return node;
}

/** What one operation asks of many rows. */
export interface OperationAnalyses {
  /**
   * Fields that an operation resolves at the same time ask together, and are answered from one state. What could not be answered is
   * not tried again: an operation that failed is executed a second time, and then has the same error at once.
   * @throws LedgerError - as `Analyses.ask`
   */
  ask<Question extends AnalysisQuestion>(question: Question): Promise<Analysed<Question>>;
  /** Ends what is being answered: the operation has ended, or its client has gone. */
  end(): void;
}

/** An answer, and the state that it is of. */
export interface Analysed<Question extends AnalysisQuestion> extends Pick<Analysis, 'checkpoint' | 'version'> {
  readonly answer: AnswerOf<Question>;
}

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
