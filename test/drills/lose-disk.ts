import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askLedger } from '../support/ask-ledger.ts';
import { askUntil } from '../support/ask-until.ts';
import { pushBody } from '../support/callback-bodies.ts';
import { freePort } from '../support/free-port.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { connectLive } from '../support/live-socket.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

export interface LostDisk {
  /** Answered 200 by the primary before it was killed. */
  readonly answered: number;
  /** Those of them that the promoted standby does not have. */
  readonly lost: readonly string[];
  /** Those of them that the standby had shown. */
  readonly lostOfCopied: readonly string[];
  /** Events that the standby said it lacked just before the kill. */
  readonly eventsBehind: number | null;
  /** Milliseconds from the kill until a callback was answered 200 again. */
  readonly notTakenMs: number;
  /** How the client's cursor of before was answered. */
  readonly cursorAnswer: string;
  /** What the client shows in the end, and what the record has. */
  readonly shown: readonly string[];
  readonly recorded: readonly string[];
}

interface LoseDiskOptions {
  readonly callbacks: number;
  readonly perSecond: number;
  readonly say: (line: string) => void;
}

const token = 'a-token-of-standbys-0123456789';

/** Starts a primary and a standby, kills the primary under load, removes its folder, promotes the standby, and counts. */
export async function loseDisk({ callbacks, perSecond, say }: LoseDiskOptions): Promise<LostDisk> {
  const folder = makeTemporaryFolder();
  const [lostFolder, keptFolder] = [path.join(folder.path, 'primary'), path.join(folder.path, 'standby')];
  const [port, standbyPort] = [String(await freePort()), String(await freePort())];
  const started: LedgerProcess[] = [];
  const start = (args: string[], environment: Record<string, string>) => {
    const ledger = startLedger(args, environment);
    started.push(ledger);
    return ledger;
  };
  const sender = createSender();
  const client = createClient();
  try {
    const primary = start(['serve'], { DATA_DIR: lostFolder, PORT: port, STANDBY_TOKENS: token });
    const primaryUrl = await primary.url();
    const standby = start(['standby', '--from', primaryUrl], {
      DATA_DIR: keptFolder,
      PORT: standbyPort,
      PRIMARY_TOKEN: token,
    });
    const standbyUrl = await standby.url();
    await untilFollows(standbyUrl);
    await client.follow(primaryUrl);
    say(`a primary and its standby run; ${perSecond} callbacks a second are sent`);
    const kill = new AbortController();
    const sending = sender.send(primaryUrl, callbacks, perSecond, once(kill.signal, 'abort'));
    await sender.until(Math.floor(callbacks / 3));
    const copied = [...sender.answered];
    const { position } = await projectionOf(primaryUrl);
    await askUntil(
      () => projectionOf(standbyUrl),
      (standby) => BigInt(standby.position ?? 0) >= BigInt(position ?? 0),
    );
    // At any moment, not at one at which the standby has everything.
    await sender.until(Math.floor(callbacks / 2));
    const eventsBehind = (await projectionOf(standbyUrl)).standby?.eventsBehind ?? null;

    const killedMs = performance.now();
    killAll(started[0]?.pid());
    kill.abort();
    rmSync(lostFolder, { recursive: true, force: true });
    const answered = [...sender.answered];
    say(`the primary is killed, and its folder removed, after ${answered.length} callbacks were answered 200`);
    const promoting = start(['promote', '--data-dir', keptFolder], {});
    if ((await promoting.ended()) !== 0) throw new Error(promoting.stderr());
    say(promoting.stdout().trim());
    // What moves the name in the callback URL to the other machine.
    sender.moveTo(standbyUrl);
    const notTakenMs = (await sender.nextAnswered()) - killedMs;
    await sending;
    const recorded = await recordedAt(standbyUrl);
    const cursorAnswer = await client.moveTo(standbyUrl);
    await client.until(recorded.length);
    const has = new Set(recorded);
    return {
      answered: answered.length,
      lost: answered.filter((sequence) => !has.has(sequence)),
      eventsBehind,
      lostOfCopied: copied.filter((sequence) => !has.has(sequence)),
      notTakenMs,
      cursorAnswer,
      shown: client.shown(),
      recorded,
    };
  } finally {
    await client.close();
    for (const one of started) {
      killAll(one.pid());
      await endLedger(one);
    }
    folder.remove();
  }
}

/** A process and those that it has started, at once, as a machine that loses power. */
function killAll(pid: number | undefined): void {
  if (pid === undefined) return;
  const children = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).stdout;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
  for (const child of children.split('\n').filter((line) => line !== '')) killAll(Number(child));
}

interface Projection {
  readonly position: string | null;
  readonly lagEvents: number;
  readonly standby: { readonly eventsBehind: number | null } | null;
}

async function projectionOf(url: string): Promise<Projection> {
  const { projections } = await askLedger<{ projections: [Projection] }>(
    url,
    '{ projections { position lagEvents standby { eventsBehind } } }',
  );
  return projections[0];
}

async function untilFollows(url: string): Promise<void> {
  await askUntil(
    () => projectionOf(url),
    ({ standby }) => standby?.eventsBehind === 0,
  );
}

/** Sends as CSS does: what is not answered 200 is sent again. */
function createSender() {
  const answered = new Set<string>();
  const waiting: (() => void)[] = [];
  let url = '';
  let newest: ((atMs: number) => void) | null = null;
  const post = async (sequence: string) => {
    for (;;) {
      const body = JSON.stringify(pushBody({ sequence, stream_id: `stream-${sequence}` }));
      const sent = await fetch(`${url}/callbacks/css`, { method: 'POST', body }).catch(() => null);
      if (sent?.status === 200) break;
      await pause(repeatEveryMs);
    }
    answered.add(sequence);
    newest?.(performance.now());
    for (const check of waiting) check();
  };
  return {
    answered,
    /** The last tenth waits for the kill, so that some come after it however slow the machine is. */
    async send(to: string, callbacks: number, perSecond: number, isKilled: Promise<unknown>): Promise<void> {
      url = to;
      const begunMs = performance.now();
      const posts: Promise<void>[] = [];
      for (let sent = 1; sent <= callbacks; sent += 1) {
        if (sent > callbacks * 0.9) await isKilled;
        posts.push(post(String(sent)));
        await pause(Math.max(0, begunMs + (sent * 1_000) / perSecond - performance.now()));
      }
      await Promise.all(posts);
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (answered.size >= count) resolve();
        };
        waiting.push(check);
        check();
      }),
    moveTo(next: string): void {
      url = next;
    },
    /** When the next callback is answered 200. */
    nextAnswered: () => new Promise<number>((resolve) => (newest = resolve)),
  };
}

/** Milliseconds until a callback that was not answered is sent again: CSS waits a minute, which would hide what is measured. */
const repeatEveryMs = 20;

const pageOf = (after: string | null) =>
  `{ callbacks(first: 500${after === null ? '' : `, after: "${after}"`}) { liveFrom pageInfo { hasNextPage endCursor } nodes { streamSession { sequence } } } }`;

interface Page {
  readonly callbacks: {
    readonly liveFrom: string;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly nodes: readonly { readonly streamSession: { readonly sequence: string } | null }[];
  };
}

/** The sequences of all recorded callbacks, and where to follow from. */
async function listAt(url: string): Promise<{ readonly sequences: string[]; readonly liveFrom: string }> {
  const sequences: string[] = [];
  let [after, liveFrom]: [string | null, string] = [null, ''];
  do {
    const { callbacks }: Page = await askLedger<Page>(url, pageOf(after));
    sequences.push(...callbacks.nodes.flatMap(({ streamSession }) => streamSession?.sequence ?? []));
    if (liveFrom === '') ({ liveFrom } = callbacks);
    after = callbacks.pageInfo.hasNextPage ? callbacks.pageInfo.endCursor : null;
  } while (after !== null);
  return { sequences, liveFrom };
}

async function recordedAt(url: string): Promise<string[]> {
  await askUntil(
    () => projectionOf(url),
    ({ lagEvents }) => lagEvents === 0,
  );
  return (await listAt(url)).sequences;
}

const subscription =
  'subscription ($after: Cursor) { callbackRecorded(after: $after) { cursor callback { streamSession { sequence } } } }';

/** A client that follows by cursor, and lists again where its cursor is refused, as docs/api.md says. */
function createClient() {
  const shown = new Set<string>();
  let cursor = '';
  let socket: Awaited<ReturnType<typeof connectLive>> | null = null;
  const waiting = new Set<() => void>();
  const subscribe = async (url: string) => {
    await socket?.close();
    const opened = await connectLive(url);
    socket = opened;
    opened.ws.on('message', (data: Buffer) => {
      const { id, type, payload } = JSON.parse(data.toString()) as { id?: string; type: string; payload: Received };
      if (id !== '1' || type !== 'next') return;
      const { callbackRecorded } = payload.data;
      cursor = callbackRecorded.cursor;
      shown.add(callbackRecorded.callback.streamSession?.sequence ?? '');
      for (const check of waiting) check();
    });
    opened.subscribe('1', subscription, { after: cursor });
    return opened;
  };
  const follow = async (url: string): Promise<void> => {
    const { sequences, liveFrom } = await listAt(url);
    shown.clear();
    for (const sequence of sequences) shown.add(sequence);
    cursor = liveFrom;
    await subscribe(url);
  };
  return {
    follow,
    /** Resolves with how its cursor was answered. There is something that the client does not have yet. */
    async moveTo(url: string): Promise<string> {
      const opened = await subscribe(url);
      await opened.until((received) =>
        received.some(({ id, type }) => id === '1' && (type === 'next' || type === 'error')),
      );
      const refused = opened.messages.find(({ id, type }) => id === '1' && type === 'error');
      if (refused === undefined) return 'next';
      await follow(url);
      const [error] = refused.payload as { extensions: { code: string } }[];
      return error?.extensions.code ?? 'an error without a code';
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (shown.size >= count) resolve();
        };
        waiting.add(check);
        check();
      }),
    shown: () => [...shown],
    close: async () => socket?.close(),
  };
}

interface Received {
  readonly data: {
    readonly callbackRecorded: {
      readonly cursor: string;
      readonly callback: { readonly streamSession: { readonly sequence: string } | null };
    };
  };
}
