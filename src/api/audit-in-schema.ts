import { defaultFieldResolver, GraphQLString, isObjectType, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { GraphQLArgument, GraphQLField, GraphQLSchema } from 'graphql';
import { LedgerError } from '../kernel/errors.ts';
import { actionOf, fieldNameOf, objectOf, reasonLengthMax, type AuditAction } from '../audit/audit.ts';
import { codeOf } from './errors.ts';
import type { GraphqlContext } from './context.ts';
import { operationAlone, type ResolvedOperation } from './cost.ts';

/** Mutations of which the event that carries them out says who asked. */
const leaveEvents: ReadonlySet<AuditAction> = new Set([
  ...(['ADD_NOTE', 'CLOSE_STREAM_SESSION', 'WITHDRAW_FACT'] as const),
  ...(['RELEASE_FROM_QUARANTINE', 'DISCARD_FROM_QUARANTINE'] as const),
]);

/**
 * Records who asks for each mutation of the schema, also if it is refused: a new one too. Where an event says so that the mutation has appended, that is the
 * record; another mutation records that it begins, and then what came of it. It is durable before the mutation is answered.
 */
export function applyAudit(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const action = actionOf(field.name);
    const { resolve = defaultFieldResolver } = field;
    const hasOwnReason = field.args.some(({ name }) => name === reasonArgument.name) || action === 'ADD_NOTE';
    if (!hasOwnReason) field.args = [...field.args, reasonArgument];
    field.resolve = async (root, args: Readonly<Record<string, unknown>>, context: GraphqlContext, info) => {
      const { reason } = args;
      context.reason = typeof reason === 'string' ? reason.slice(0, reasonLengthMax) : null;
      const entry = { action, object: objectOf(namesIn(args)), reason: context.reason };
      const before = context.eventsWithAuthor;
      const begun: string[] = [];
      context.recordBegun = async () => {
        begun.push(await context.audit('record', { ...entry, outcome: 'BEGUN', code: null }));
      };
      /** What came of it. Without this entry it stays begun, so the answer counts more. */
      const end = (outcome: 'DONE' | 'FAILED', code: string | null) =>
        Promise.all(begun.map((begunId) => context.audit('record', { ...entry, outcome, code, begunId }))).catch(
          () => undefined,
        );
      let payload: unknown;
      try {
        if (!hasOwnReason && typeof reason === 'string') assertReason(reason);
        payload = await resolve(root, args, context, info);
      } catch (error) {
        if (begun.length > 0) await end('FAILED', codeOf(error));
        // Nothing was changed: the refusal counts more than its record, as the answer does below.
        else await context.audit('count', { ...entry, outcome: 'REFUSED', code: codeOf(error) }).catch(() => undefined);
        throw error;
      }
      if (begun.length > 0) await end('DONE', null);
      if (begun.length > 0 || context.eventsWithAuthor > before) return payload;
      if (!leaveEvents.has(action)) await context.audit('record', { ...entry, outcome: 'DONE', code: null });
      else await context.audit('count', { ...entry, outcome: 'UNCHANGED', code: null }).catch(() => undefined);
      return payload;
    };
  }
}

/** Of each mutation that does not demand a reason: a note is its own. */
const reasonArgument: GraphQLArgument = {
  name: 'reason',
  type: GraphQLString,
  description: `Why, for the audit: 1 to ${reasonLengthMax} characters without personal data. Sent again with the same \`idempotencyKey\`, the first one counts.`,
  defaultValue: undefined,
  deprecationReason: undefined,
  extensions: {},
  astNode: undefined,
};

/** @throws LedgerError - BAD_USER_INPUT */
function assertReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= reasonLengthMax) return;
  throw new LedgerError('BAD_USER_INPUT', `reason must have 1 to ${reasonLengthMax} characters.`);
}

/** Arguments, and parts of them, that name what a mutation is about. */
const naming: ReadonlySet<string> = new Set(['id', 'ids', 'sequence', 'target', 'session', 'key']);

function namesIn(args: Readonly<Record<string, unknown>>): unknown[] {
  return Object.entries(args).flatMap(([name, value]) => {
    if (!naming.has(name)) return [];
    if (Array.isArray(value)) return value as unknown[];
    return typeof value === 'object' && value !== null ? namesIn(value as Readonly<Record<string, unknown>>) : [value];
  });
}

/** Whether admins read secrets in a field that others do not. */
export function mayHaveSecrets({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): boolean {
  const { hidden, showsSecrets } = extensions;
  return showsSecrets === true || (hidden !== undefined && hidden !== 'ADDRESS');
}

/**
 * Records that the messages of a subscription may show secrets to an admin: once, when it begins. Returns the names of the fields that are declared to have
 * some; null if nobody is recorded, whatever they show.
 * @throws LedgerError - STORE_UNAVAILABLE
 */
export async function recordSubscribed(
  resolved: ResolvedOperation,
  context: GraphqlContext,
): Promise<ReadonlySet<string> | null> {
  const { isIdentified, role } = context.request;
  if (!isIdentified || role !== 'admin') return null;
  const fields = new Set<string>();
  const types = new TypeInfo(resolved.schema);
  const see = {
    Field: () => {
      const [parent, field] = [types.getParentType(), types.getFieldDef()];
      if (isObjectType(parent) && field != null && mayHaveSecrets(field)) fields.add(`${parent.name}.${field.name}`);
    },
  };
  visit(operationAlone(resolved.document, resolved.operation), visitWithTypeInfo(types, see));
  if (fields.size > 0) await context.recordRead(fields);
  return new Set([...fields].map(fieldNameOf));
}
