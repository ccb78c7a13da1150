import type { Analyses } from '../read-models/analysis/questions.ts';
import type { PastReadModels } from '../read-models/past-read-models.ts';
import { createOperationAnalyses, type OperationAnalyses } from './operation-analyses.ts';
import { createOperationPast, type OperationPast } from './operation-past.ts';

interface OperationPorts {
  readonly analyses: Analyses;
  readonly past: PastReadModels;
}

/** What one operation begins, and what ends with it. */
export interface OperationParts {
  readonly analyses: OperationAnalyses;
  readonly past: OperationPast;
}

/** Parts that have begun nothing. */
export function createOperationParts({ analyses, past }: OperationPorts): OperationParts {
  return { analyses: createOperationAnalyses(analyses), past: createOperationPast(past) };
}
