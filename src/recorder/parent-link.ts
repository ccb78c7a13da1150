import type { Socket } from 'node:net';
import { connectionsMax, connectionWaitMsMax } from '../connections/limits.ts';
import { PassConnections } from '../connections/pass-connections.ts';
import type { SpoolBacklog } from '../kernel/errors.ts';
import { Notifier } from '../kernel/notifier.ts';
import {
  StoreOverloaded,
  StoreUnavailable,
  WrongExpectedRevision,
  type AppendedEvents,
  type EventStore,
} from '../log/event-store.ts';
import type {
  AppendOutcomeMessage,
  FromReader,
  OpenedForReader,
  ReaderQuestion,
  ToReader,
  ToRecorder,
  ToSupervisor,
} from './process-messages.ts';

/** A reader's side of the contact with its recorder. */
export interface RecorderContact {
  /** Reports that this process is loaded, and resolves once the recorder has opened the log. */
  mayOpen(): Promise<RecorderLink & Pick<OpenedForReader, 'isFirst'>>;
  /** Connections come from now on, each with the bytes that were read from it. */
  ready(accept: (socket: Socket, head: Uint8Array) => void): void;
  /** Answers the recorder's questions from now on. */
  answer(answers: Readonly<Record<ReaderQuestion, () => Promise<unknown>>>): void;
  /** Connections for the recorder, because a callback came on them. */
  readonly connections: PassConnections;
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
  /** Null without a spool. */
  readonly spooled: () => SpoolBacklog | null;
}

interface PendingAppend {
  readonly streamName: string;
  readonly resolve: (appended: AppendedEvents) => void;
  readonly reject: (error: Error) => void;
}

/** @throws Error - no recorder has started this process */
export function connectToRecorder(): RecorderContact {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('No recorder has started this process.');
  const say = (message: FromReader) => {
    if (process.connected) send(message, undefined, {}, () => undefined);
  };
  const connections = new PassConnections({
    waitingMax: connectionsMax,
    waitMsMax: connectionWaitMsMax,
    refuse: (socket) => socket.destroy(),
  });
  connections.passTo((...given) => send(...given));
  const committed = new Notifier();
  const appends = new Map<number, PendingAppend>();
  let [number, backlog] = [0, null as SpoolBacklog | null];
  let accept: ((socket: Socket, head: Uint8Array) => void) | null = null;
  let answers: Readonly<Record<ReaderQuestion, () => Promise<unknown>>> | null = null;
  let onOpen: (message: Extract<ToReader, { kind: 'open' }>) => void = () => undefined;

  const append: EventStore['append'] = (streamName, events, expected) => {
    if (events.length === 0) return Promise.reject(new RangeError('An append needs at least one event.'));
    return new Promise((resolve, reject) => {
      number += 1;
      appends.set(number, { streamName, resolve, reject });
      say({ kind: 'append', number, streamName, events, expected });
    });
  };
  const answer = async (asked: number, about: ReaderQuestion) => {
    const found = await (answers?.[about]() ?? Promise.resolve(null)).catch(() => null);
    say({ kind: 'answer', number: asked, answer: found });
  };
  const hear = (message: ToReader, socket: Socket | undefined) => {
    if (message.kind === 'open') onOpen(message);
    else if (message.kind === 'committed') committed.notify();
    else if (message.kind === 'spooled') ({ backlog } = message);
    else if (message.kind === 'question') void answer(message.number, message.about);
    else if (message.kind === 'appended') settle(appends, message.number, message.outcome);
    // It was closed meanwhile if there is none.
    else if (message.kind === 'connection' && socket !== undefined) accept?.(socket, message.head ?? new Uint8Array());
  };
  process.on('message', (message: ToReader, socket) => hear(message, socket as Socket | undefined));
  // The recorder has ended, and with it the log's writer. The next one starts its own reader, which waits for this to end.
  const end = () => process.kill(process.pid, 'SIGKILL');
  // It may have ended while this process was loaded.
  if (process.connected) process.on('disconnect', end);
  else end();

  return {
    async mayOpen() {
      const opened = new Promise<Extract<ToReader, { kind: 'open' }>>((resolve) => (onOpen = resolve));
      say({ kind: 'loaded' });
      process.channel?.ref();
      const { url, log, isFirst } = await opened;
      return { url, log: log && { ...log, append, committed }, spooled: () => backlog, isFirst };
    },
    ready(take) {
      accept = take;
      say({ kind: 'ready' });
    },
    answer(given) {
      answers = given;
    },
    connections,
  };
}

function settle(appends: Map<number, PendingAppend>, number: number, outcome: AppendOutcomeMessage): void {
  const pending = appends.get(number);
  if (pending === undefined) return;
  appends.delete(number);
  const { streamName, resolve, reject } = pending;
  if (outcome.kind === 'stored') resolve({ revision: outcome.revision, position: outcome.position });
  else if (outcome.kind === 'overloaded') reject(new StoreOverloaded(outcome.message));
  else if (outcome.kind === 'unavailable') {
    reject(new StoreUnavailable(outcome.message, { mayBeStored: outcome.mayBeStored }));
  } else reject(new WrongExpectedRevision(streamName, outcome.expected, outcome.actual));
}

/** `isKept`: it had requests, and may be silent until the next one. */
export type AcceptConnection = (socket: Socket, isKept: boolean) => void;

/** A recorder's side of the contact with its supervisor. */
export interface SupervisorLink {
  /** Reports that the settings are valid, and resolves when DATA_DIR may be opened. */
  mayOpen(logLevel: string): Promise<{ readonly isReplacement: boolean }>;
  /** Reports that the reader is loaded too: until then, a recorder that is to be replaced goes on. */
  readerLoaded(): void;
  /**
   * Resolves with the URL once the port is open.
   * @throws Error - as `listen` of a server
   */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Connections come from now on. */
  ready(accept: AcceptConnection): void;
  /** Passes the connections back that still come, and those added here, to the next recorder. */
  leave(): void;
  /** Connections for the next recorder. */
  readonly passBack: PassConnections;
  /** The next recorder may open DATA_DIR. */
  released(): void;
}

export interface SupervisorLinkOptions {
  /** The next recorder waits for DATA_DIR. */
  readonly onLeave: () => void;
  /** The supervisor has ended. */
  readonly onEnded: () => void;
}

/** @throws Error - no supervisor has started this process */
export function connectToSupervisor({ onLeave, onEnded }: SupervisorLinkOptions): SupervisorLink {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('No supervisor has started this process.');
  const say = (message: ToSupervisor) => {
    if (process.connected) send(message, undefined, {}, () => undefined);
  };
  const passBack = new PassConnections({
    waitingMax: connectionsMax,
    waitMsMax: connectionWaitMsMax,
    refuse: (socket) => socket.destroy(),
  });
  passBack.passTo((...given) => send(...given));
  let accept: AcceptConnection | null = null;
  process.on('message', (message: ToRecorder, socket) => {
    if (message.kind === 'leave') onLeave();
    // It was closed meanwhile if there is none.
    else if (message.kind === 'connection' && socket !== undefined) accept?.(socket as Socket, message.isKept === true);
  });
  // It may have ended while this process was loaded.
  if (process.connected) process.on('disconnect', onEnded);
  else onEnded();

  return {
    async mayOpen(logLevel) {
      say({ kind: 'loaded', logLevel });
      process.channel?.ref();
      const { isReplacement } = await hear('open');
      return { isReplacement };
    },
    readerLoaded: () => say({ kind: 'readerLoaded' }),
    async listen({ host, port }) {
      const listening = hear('listening', 'notListening');
      say({ kind: 'listen', host, port });
      const answer = await listening;
      if (answer.kind === 'notListening') throw Object.assign(new Error(answer.message), { code: answer.code });
      return answer.url;
    },
    ready(take) {
      accept = (socket, isKept) => {
        socket.allowHalfOpen = true;
        take(socket, isKept);
      };
      say({ kind: 'ready' });
    },
    leave() {
      accept = (socket, isKept) => passBack.add(socket, isKept ? { isKept } : {});
    },
    passBack,
    released: () => say({ kind: 'released' }),
  };
}

/** Resolves with the next message of these kinds. */
function hear<Kind extends ToRecorder['kind']>(
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
