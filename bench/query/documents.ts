/** What is asked, and how the requests for it are made. */
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

/** What the product makes of more than its read models: an answer with it is not kept. */
const notKept = 'forwardTargets { name }';

export const documents: Readonly<Record<Question, string>> = {
  'one session': `query One($sequence: ID!) { streamSession(sequence: $sequence) { ${sessionFields} } }`,
  'one session, anew': `query OneAnew($sequence: ID!) { streamSession(sequence: $sequence) { ${sessionFields} } ${notKept} }`,
  'fifty sessions': `query Fifty { streamSessions(first: 50) { nodes { ${sessionFields} } } }`,
  'fifty sessions, anew': `query FiftyAnew { streamSessions(first: 50) { nodes { ${sessionFields} } } ${notKept} }`,
  'fifty tasks with runs': `query FiftyTasks { relayTasks(first: 50) { nodes { ${taskFields} } } }`,
};

/** The bodies of the requests for a question: those for one session each for another one. */
export function bodiesOf(question: Question, sequences: readonly string[]): string[] {
  const body = (variables: object) => JSON.stringify({ query: documents[question], variables });
  return question.startsWith('one session') ? sequences.map((sequence) => body({ sequence })) : [body({})];
}

/** Asks for what the questions ask for: the rows that a peer is to answer. */
export const rowsDocument = `query Rows {
  streamSessions(first: 500) { nodes { ${sessionFields} } }
  relayTasks(first: 50) { nodes { ${taskFields} } }
}`;
