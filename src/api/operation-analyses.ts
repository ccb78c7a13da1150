import { setImmediate as turn } from 'node:timers/promises';
import type { Analyses, Analysis, AnalysisQuestion, AnswerOf } from '../analysis/questions.ts';

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
