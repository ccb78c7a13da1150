import { readFileSync } from 'node:fs';
import { table } from '../../build/reference/table.ts';
import { writeArrival } from '../../src/callbacks/arrival.ts';
import { callbackTypeOf, interpret, namesOf, type Callback } from '../../src/callbacks/callback.ts';
import type { CallbackRow } from '../../src/callbacks/callback-fields.ts';
import { sentenceOf } from '../../src/callbacks/callback-sentence.ts';
import { nameEvent } from '../../src/callbacks/event-naming.ts';
import { parseJsonObject, type JsonObject } from '../../src/callbacks/json-object.ts';
import { callbackOf } from '../../src/callbacks/types/typed-lists.ts';
import { attributionConclusionOf } from '../../src/relay/relay-task.ts';
import { unknownAccount } from '../../src/sessions/stream-session.ts';
import type { ReadModelReader } from '../../src/projecting/file/read-model-reader.ts';
import { withLedger } from '../support/ledger.ts';

/** A body, where its shape is known from, and what was recorded before it. */
export interface CorpusCase {
  readonly name: string;
  readonly source: string;
  readonly body?: Record<string, unknown>;
  /** Instead of `body`: what is no JSON object, or would not survive being written again. */
  readonly text?: string;
  readonly given?: readonly string[];
}

/** The files, in the order of the table. */
const files = {
  push: 'Pushes and interruptions (1, 0)',
  relay: 'Relay tasks (314)',
  recordings: 'Recordings (100, 332, 341)',
  screenshots: 'Screenshots (200)',
  'push-errors': 'Errors in what is pushed (321)',
  audits: 'Audits (315, 317)',
  quality: 'Monitoring and quality (328, 343 to 345)',
  texts: 'Subtitles, erased words, summaries, highlights (338, 347, 348, 349)',
  'stream-live': 'StreamLive (329, 330)',
  shapes: 'Other shapes',
} as const;

function readCorpusFile<Content>(name: string): Content {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8')) as Content;
}

/** All cases, by file. */
export const corpus: readonly {
  readonly file: string;
  readonly title: string;
  readonly cases: readonly CorpusCase[];
}[] = Object.entries(files).map(([file, title]) => ({ file, title, cases: readCorpusFile<CorpusCase[]>(file) }));

/** The bytes of a case, as they arrive. */
export function bytesOf({ body, text }: CorpusCase): Buffer {
  return Buffer.from(text ?? JSON.stringify(body));
}

/** The bodies that are JSON objects. */
export const readableBodies: readonly JsonObject[] = corpus
  .flatMap(({ cases }) => cases.map((one) => parseJsonObject(bytesOf(one))))
  .flatMap((parsed) => (parsed.ok ? [parsed.object] : []));

const given = readCorpusFile<Record<string, Record<string, unknown>[]>>('given');

/** An hour after the latest time in any body, because our clock must not decide anything. */
const receivedAtMs = Date.UTC(2026, 0, 10, 12);

const heads = ['body', 'source', 'recorded as', 'names', 'time', 'belongs to', 'what else is read', 'in a sentence'];

/** The page `README.md` of this folder, as the code reads the corpus now. */
export async function corpusPage(): Promise<string> {
  const readings = await readCorpus();
  const sections = corpus.map(({ file, title, cases }) => {
    const rows = cases.map((one) => [one.name, one.source, ...(readings.get(one) ?? [])].map(escaped));
    return `## ${title}\n\nBodies: [${file}.json](${file}.json)\n\n${table(heads, rows)}`;
  });
  return `${introduction}\n${sections.join('\n')}`;
}

const introduction = `# The corpus

A body of each form that the vendor’s pages show, over their revisions and languages, and of the shapes that were seen elsewhere, with what the ledger
makes of each. The members are CSS’s; the values, such as names, addresses and hosts, are invented. \`test/corpus/corpus.test.ts\` records the bodies and compares this
page with what it reads: to accept another reading, run it with \`CORPUS=write\`, and look at the difference.

What was recorded before each body is in [given.json](given.json), all of it on 10 January 2026 and of the account \`1250000000\`:

| given | push | stream | time |
|---|---|---|---|
| always | \`2400000000000000001\` | \`push.example.com/live/show\` | 10:00 to 10:30 |
| | \`2400000000000000002\` | \`push.example.com/live/show\` | since 10:31 |
| | \`2400000000000000003\` | \`push.example.com/live/fed\`, by the relay task \`118100\` | since 10:05 |
| \`namesake\` | \`2400000000000000004\` | \`other.example.com/live/show\` | since 10:30 |
| \`otherAccount\` | \`2400000000000000002\` | \`other.example.com/live/show\`, of the account \`1250000009\` | since 10:31 |
| \`takeover\` | \`2400000000000000005\` | \`push.example.com/live/show\` | since 10:35 |
| \`overlapping\` | the same, and | the end of \`2400000000000000002\` | 10:45 |
| \`ended\` | \`2400000000000000006\` | \`push.example.com/live/gone\` | 10:30 to 10:39 |

A dash: nothing. A body in quarantine came with a listed token in the URL; without one, it is refused.
`;

const escaped = (cell: string) => (cell === '' ? '–' : cell.replaceAll('|', '\\|'));

type Readings = Map<CorpusCase, readonly string[]>;

/** Each body that changes sessions or tasks is recorded by itself; the others change nothing for each other. */
async function readCorpus(): Promise<Readings> {
  const readings: Readings = new Map();
  const together = new Map<string, CorpusCase[]>();
  for (const one of corpus.flatMap(({ cases }) => cases)) {
    const parsed = parseJsonObject(bytesOf(one));
    if (!parsed.ok) {
      readings.set(one, [`quarantine: ${parsed.reason}`, '', '', '', '', '']);
      continue;
    }
    const isAlone = interpret(parsed.object).kind !== 'OTHER';
    const key = isAlone ? `alone ${together.size}` : JSON.stringify(one.given ?? []);
    together.set(key, [...(together.get(key) ?? []), one]);
  }
  for (const cases of together.values()) await recordTogether(cases, readings);
  return readings;
}

async function recordTogether(cases: readonly CorpusCase[], readings: Readings): Promise<void> {
  const before = ['always', ...(cases[0]?.given ?? [])].flatMap((name) => given[name] ?? []);
  const givenArrivals = before.map((body) => ({ body, receivedAtMs: receivedAtMs - 60_000 }));
  await withLedger(givenArrivals, async (ledger) => {
    const metadata = writeArrival({ receivedAtMs, signature: 'NOT_CHECKED', remoteAddress: '' });
    const positions = new Map<CorpusCase, bigint>();
    for (const one of cases) {
      const data = bytesOf(one);
      const { streamName, eventType: type } = nameEvent(interpret(readObject(data)));
      positions.set(one, await ledger.appendEvent(streamName, { type, data, metadata }));
    }
    const model = await ledger.projected();
    model.read((reader) => {
      for (const [one, position] of positions)
        readings.set(one, readingFrom(reader, position, readObject(bytesOf(one))));
    });
  });
}

function readObject(data: Uint8Array): JsonObject {
  const parsed = parseJsonObject(data);
  if (!parsed.ok) throw new Error('It is no JSON object.');
  return parsed.object;
}

function readingFrom(reader: ReadModelReader, position: bigint, body: JsonObject): string[] {
  const callback = interpret(body);
  const row = reader.callbackByPosition(position);
  if (row === null) throw new Error(`This body was not projected, or is in the corpus twice: ${JSON.stringify(body)}`);
  return [
    `${nameEvent(callback).eventType}, ${callbackTypeOf(callback.eventType).kind}`,
    namesIn(callback),
    timesIn(callback),
    belongingOf(reader, row, callback),
    valuesIn(reader, position, callback),
    sentenceOf(body),
  ];
}

const timeOf = (ms: number) =>
  new Date(ms).toISOString().replace('2026-01-10T', '').replace('.000', '').replace('Z', '');

/** Values that are there, each with its name; times as those of the day. */
function shown(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) =>
      /At(Ms)?$/.test(name)
        ? `${name.replace(/Ms$/, '')} ${timeOf(Number(value))}`
        : `${name} \`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
    )
    .join(', ');
}

function namesIn(callback: Callback): string {
  const { domain, path, streamId, sequence, taskId } = namesOf(callback);
  const isWhole = domain !== null && path !== null && streamId !== null;
  return shown({
    account: callback.appId,
    ...(isWhole ? { stream: `${domain}/${path}/${streamId}` } : { domain, path, stream: streamId }),
    push: sequence,
    task: taskId ?? (callback.kind === 'RELAY' ? callback.taskId : null),
  });
}

function timesIn(callback: Callback): string {
  const { fromMs, atMs } = namesOf(callback);
  if (atMs === null || fromMs === null) return '';
  return fromMs === atMs ? timeOf(atMs) : `${timeOf(fromMs)} to ${timeOf(atMs)}`;
}

function belongingOf(reader: ReadModelReader, row: CallbackRow, callback: Callback): string {
  if (row.sessionId !== null) {
    const view = reader.streamSessionById(row.sessionId)?.view;
    const joined = view?.relayTaskId == null ? '' : `, pushed by the task \`${view.relayTaskId}\``;
    return `session \`${view?.sequence ?? ''}\` of \`${view?.appId ?? ''}\`${joined}`;
  }
  if (callback.kind === 'INTERRUPTION' && callback.sequence !== null) {
    const refused = reader.refusedPush(callback.appId ?? unknownAccount, callback.sequence);
    return refused === null ? '' : `refused push of \`${refused.appId}\``;
  }
  if (row.taskRow !== null && row.attribution !== null) {
    const taskId = reader.relay.taskByRow(row.taskRow)?.taskId ?? '';
    return `task \`${taskId}\`, ${attributionConclusionOf(row.attribution).sureness}`;
  }
  return reader
    .sessionsOfCallback(row.position)
    .map(({ session, sureness }) => `session \`${session.sequence}\`, ${sureness}`)
    .join('; ');
}

function valuesIn(reader: ReadModelReader, position: bigint, callback: Callback): string {
  if (callback.kind === 'OTHER') {
    const { listed } = callback;
    if (listed === null) return '';
    const rows = reader.typedRows(listed.list, [position]).filter((row) => callbackOf(row) === position);
    return rows.map((row) => `\`${listed.list.name}\`: ${shown(valuesOf(row))}`).join('; ');
  }
  if (callback.kind === 'RELAY') {
    const { sourceUrls, toUrl, event } = callback;
    return shown({ sourceUrls: sourceUrls.length === 0 ? null : sourceUrls.join(' '), toUrl, event });
  }
  const { domain: _domain, path: _path, streamId: _streamId, ...facts } = callback.facts;
  if (callback.kind === 'PUSH') return shown(facts);
  const { pushDurationMs, endCode, endCodeText, endMessage } = callback;
  return shown({ ...facts, pushDurationMs, endCode, endCodeText, endMessage });
}

/** Of a row of a list, what is not in other columns of the table. */
function valuesOf(row: Readonly<Record<string, unknown>>) {
  const others = new Set(['entry', 'atMs', 'appId', 'domain', 'path', 'streamId', 'sequence', 'taskId']);
  return Object.fromEntries(Object.entries(row).filter(([name]) => !others.has(name)));
}
