import type { Socket } from 'node:net';
import { connectionsMax, connectionWaitMsMax } from '../connections/limits.ts';
import { PassConnections } from '../connections/pass-connections.ts';
import { Notifier } from '../kernel/notifier.ts';
import { receivedOutcome, type AppendedEvents, type EventStore } from '../log/event-store.ts';
import type {
  FromReader,
  OpenedForReader,
  ReaderQuestion,
  RecorderReport,
  ToReader,
  ToRecorder,
  ToSupervisor,
} from './process-messages.ts';

/** The process that has started this one, with messages in both directions. */
interface Parent<Sent> {
  readonly say: (message: Sent) => void;
  /** Connections that go back to it. */
  readonly passBack: PassConnections;
}

interface ParentOptions<Heard> {
  /** The socket is there if the message is a connection that was not closed meanwhile. */
  readonly onMessage: (message: Heard, socket: Socket | undefined) => void;
  readonly onEnded: () => void;
}

function connectToParent<Heard, Sent>({ onMessage, onEnded }: ParentOptions<Heard>): Parent<Sent> {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('No service has started this process.');
  const passBack = new PassConnections({
    waitingMax: connectionsMax,
    waitMsMax: connectionWaitMsMax,
    refuse: (socket) => socket.destroy(),
  });
  passBack.passTo((...given) => send(...given));
  process.on('message', (message: Heard, socket) => onMessage(message, socket as Socket | undefined));
  // It may have ended while this process was loaded.
  if (process.connected) process.on('disconnect', onEnded);
  else onEnded();
  return {
    passBack,
    say(message) {
      if (process.connected) send(message, undefined, {}, () => undefined);
    },
  };
}

/** What a reader gets from its recorder. */
export interface RecorderLink {
  /** The URL of the service. */
  readonly url: string;
  /** The embedded log; null if the log is in EventStoreDB, which the reader uses itself. */
  readonly log:
    | (NonNullable<OpenedForReader['log']> & {
        readonly append: EventStore['append'];
        /** Notified when the log has more. */
        readonly committed: Notifier;
      })
    | null;
  /** What the recorder has reported last. */
  readonly report: () => RecorderReport;
}

interface PendingAppend {
  readonly streamName: string;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A reader's side of the contact with its recorder.
 * @throws Error - no recorder has started this process
 */
export function connectToRecorder() {
  const committed = new Notifier();
  const appends = new Map<number, PendingAppend>();
  let newest = 0;
  let report: RecorderReport = { spooled: null, refused: [] };
  let accept: ((socket: Socket, head: Uint8Array) => void) | null = null;
  let answers: Readonly<Record<ReaderQuestion, () => Promise<unknown>>> | null = null;
  let onOpen: (opened: OpenedForReader) => void = () => undefined;

  const { say, passBack } = connectToParent<ToReader, FromReader>({
    onMessage(message, socket) {
      if (message.kind === 'open') onOpen(message);
      else if (message.kind === 'committed') committed.notify();
      else if (message.kind === 'report') report = message;
      else if (message.kind === 'question') void answer(message.number, message.about);
      else if (message.kind === 'appended') settle(message);
      else if (message.kind === 'connection' && socket !== undefined) {
        accept?.(socket, message.head ?? new Uint8Array());
      }
    },
    // With it the log's writer has ended. The next recorder starts its own reader, which waits for this to end.
    onEnded: () => process.kill(process.pid, 'SIGKILL'),
  });

  async function answer(number: number, about: ReaderQuestion): Promise<void> {
    const found = await (answers?.[about]() ?? Promise.resolve(null)).catch(() => null);
    say({ kind: 'answer', number, answer: found });
  }

  function settle({ number, outcome: sent }: Extract<ToReader, { kind: 'appended' }>): void {
    const pending = appends.get(number);
    if (pending === undefined) return;
    appends.delete(number);
    const outcome = receivedOutcome(pending.streamName, sent);
    if (outcome instanceof Error) pending.reject(outcome);
    else pending.resolve(outcome);
  }

  const append: EventStore['append'] = (streamName, events, expected) => {
    if (events.length === 0) return Promise.reject(new RangeError('An append needs at least one event.'));
    return new Promise((resolve, reject) => {
      newest += 1;
      appends.set(newest, { streamName, resolve, reject });
      say({ kind: 'append', number: newest, streamName, events, expected });
    });
  };

  return {
    /** Reports that the settings are valid. */
    checked: () => say({ kind: 'checked' }),
    /** Reports that this process is loaded, and resolves once the recorder has opened the log. */
    async mayOpen(): Promise<RecorderLink & Pick<OpenedForReader, 'isFirst'>> {
      const opened = new Promise<OpenedForReader>((resolve) => (onOpen = resolve));
      say({ kind: 'loaded' });
      process.channel?.ref();
      const { url, log, isFirst } = await opened;
      return { url, log: log && { ...log, append, committed }, report: () => report, isFirst };
    },
    /** Connections come from now on, each with the bytes that were read from it. */
    ready(take: NonNullable<typeof accept>): void {
      accept = take;
      say({ kind: 'ready' });
    },
    /** Answers the recorder's questions from now on. */
    answer(given: NonNullable<typeof answers>): void {
      answers = given;
    },
    /** Connections for the recorder, because a callback came on them. */
    connections: passBack,
  };
}

interface SupervisorLinkOptions {
  /** The next recorder waits for DATA_DIR. */
  readonly onLeave: () => void;
  /** The supervisor has ended. */
  readonly onEnded: () => void;
}

/** What a recorder does with its supervisor. */
export type SupervisorLink = ReturnType<typeof connectToSupervisor>;

/**
 * A recorder's side of the contact with its supervisor.
 * @throws Error - no supervisor has started this process
 */
export function connectToSupervisor({ onLeave, onEnded }: SupervisorLinkOptions) {
  let accept: ((socket: Socket, isKept: boolean) => void) | null = null;
  const { say, passBack } = connectToParent<ToRecorder, ToSupervisor>({
    onMessage(message, socket) {
      if (message.kind === 'leave') onLeave();
      else if (message.kind === 'connection' && socket !== undefined) accept?.(socket, message.isKept === true);
    },
    onEnded,
  });
  return {
    /** Reports that the settings are valid, and resolves when DATA_DIR may be opened. */
    async mayOpen(logLevel: string): Promise<{ readonly isReplacement: boolean }> {
      say({ kind: 'loaded', logLevel });
      process.channel?.ref();
      return await next('open');
    },
    /** Reports that the reader is loaded too: until then, a recorder that is to be replaced goes on. */
    readerLoaded: () => say({ kind: 'readerLoaded' }),
    /**
     * Resolves with the URL once the port is open.
     * @throws Error - as `listen` of a server
     */
    async listen({ host, port }: { readonly host: string; readonly port: number }): Promise<string> {
      const listening = next('listening', 'notListening');
      say({ kind: 'listen', host, port });
      const answer = await listening;
      if (answer.kind === 'notListening') throw Object.assign(new Error(answer.message), { code: answer.code });
      return answer.url;
    },
    /** Connections come from now on. `isKept`: it had requests, and may be silent until the next one. */
    ready(take: (socket: Socket, isKept: boolean) => void): void {
      accept = (socket, isKept) => {
        socket.allowHalfOpen = true;
        take(socket, isKept);
      };
      say({ kind: 'ready' });
    },
    /** Passes the connections back that still come, and those added to `passBack`, to the next recorder. */
    leave(): void {
      accept = (socket, isKept) => passBack.add(socket, isKept ? { isKept } : {});
    },
    passBack,
    /** The next recorder may open DATA_DIR. */
    released: () => say({ kind: 'released' }),
  };
}

/** Resolves with the next message of these kinds from the supervisor. */
function next<Kind extends ToRecorder['kind']>(
  ...kinds: readonly Kind[]
): Promise<Extract<ToRecorder, { kind: Kind }>> {
  return new Promise((resolve) => {
    const listener = (message: ToRecorder) => {
      if (!(kinds as readonly string[]).includes(message.kind)) return;
      process.off('message', listener);
      resolve(message as Extract<ToRecorder, { kind: Kind }>);
    };
    process.on('message', listener);
  });
}
