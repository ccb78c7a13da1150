import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { FieldExplanation as Explained } from '../callbacks/field-explanation.ts';
import { explainedFileFields, explainedRunFields, explainFile, explainRun } from './relay-explanation.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { ReadModelReader } from '../projecting/read-model-reader.ts';
import type { GraphqlContext } from '../api/context.ts';
import { explanationComplexity, innerListMax } from '../api/cost.ts';
import { toCallbackRecord } from '../callbacks/callback-type.ts';
import { FieldExplanation, toFieldExplanations } from '../api/explanation-type.ts';
import { RelayFile, RelayRunRecord } from './relay-task-type.ts';

/** Newest files and alarms of a run that are examined for what others report of a file: all files of a page fit the budget. */
const filesExaminedMax = 200;

/** Cost of reading and folding the callbacks of a run or a file, in nodes, besides the rows that it examines. */
const foldingCost = 10;

@Resolver(() => RelayRunRecord)
export class RelayRunExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: explanationComplexity(explainedRunFields.length, foldingCost),
    description: `Where its values come from: its TaskStart and its TaskExit. \`others\` are exits without a task id that would have ended this run if they had been attributed to its task, among the newest ${innerListMax} that came before the next run.`,
  })
  explanation(@Root() { taskRow, run, past }: RelayRunRecord, @Ctx() context: GraphqlContext): FieldExplanation[] {
    return explain(past, context, innerListMax, ({ relay }) =>
      explainRun(run, relay.runEvidence(taskRow, run, innerListMax)),
    );
  }
}

@Resolver(() => RelayFile)
export class RelayFileExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: explanationComplexity(explainedFileFields.length, foldingCost),
    description: `Where its values come from, over all its plays in the run. \`others\` come from the newest ${filesExaminedMax} callbacks of files and alarms of the run. \`times\` is a count, and is not explained.`,
  })
  explanation(@Root() { taskRow, run, file, past }: RelayFile, @Ctx() context: GraphqlContext): FieldExplanation[] {
    return explain(past, context, filesExaminedMax, ({ relay }) =>
      explainFile(file, relay.fileCallbacks(taskRow, run, file, filesExaminedMax)),
    );
  }
}

/** Explains from the same state as the rest of the answer. */
function explain(
  past: ReadModelReader | undefined,
  { readModel, rows: budget, log, role }: GraphqlContext,
  rowsExaminedMax: number,
  explained: (model: ReadModelReader) => readonly Explained<string, { readonly position: bigint }>[],
): FieldExplanation[] {
  if (budget.rowsLeft < rowsExaminedMax) {
    throw new LedgerError('OPERATION_TOO_COSTLY', 'Too many explanations for one operation. Ask for fewer.');
  }
  budget.spend(rowsExaminedMax);
  const model = past ?? readModel;
  const toRecord = ({ position }: { readonly position: bigint }) => {
    const row = model.callbackByPosition(position);
    if (row === null) throw new Error('A callback is missing that was read from the same state.');
    return toCallbackRecord(row, log, past);
  };
  return toFieldExplanations(explained(model), toRecord, role);
}
