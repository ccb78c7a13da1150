import { Kind, parse } from 'graphql';
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

/** The types of the variables of `listsTool`. */
const variableTypes: Readonly<Record<string, string>> = {
  pushes: 'StreamSessionFilter',
  refused: 'RefusedPushFilter',
  relays: 'RelayTaskFilter',
  recordings: 'RecordingEventFilter',
  missing: 'MissingCallbackFilter',
  since: 'DateTime',
  first: 'Int!',
};

interface ListsTool extends Pick<Tool, 'name' | 'description' | 'input'> {
  /** For each field of the answer, how the schema is asked for it, and its type. */
  readonly parts: Readonly<Record<string, readonly [call: string, type: z.ZodObject | z.ZodArray<z.ZodObject>]>>;
  readonly variablesOf: (input: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
}

/** A tool that answers several lists from one state. */
function listsTool({ name, description, input, parts, variablesOf }: ListsTool): Tool {
  const output = z.object(Object.fromEntries(Object.entries(parts).map(([part, [, type]]) => [part, type])));
  const selection = Object.entries(parts).map(([part, [call, type]]) => {
    return `${part}: ${call} { ${selectionOf(type instanceof z.ZodArray ? type.element : type)} }`;
  });
  const run: Tool['run'] = (ask, { first: most, ...given }) => {
    const variables = { ...variablesOf(given), first: most };
    const declared = Object.keys(variables).map((variable) => `$${variable}: ${variableTypes[variable] ?? ''}`);
    return answer(ask, `query (${declared.join(', ')}) { ${selection.join(' ')} }`, variables);
  };
  return { name, description, input, output, run };
}

/** The conditions of the values that are given. */
const equal = (given: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, { eq: value }]])),
  );

const domain = z.string().optional().describe('Only this push domain.');
const streamId = z.string().optional();
const moment = z.iso.datetime({ offset: true });
const first = z.number().int().min(1).max(rowsMax).default(20).describe('How many of each list.');

const [refusedPushes, relayTasks] = [
  ['refusedPushes(filter: $refused, first: $first)', listOf(refusal)],
  ['relayTasks(filter: $relays, first: $first)', listOf(relayTask)],
] as const;

const live = listsTool({
  name: 'live_pushes',
  description:
    'What is live: pushes that go on now, the newest first. `isSilent`: nothing was heard of it for a day, so check whether it still plays.',
  input: z.object({ domain, streamId, first }),
  parts: {
    pushes: ['streamSessions(filter: $pushes, first: $first)', listOf(livePush)],
    projections: ['projections', progress],
  },
  variablesOf: (given) => ({ pushes: { state: { eq: 'LIVE' }, ...equal(given) } }),
});

const whyEnded: Tool = {
  name: 'why_push_ended',
  description:
    'Why one push ended: its cause, how sure that is and what else may be true, errors in what was pushed, and what happened around it. Name the push by its sequence, or a stream for its newest push that is over.',
  input: z.object({ sequence: z.string().optional(), streamId, domain, appId: z.string().optional() }),
  output: z.object({ push: explained }),
  async run(ask, given) {
    if (given['sequence'] === undefined && given['streamId'] === undefined) {
      throw new OperatorError('Give a sequence or a streamId.');
    }
    const over = given['sequence'] === undefined ? { state: { ne: 'LIVE' } } : {};
    const selection = selectionOf(explained, { timeline: `(first: ${entriesMax})` });
    const { pushes } = (await answer(
      ask,
      `query ($filter: StreamSessionFilter) { pushes: streamSessions(filter: $filter, first: 1) { nodes { ${selection} } } }`,
      { filter: { ...over, ...equal(given) } },
    )) as { pushes: { nodes: readonly unknown[] } };
    if (pushes.nodes.length === 0) throw new OperatorError('The ledger has no such push.');
    return { push: pushes.nodes[0] };
  },
};

const failures = listsTool({
  name: 'failures_since',
  description:
    'What failed since a moment: pushes that neither their pusher nor an operator ended, refused pushes, relay tasks whose newest exit has a code other than 0, failed recordings, callbacks that should have come and did not, and times in which no callback could be received. Alerts are for operators, and not here.',
  input: z.object({ since: moment, domain, first }),
  parts: {
    pushes: [
      'streamSessions(filter: $pushes, orderBy: { field: ENDED_AT, direction: DESC }, first: $first)',
      listOf(push),
    ],
    refusedPushes,
    relayTasks,
    recordingEvents: ['recordingEvents(filter: $recordings, first: $first)', listOf(recordingEvent)],
    missingCallbacks: ['missingCallbacks(from: $since, filter: $missing, first: $first)', listOf(missing)],
    receivingOutages: ['receivingOutages(from: $since, first: $first)', z.array(outage)],
    projections: ['projections', progress],
  },
  variablesOf: ({ since, ...rest }) => {
    const [from, missing] = [{ gte: since }, equal(rest)];
    return {
      pushes: { endedAt: from, endSide: { notIn: ['CLIENT', 'OPERATOR'] }, ...missing },
      refused: { at: from, ...missing },
      relays: { exitReceivedAt: from, exitCode: { ne: 0 }, ...missing },
      recordings: { at: from, level: { in: ['error', 'alarm'] }, ...missing },
      missing,
      since,
    };
  },
});

const history = listsTool({
  name: 'stream_history',
  description:
    'The pushes of one stream, the newest first, with those that CSS refused and the relay tasks that push to it.',
  input: z.object({ streamId: z.string(), domain, since: moment.optional(), first }),
  parts: { pushes: ['streamSessions(filter: $pushes, first: $first)', listOf(push)], refusedPushes, relayTasks },
  variablesOf: ({ since, ...rest }) => {
    const [from, relays] = [since === undefined ? {} : { gte: since }, equal(rest)];
    return { pushes: { startedAt: from, ...relays }, refused: { at: from, ...relays }, relays };
  },
});

const query: Tool = {
  name: 'graphql_query',
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

/** A viewer may change nothing anyway; a subscription would have no end. What can't be parsed is left to the service. */
function assertReads(document: string): void {
  if (kindsIn(document).some((kind) => kind !== 'query')) throw new OperatorError('Only queries are answered here.');
}

function kindsIn(document: string): string[] {
  try {
    const { definitions } = parse(document, { maxLexicalTokens: graphqlTokensMax, noLocation: true });
    return definitions.map((each) => (each.kind === Kind.OPERATION_DEFINITION ? each.operation : 'query'));
  } catch {
    return [];
  }
}

/** All tools, in the order in which clients list them. */
export const tools: readonly Tool[] = [live, whyEnded, failures, history, query];
