import { Kind, OperationTypeNode, parse } from 'graphql';
import * as z from 'zod';
import { graphqlTokensMax } from '../connections/limits.ts';
import { OperatorError } from '../kernel/errors.ts';

/** An answer of GraphQL. */
export interface Asked {
  readonly data?: unknown;
  readonly errors?:
    readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[] | undefined;
}

/** Asks the ledger as a viewer, whoever the caller is. @throws OperatorError - it did not answer */
export type Ask = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<Asked>;

/** A question that a model asks with a few values, and the type of its answer. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** @throws OperatorError - says what is wrong, for the model */
  run(ask: Ask, input: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
}

/** Rows of a list in an answer: more would fill the context of a model. */
const rowsMax = 50;
/** Entries of the timeline of one push. */
const entriesMax = 20;

const text = z.string().nullable();
const time = z.string().nullable().describe('ISO 8601 in UTC.');
const count = z.number();
const conclusion = { sureness: text, because: text, alternative: text };
const cause = z.object({ side: text, summary: text, advice: text, ...conclusion }).nullable();
const stream = { appId: text, domain: text, path: text, streamId: text };

const pushFields = {
  ...stream,
  sequence: text,
  state: text,
  startedAt: time,
  startedAtConclusion: z.object(conclusion).nullable(),
  endedAt: time,
  pushDurationMs: z.number().nullable(),
  endCode: z.number().nullable(),
  endCause: cause,
  relayTaskId: text,
};
const push = z.object(pushFields);
const livePush = z.object({ ...pushFields, lastHeardAt: time, isSilent: z.boolean() });
const refusal = z.object({ ...stream, sequence: text, at: time, endCode: z.number(), reason: cause });
const relayTask = z.object({
  ...stream,
  taskId: text,
  state: text,
  startedAt: time,
  exitReceivedAt: time,
  exitCode: z.number().nullable(),
  exitMessage: text,
});
const recordingEvent = z.object({ ...stream, at: time, event: text, level: text, description: text, ...conclusion });
const missing = z.object({ ...stream, reason: text, expectedTo: time, ...conclusion });
const outage = z.object({ from: time, to: time, cause: text });
const explained = z.object({
  ...pushFields,
  endMessage: text,
  health: z.array(z.object({ type: z.number().nullable(), description: text, count })),
  timeline: z.object({
    isComplete: z.boolean(),
    entries: z.array(
      z.object({ orderedAt: time, owner: text, ...conclusion, callback: z.object({ kind: text, summary: text }) }),
    ),
  }),
});

const listOf = (node: z.ZodObject) =>
  z.object({ totalCount: count.describe('All of them; at most the first are in `nodes`.'), nodes: z.array(node) });
const progress = z
  .array(z.object({ lagEvents: count, stalled: z.boolean() }))
  .describe('How many recorded events the answer does not show yet: nearly always 0.');

/** The selection of an object in GraphQL: its fields have the names that the schema has. */
function selectionOf(shape: z.ZodObject, args: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries(shape.shape).map(([name, field]) => {
    const inner = objectIn(field as z.ZodType);
    return `${name}${args[name] ?? ''}${inner === null ? '' : ` { ${selectionOf(inner, args)} }`}`;
  });
  return fields.join(' ');
}

function objectIn(field: z.ZodType): z.ZodObject | null {
  if (field instanceof z.ZodNullable) return objectIn(field.unwrap() as z.ZodType);
  if (field instanceof z.ZodArray) return objectIn(field.element as z.ZodType);
  return field instanceof z.ZodObject ? field : null;
}

/** Answers one query whose first error fails the tool. */
async function answer(ask: Ask, query: string, variables: Readonly<Record<string, unknown>>) {
  const { data, errors } = await ask(query, variables);
  const [error] = errors ?? [];
  if (error !== undefined || data == null) throw new OperatorError(error?.message ?? 'The ledger has no answer.');
  return data as Readonly<Record<string, unknown>>;
}

/** The conditions of the values that are given. */
const equal = (given: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, { eq: value }]])),
  );

const domain = z.string().optional().describe('Only this push domain.');
const moment = z.iso.datetime({ offset: true });
const first = z.number().int().min(1).max(rowsMax).default(20).describe('How many of each list.');

const live: Tool = {
  name: 'live_pushes',
  title: 'What is live',
  description:
    'Pushes that are live now, the newest first. `isSilent`: nothing was heard of it for a day, so check whether it still plays.',
  input: z.object({ domain, streamId: z.string().optional(), first }),
  output: z.object({ pushes: listOf(livePush), projections: progress }),
  run: (ask, { domain: ofDomain, streamId, first: most }) =>
    answer(
      ask,
      `query ($filter: StreamSessionFilter, $first: Int) {
        pushes: streamSessions(filter: $filter, first: $first) { ${selectionOf(listOf(livePush))} }
        projections { lagEvents stalled } }`,
      { filter: { state: { eq: 'LIVE' }, ...equal({ domain: ofDomain, streamId }) }, first: most },
    ),
};

const whyEnded: Tool = {
  name: 'why_push_ended',
  title: 'Why a push ended',
  description:
    'Why one push ended: its cause, how sure that is and what else may be true, errors in what was pushed, and what happened around it. Name the push by its sequence, or a stream for its newest push that is over.',
  input: z.object({
    sequence: z.string().optional(),
    streamId: z.string().optional(),
    domain,
    appId: z.string().optional(),
  }),
  output: z.object({ push: explained }),
  async run(ask, { sequence, streamId, ...rest }) {
    if (sequence === undefined && streamId === undefined) throw new OperatorError('Give a sequence or a streamId.');
    const over = sequence === undefined ? { state: { ne: 'LIVE' } } : {};
    const { pushes } = (await answer(
      ask,
      `query ($filter: StreamSessionFilter) { pushes: streamSessions(filter: $filter, first: 1) {
        nodes { ${selectionOf(explained, { timeline: `(first: ${entriesMax})` })} } } }`,
      { filter: { ...over, ...equal({ sequence, streamId, ...rest }) } },
    )) as { pushes: { nodes: readonly unknown[] } };
    if (pushes.nodes.length === 0) throw new OperatorError('The ledger has no such push.');
    return { push: pushes.nodes[0] };
  },
};

const failures: Tool = {
  name: 'failures_since',
  title: 'What failed since a moment',
  description:
    'What failed since a moment: pushes that neither their pusher nor an operator ended, refused pushes, relay tasks whose newest exit has a code other than 0, failed recordings, callbacks that should have come and did not, and times in which no callback could be received. Alerts are for operators, and not here.',
  input: z.object({ since: moment, domain, first }),
  output: z.object({
    pushes: listOf(push),
    refusedPushes: listOf(refusal),
    relayTasks: listOf(relayTask),
    recordingEvents: listOf(recordingEvent),
    missingCallbacks: listOf(missing),
    receivingOutages: z.array(outage),
    projections: progress,
  }),
  run(ask, { since, domain: ofDomain, first: most }) {
    const [from, named] = [{ gte: since }, equal({ domain: ofDomain })];
    return answer(
      ask,
      `query ($pushes: StreamSessionFilter, $refused: RefusedPushFilter, $relays: RelayTaskFilter, $recordings: RecordingEventFilter,
          $missing: MissingCallbackFilter, $since: DateTime, $first: Int, $outages: Int!) {
        pushes: streamSessions(filter: $pushes, orderBy: { field: ENDED_AT, direction: DESC }, first: $first) { ${selectionOf(listOf(push))} }
        refusedPushes(filter: $refused, first: $first) { ${selectionOf(listOf(refusal))} }
        relayTasks(filter: $relays, first: $first) { ${selectionOf(listOf(relayTask))} }
        recordingEvents(filter: $recordings, first: $first) { ${selectionOf(listOf(recordingEvent))} }
        missingCallbacks(from: $since, filter: $missing, first: $first) { ${selectionOf(listOf(missing))} }
        receivingOutages(from: $since, first: $outages) { ${selectionOf(outage)} }
        projections { lagEvents stalled } }`,
      {
        pushes: { endedAt: from, endSide: { notIn: ['CLIENT', 'OPERATOR'] }, ...named },
        refused: { at: from, ...named },
        relays: { exitReceivedAt: from, exitCode: { ne: 0 }, ...named },
        recordings: { at: from, level: { in: ['error', 'alarm'] }, ...named },
        missing: named,
        since,
        first: most,
        outages: most,
      },
    );
  },
};

const history: Tool = {
  name: 'stream_history',
  title: 'The history of a stream',
  description:
    'The pushes of one stream, the newest first, with those that CSS refused and the relay tasks that push to it.',
  input: z.object({ streamId: z.string(), domain, since: moment.optional(), first }),
  output: z.object({ pushes: listOf(push), refusedPushes: listOf(refusal), relayTasks: listOf(relayTask) }),
  run(ask, { streamId, domain: ofDomain, since, first: most }) {
    const named = equal({ streamId, domain: ofDomain });
    const from = (field: string) => (since === undefined ? {} : { [field]: { gte: since } });
    return answer(
      ask,
      `query ($pushes: StreamSessionFilter, $refused: RefusedPushFilter, $relays: RelayTaskFilter, $first: Int) {
        pushes: streamSessions(filter: $pushes, first: $first) { ${selectionOf(listOf(push))} }
        refusedPushes(filter: $refused, first: $first) { ${selectionOf(listOf(refusal))} }
        relayTasks(filter: $relays, first: $first) { ${selectionOf(listOf(relayTask))} } }`,
      { pushes: { ...named, ...from('startedAt') }, refused: { ...named, ...from('at') }, relays: named, first: most },
    );
  },
};

const query: Tool = {
  name: 'graphql_query',
  title: 'A question in GraphQL',
  description:
    'Answers one query of the GraphQL API, for what the other tools do not answer: statistics, concurrency, broadcasts, callbacks, findings. Lists are Relay connections: `{ callbacks(first: 5) { nodes { kind occurredAt summary } } }`. Ask `{ __type(name: "Query") { fields { name description args { name } } } }` for what there is.',
  input: z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() }),
  output: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    errors: z.array(z.object({ message: z.string(), code: text })),
  }),
  async run(ask, { query: asked, variables }) {
    assertReads(String(asked));
    const { data, errors = [] } = await ask(String(asked), (variables ?? {}) as Readonly<Record<string, unknown>>);
    return {
      data: data ?? null,
      errors: errors.map(({ message, extensions }) => ({
        message,
        code: (extensions?.['code'] ?? null) as string | null,
      })),
    };
  },
};

/** A viewer may change nothing anyway; a subscription would have no end. A document that can't be read is left to the service. */
function assertReads(document: string): void {
  const { definitions } = read(document);
  if (
    definitions.some((each) => each.kind === Kind.OPERATION_DEFINITION && each.operation !== OperationTypeNode.QUERY)
  ) {
    throw new OperatorError('Only queries are answered here.');
  }
}

function read(document: string): Pick<ReturnType<typeof parse>, 'definitions'> {
  try {
    return parse(document, { maxLexicalTokens: graphqlTokensMax, noLocation: true });
  } catch {
    return { definitions: [] };
  }
}

/** All tools, in the order in which clients list them. */
export const tools: readonly Tool[] = [live, whyEnded, failures, history, query];
