import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { digestOf } from '../callbacks/identity.ts';
import { interpret } from '../callbacks/callback.ts';
import { parseJsonObject } from '../callbacks/json-object.ts';
import { explainedFields, explainSession, type OfferingCallback } from './session-explanation.ts';
import { streamSessionFields } from './stream-session-fields.ts';
import { isSessionCallback } from './stream-session.ts';
import { LedgerError } from '../kernel/errors.ts';
import type { CallbackRow } from '../projecting/rows.ts';
import type { GraphqlContext } from '../api/context.ts';
import { explanationComplexity, innerListMax } from '../api/cost.ts';
import { toCallbackRecord } from '../callbacks/callback-type.ts';
import { FieldExplanation, toFieldExplanations } from '../api/explanation-type.ts';
import { StreamSession } from './stream-session-type.ts';

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
      condition: { field: 'sessionId', operator: 'eq', value: rowId },
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
    return toFieldExplanations(explained, ({ row }) => toCallbackRecord(row, log, past), role, streamSessionFields);
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
