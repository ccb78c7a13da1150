import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { digestOf } from '../../domain/callback/identity.ts';
import { interpret } from '../../domain/callback/callback.ts';
import { parseJsonObject } from '../../domain/callback/json-object.ts';
import {
  explainSession,
  type ExplainedField,
  type OfferingCallback,
} from '../../domain/stream-session/session-explanation.ts';
import { isSessionCallback } from '../../domain/stream-session/stream-session.ts';
import { LedgerError } from '../../kernel/errors.ts';
import type { CallbackRow } from '../../read-models/rows.ts';
import type { GraphqlContext, Role } from '../context.ts';
import { innerListComplexity, innerListMax, offeredValuesMax } from '../cost.ts';
import { ofPast } from '../operation-past.ts';
import { toCallbackRecord } from '../to-graphql/callback-record.ts';
import { hidden, textForRole } from '../to-graphql/redact.ts';
import { FieldExplanation } from '../types/explanation.ts';
import { StreamSession } from '../types/stream-session.ts';

/** What reading and folding the bodies of a session costs, in nodes: as much as a page. */
const explanationCost = 50;

@Resolver(() => StreamSession)
export class SessionExplanationResolver {
  @FieldResolver(() => [FieldExplanation], {
    complexity: (cost) => explanationCost + innerListComplexity(cost),
    description: `Where its values come from: which of its callbacks set each field, and what others say that differs. Folded again from the bodies of its callbacks; OPERATION_TOO_COSTLY where these are more than ${innerListMax}. \`state\` and \`endCause\` also depend on the next session of the stream, and are not explained.`,
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
    const shown = (row: CallbackRow) => ofPast(toCallbackRecord(row, log), past);
    return explainSession(offerings.filter((one) => one !== null)).map(({ field, value, setBy, others }) => ({
      field: field.replace(/Ms$/, field === 'pushDurationMs' ? 'Ms' : ''),
      value: value === null ? null : shownValue(field, value, role),
      setBy: setBy === null ? null : shown(setBy.row),
      others: others.slice(0, offeredValuesMax).map((other) => ({
        value: shownValue(field, other.value, role),
        callback: shown(other.by.row),
      })),
    }));
  }
}

interface Offering extends OfferingCallback {
  readonly row: CallbackRow;
}

/** Null where the body is not what the read model was built from. */
function offeringOf(row: CallbackRow, body: Uint8Array): Offering | null {
  const parsed = parseJsonObject(body);
  const callback = parsed.ok ? interpret(parsed.object) : null;
  if (!parsed.ok || callback === null || !isSessionCallback(callback)) return null;
  return { row, callback, digest: digestOf(parsed.object), receivedAtMs: row.receivedAtMs };
}

function shownValue(field: ExplainedField, value: string | number, role: Role): string {
  if (field === 'startedAtMs' || field === 'endedAtMs') return new Date(value).toISOString();
  if (field === 'streamParam' && role !== 'operator') return hidden;
  return textForRole(String(value), role);
}
