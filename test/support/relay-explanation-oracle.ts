import { interpret } from '../../src/callbacks/callback.ts';
import type { RelayCallback } from '../../src/callbacks/types/relay.ts';
import { digestOf } from '../../src/callbacks/identity.ts';
import type { TestArrival } from './ledger.ts';
import { attributionsByDefinition, type ExpectedAttribution } from './relay-oracle.ts';

/** A field, its value, the index of the arrival that set it, and what other arrivals say, in order of arrival. */
export type ExpectedField = readonly [
  field: string,
  value: string | number | null,
  setBy: number | null,
  others: readonly (readonly [value: string | number, by: number])[],
];

/** A run with its explanation, and its files' explanations by key. */
export interface ExpectedRun {
  readonly run: readonly ExpectedField[];
  readonly files: Readonly<Record<string, readonly ExpectedField[]>>;
}

interface Happened {
  readonly index: number;
  readonly callback: RelayCallback;
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly digest: string;
}

interface Run {
  readonly openedMs: number;
  readonly isOpenedByActivity: boolean;
  start: Happened | null;
  exit: Happened | null;
}

/** The runs of each task in order, from all callbacks at once. All callbacks carry a time, and none is repeated. */
export function expectedRuns(arrivals: readonly TestArrival[]): Readonly<Record<string, readonly ExpectedRun[]>> {
  const all = arrivals.map(toHappened);
  const attributed = attributionsByDefinition(arrivals);
  const tasks = [...new Set(all.flatMap(({ callback }) => callback.taskId ?? []))];
  return Object.fromEntries(
    tasks.map((taskId) => {
      const own = all.filter((one) => taskOf(one, attributed) === taskId);
      const runs = runsOf(own);
      const lost = all.filter(({ callback, digest }) => {
        const { taskId: given, candidates } = attributed.get(digest) ?? { taskId: null, candidates: [] };
        return callback.taskId === null && candidates.length > 1 && candidates.includes(taskId) && given !== taskId;
      });
      const activity = own.filter(({ callback }) => isActivity(callback));
      return [
        taskId,
        runs.map((run) => ({
          run: explainedRun(
            run,
            lost.filter((exit) => endedBy(exit, runs) === run),
          ),
          files: explainedFiles(activity.filter(({ atMs }) => runs.findLast((one) => one.openedMs <= atMs) === run)),
        })),
      ];
    }),
  );
}

function toHappened({ body, receivedAtMs }: TestArrival, index: number): Happened {
  const callback = interpret(body);
  if (callback.kind !== 'RELAY' || callback.occurredAtMs === null) throw new Error('not a relay callback with a time');
  return { index, callback, atMs: callback.occurredAtMs, receivedAtMs, digest: digestOf(body) };
}

function taskOf({ callback, digest }: Happened, attributed: ReadonlyMap<string, ExpectedAttribution>): string | null {
  return callback.taskId ?? attributed.get(digest)?.taskId ?? null;
}

function isActivity({ event }: RelayCallback): boolean {
  return event.type === 'FILE_START' || event.type === 'FILE_FINISH' || event.type === 'ALARM';
}

/** An exit ends the open run, or is a run by itself; a start begins a run, or belongs to one that a file began. */
function runsOf(own: readonly Happened[]): Run[] {
  const runs: Run[] = [];
  const firstMs = Math.min(...own.filter(({ callback }) => isActivity(callback)).map(({ atMs }) => atMs));
  const byActivity = () => {
    runs.push({ openedMs: firstMs, isOpenedByActivity: true, start: null, exit: null });
  };
  for (const moment of [...new Set(own.map(({ atMs }) => atMs))].sort((one, other) => one - other)) {
    const then = own.filter(({ atMs }) => atMs === moment).sort((one, other) => (one.digest < other.digest ? -1 : 1));
    const starts = then.filter(({ callback }) => callback.event.type === 'TASK_START');
    const exits = then.filter(({ callback }) => callback.event.type === 'TASK_EXIT');
    if (starts.length + exits.length > 0 && runs.length === 0 && firstMs < moment) byActivity();
    const isOpen = runs.at(-1)?.exit === null;
    for (const one of isOpen ? [...exits, ...starts] : [...starts, ...exits]) {
      const newest = runs.at(-1);
      const opened = { openedMs: moment, isOpenedByActivity: false };
      if (one.callback.event.type === 'TASK_EXIT') {
        if (newest?.exit === null) newest.exit = one;
        else runs.push({ ...opened, start: null, exit: one });
      } else if (newest?.isOpenedByActivity && newest.start === null && newest.exit === null) {
        // These histories are all shorter than a minute.
        newest.start = one;
      } else {
        runs.push({ ...opened, start: one, exit: null });
      }
    }
  }
  if (runs.length === 0 && firstMs < Infinity) byActivity();
  return runs;
}

/** The run that an exit would have ended. */
function endedBy({ atMs }: Happened, runs: readonly Run[]): Run | undefined {
  const before = runs.findLast(({ openedMs }) => openedMs < atMs);
  const isOpen = before !== undefined && (before.exit === null || before.exit.atMs >= atMs);
  return isOpen ? before : runs.find(({ openedMs }) => openedMs === atMs);
}

function explainedRun({ start, exit }: Run, lost: readonly Happened[]): ExpectedField[] {
  const said = (one: Happened) => {
    const { event } = one.callback;
    if (event.type !== 'TASK_EXIT') throw new Error('not an exit');
    const { code, codeText, message } = event.exit;
    return {
      exitedAtMs: one.atMs,
      exitReceivedAtMs: one.receivedAtMs,
      exitCode: code,
      exitCodeText: codeText,
      exitMessage: message,
    };
  };
  const ended = exit === null ? null : said(exit);
  const ofExit = (['exitedAtMs', 'exitReceivedAtMs', 'exitCode', 'exitCodeText', 'exitMessage'] as const).map(
    (field): ExpectedField => {
      const value = ended?.[field] ?? null;
      const others = lost.flatMap((one): [string | number, number][] => {
        const offered = said(one)[field];
        return offered === null || offered === value ? [] : [[offered, one.index]];
      });
      return [field, value, exit?.index ?? null, others];
    },
  );
  const attribution = exit === null ? null : exit.callback.taskId === null ? 'BY_SOURCE_URLS' : 'BY_TASK_ID';
  return shown([
    ['startedAtMs', start?.atMs ?? null, start?.index ?? null, []],
    ['startReceivedAtMs', start?.receivedAtMs ?? null, start?.index ?? null, []],
    ...ofExit,
    ['attribution', attribution, exit?.index ?? null, []],
  ]);
}

function explainedFiles(activity: readonly Happened[]): Record<string, ExpectedField[]> {
  const files: Record<string, ExpectedField[]> = {};
  for (const number of [0, 1]) {
    const all = activity.flatMap((one) => {
      const { event } = one.callback;
      const isOfFile = event.type === 'FILE_START' || event.type === 'FILE_FINISH';
      return isOfFile && event.file.index === number ? [{ ...one, type: event.type, file: event.file }] : [];
    });
    if (all.length === 0) continue;
    const last = (some: typeof all) =>
      [...some].sort((one, other) => one.atMs - other.atMs || (one.digest < other.digest ? -1 : 1)).at(-1);
    const starts = all.filter(({ type }) => type === 'FILE_START');
    const finishes = all.filter(({ type }) => type === 'FILE_FINISH');
    const [started, finished] = [last(starts), last(finishes)];
    const isPlaying =
      started !== undefined &&
      (finished === undefined ||
        started.atMs > finished.atMs ||
        (started.atMs === finished.atMs && starts.length > finishes.length));
    const field = (
      name: string,
      by: (typeof all)[number] | undefined,
      says: (one: (typeof all)[number]) => string | number | null,
    ): ExpectedField => {
      const value = by === undefined ? null : says(by);
      const others = all.flatMap((one): [string | number, number][] => {
        const said = says(one);
        return said === null || said === value ? [] : [[said, one.index]];
      });
      return [name, value, by?.index ?? null, others];
    };
    files[`index ${number}`] = shown([
      field('index', last(all), ({ file }) => file.index),
      field('url', last(all), ({ file }) => file.url),
      field('durationSeconds', last(all.filter(({ file }) => (file.durationSeconds ?? 0) > 0)), ({ file }) =>
        file.durationSeconds === 0 ? null : file.durationSeconds,
      ),
      field('startedAtMs', lastToArrive(starts, started), ({ type, atMs }) => (type === 'FILE_START' ? atMs : null)),
      field('finishedAtMs', isPlaying ? undefined : lastToArrive(finishes, finished), ({ type, atMs }) =>
        type === 'FILE_FINISH' ? atMs : null,
      ),
    ]);
  }
  return files;
}

/** Of several at the same moment, the last to arrive. */
function lastToArrive<One extends Happened>(some: readonly One[], newest: One | undefined): One | undefined {
  return some.findLast(({ atMs }) => atMs === newest?.atMs);
}

function shown(fields: readonly ExpectedField[]): ExpectedField[] {
  return fields.filter(([, value, , others]) => value !== null || others.length > 0);
}
