import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { digestOf } from '../../domain/callback/identity.ts';
import { interpret } from '../../domain/callback/callback.ts';
import { parseJsonObject } from '../../domain/callback/json-object.ts';
import {
  explainedFields,
  explainSession,
  type OfferingCallback,
} from '../../domain/stream-session/session-explanation.ts';
import { isSessionCallback } from '../../domain/stream-session/stream-session.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { CallbackRow } from '../../read-models/rows.ts';
import type { GraphqlContext } from '../context.ts';
import { explanationComplexity, innerListMax } from '../cost.ts';
import { toCallbackRecord } from '../to-graphql/callback-record.ts';
import { toFieldExplanations } from '../to-graphql/explanation.ts';
import { FieldExplanation } from '../types/explanation.ts';
import { StreamSession } from '../types/stream-session.ts';

/** Cost of reading and folding the bodies of a session, in nodes: as much as a page. */
const foldingCost = 50;

@Resolver(() => StreamSession)
export class SessionExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: explanationComplexity(explainedFields.length, foldingCost),
    description: `Where its values come from: which of its callbacks set each field, and which differing values the others have. Refolded from the bodies of its callbacks; fails with OPERATION_TOO_COSTLY if there are more than ${innerListMax}. \`state\` and \`endCause\` also depend on the next session of the stream, and are not explained.`,
  })
  async explanation(
    @Root() { rowId, past }: StreamSession,
    @Ctx() { readModel, rows: budget, bodies, log, role }: GraphqlContext,
  ): Promise<FieldExplanation[]> {
    const { rows } = (past ?? readModel).callbacks({
      condition: { field: 'sessionRow', operator: 'eq', value: rowId },
      order: { by: 'RECORDED', descending: false },
      ...{ direction: 'forwards', from: null, rowsMax: innerListMax + 1, countMax: null, budget },
    });
    if (rows.length > innerListMax) {
      throw new LedgerError('OPERATION_TOO_COSTLY', `The session has more than ${innerListMax} callbacks.`);
    }
    const offerings = await Promise.all(
      rows.map(({ row }) => bodies.read(row.position, (body) => offeringOf(row, body))),
    );
    const explained = explainSession(offerings.filter((one) => one !== null));
    return toFieldExplanations(explained, ({ row }) => toCallbackRecord(row, log, past), role);
  }
}

interface Offering extends OfferingCallback {
  readonly row: CallbackRow;
}

/** Null if the body is not the one that the read model was built from. */
function offeringOf(row: CallbackRow, body: Uint8Array): Offering | null {
  const parsed = parseJsonObject(body);
  const callback = parsed.ok ? interpret(parsed.object) : null;
  if (!parsed.ok || callback === null || !isSessionCallback(callback)) return null;
  return { row, callback, digest: digestOf(parsed.object), receivedAtMs: row.receivedAtMs };
}
