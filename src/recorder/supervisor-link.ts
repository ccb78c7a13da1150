import type { Socket } from 'node:net';
import { connectionsMax, connectionWaitMsMax } from '../connections/limits.ts';
import { PassConnections } from '../connections/pass-connections.ts';
import type { ToRecorder, ToSupervisor } from './process-messages.ts';

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
