/** The questions, and how their requests are made. */
export const questions = [
  'one session',
  'one session, anew',
  'fifty sessions',
  'fifty sessions, anew',
  'fifty tasks with runs',
] as const;
export type Question = (typeof questions)[number];

const sessionFields = 'id appId sequence domain path streamId state startedAt endedAt pushDurationMs endCode node';
const taskFields = `id taskId state domain path streamId startedAt exitedAt
    runs { number startedAt exitedAt exitCode exitCodeText attribution }`;

/** A field that the product computes from more than its read models: it caches no answer that contains it. */
const notKept = 'forwardTargets { name }';

export const documents: Readonly<Record<Question, string>> = {
  'one session': `query One($sequence: ID!) { streamSession(sequence: $sequence) { ${sessionFields} } }`,
  'one session, anew': `query OneAnew($sequence: ID!) { streamSession(sequence: $sequence) { ${sessionFields} } ${notKept} }`,
  'fifty sessions': `query Fifty { streamSessions(first: 50) { nodes { ${sessionFields} } } }`,
  'fifty sessions, anew': `query FiftyAnew { streamSessions(first: 50) { nodes { ${sessionFields} } } ${notKept} }`,
  'fifty tasks with runs': `query FiftyTasks { relayTasks(first: 50) { nodes { ${taskFields} } } }`,
};

/** The request bodies for a question; questions about one session have a body for each sequence. */
export function bodiesOf(question: Question, sequences: readonly string[]): string[] {
  const body = (variables: object) => JSON.stringify({ query: documents[question], variables });
  return question.startsWith('one session') ? sequences.map((sequence) => body({ sequence })) : [body({})];
}

/** Asks for everything that the questions ask for: the rows that a peer answers. */
export const rowsDocument = `query Rows {
  streamSessions(first: 500) { nodes { ${sessionFields} } }
  relayTasks(first: 50) { nodes { ${taskFields} } }
}`;
