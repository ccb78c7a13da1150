import { createServer, Socket, type Server } from 'node:net';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { LedgerError } from '../kernel/errors.ts';
import { enforceTimeouts } from '../connections/connections.ts';
import { connectionsMax } from '../connections/limits.ts';
import type { LedgerServer } from '../http/server.ts';
import { decodeCallback, encodeOutcome, openFrames, type Frames } from './frames.ts';
import { linkDescriptor, servingVariable, type SettingsOfPrimary, type ToPrimary, type ToServing } from './messages.ts';

/** A serving process's side of the contact with its primary. */
export interface BehindPrimary {
  /** Reports that the settings are valid, and resolves when DATA_DIR may be opened. */
  mayOpen(settings: SettingsOfPrimary): Promise<{ readonly isReplacement: boolean }>;
  /**
   * Resolves with the URL once requests come.
   * @throws Error - as `listen` of a server
   */
  open(server: LedgerServer, at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Gives back the link. Resolves once every callback that came over it has its outcome. */
  close(): Promise<void>;
}

/** Null if no primary started this process. */
export function findPrimary(): BehindPrimary | null {
  const path = process.env[servingVariable];
  return path === undefined || process.send === undefined ? null : openBehindPrimary(path);
}

function openBehindPrimary(passOnPath: string): BehindPrimary {
  const say = (message: ToPrimary) => process.send?.(message);
  let link: { readonly ended: Promise<unknown>; readonly idle: () => Promise<void>; readonly frames: Frames } | null =
    null;
  let passedOn: Server | null = null;
  // The primary has ended, and so have its clients' connections. SIGKILL releases DATA_DIR at once for the next start; an
  // exit would wait for the threads.
  process.on('disconnect', () => {
    rmSync(passOnPath, { force: true });
    process.kill(process.pid, 'SIGKILL');
  });

  return {
    async mayOpen(settings) {
      say({ kind: 'loaded', ...settings });
      process.channel?.ref();
      const { isReplacement } = await hear('open');
      process.channel?.unref();
      return { isReplacement };
    },
    async open(server, { host, port }) {
      passedOn = await listenForPassedOn(server, passOnPath);
      link = openLink(server);
      takeConnections(server);
      enforceTimeouts(server.fastify.server);
      const listening = hear('listening', 'notListening');
      say({ kind: 'listen', host, port });
      const answer = await listening;
      if (answer.kind === 'notListening') throw Object.assign(new Error(answer.message), { code: answer.code });
      say({ kind: 'ready' });
      return answer.url;
    },
    async close() {
      passedOn?.close();
      if (link === null) return;
      say({ kind: 'drained' });
      await link.ended;
      await link.idle();
      link.frames.end();
    },
  };
}

/** Resolves with the next message of these kinds. */
function hear<Kind extends ToServing['kind']>(...kinds: readonly Kind[]): Promise<Extract<ToServing, { kind: Kind }>> {
  return new Promise((resolve) => {
    const listener = (message: ToServing) => {
      if (!(kinds as readonly string[]).includes(message.kind)) return;
      process.off('message', listener);
      resolve(message as Extract<ToServing, { kind: Kind }>);
    };
    process.on('message', listener);
  });
}

/** Receives callbacks as frames; sends back outcomes. */
function openLink({ callbacks }: LedgerServer) {
  const socket = new Socket({ fd: linkDescriptor, readable: true, writable: true, allowHalfOpen: true });
  let pending = 0;
  let onIdle: () => void = () => undefined;
  const take = async (frame: Buffer) => {
    const { number, requestId, incoming } = decodeCallback(frame);
    pending += 1;
    const refusal = callbacks === null ? noRole() : await callbacks.take(incoming, requestId);
    frames.send(encodeOutcome(number, refusal));
    pending -= 1;
    if (pending === 0) onIdle();
  };
  const frames = openFrames(socket, (frame) => void take(frame));
  const idle = () => new Promise<void>((resolve) => (pending === 0 ? resolve() : (onIdle = resolve)));
  // Fails if the primary has ended: `disconnect` reports that.
  socket.on('error', () => undefined);
  return { ended: once(socket, 'end').catch(() => undefined), idle, frames };
}

function noRole(): LedgerError {
  return new LedgerError('STORE_UNAVAILABLE', 'This node takes no callbacks: its ROLES do not include receive.');
}

function takeConnections(server: LedgerServer): void {
  const { callbacks } = server;
  process.on('message', (message: ToServing, socket?: Socket) => {
    if (message.kind === 'connection') {
      // It was closed meanwhile, or exceeds the limit.
      if (socket === undefined) return;
      socket.allowHalfOpen = true;
      socket.unshift(Buffer.from(message.head, 'latin1'));
      server.accept(socket);
    } else if (message.kind === 'callbackRefused') {
      callbacks?.noteRefused(new LedgerError(message.code, ''));
    } else if (message.kind === 'connections') {
      server.setConnectionsElsewhere(message.open);
    } else if (message.kind === 'refused') {
      server.onRefused({ status: message.status, error: message.error, message: '' }, message.requestId);
    }
  });
}

/** Takes requests that the primary passes on. Each connection begins with its sender's address, a line. */
async function listenForPassedOn({ accept }: LedgerServer, path: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let head = Buffer.alloc(0);
    const read = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\n');
      if (end === -1) return;
      socket.off('data', read);
      Object.defineProperty(socket, 'remoteAddress', { value: head.toString('latin1', 0, end) });
      accept(socket);
      if (head.length > end + 1) socket.emit('data', head.subarray(end + 1));
    };
    socket.on('data', read);
    socket.on('error', () => socket.destroy());
  });
  server.maxConnections = connectionsMax;
  await once(server.listen(path), 'listening');
  return server;
}
