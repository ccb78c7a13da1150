import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Socket } from 'node:net';
import { decodeOutcome, openFrames, type Frames } from './frames.ts';
import { linkDescriptor, servingVariable, type ToPrimary, type ToServing } from './messages.ts';

export type Outcome = ReturnType<typeof decodeOutcome>;

export interface ServingEvents {
  readonly onMessage: (message: ToPrimary, from: ServingProcess) => void;
  readonly onOutcome: (outcome: Outcome) => void;
  /** `status` is null if a signal ended it. */
  readonly onExit: (status: number | null, of: ServingProcess) => void;
}

/** A process that serves. */
export interface ServingProcess {
  readonly pid: number | undefined;
  readonly link: Frames;
  /** Path of its socket for passed-on requests. */
  readonly passOnPath: string;
  send(message: ToServing, socket?: Socket): void;
}

/** Bytes of a socket path: macOS allows 104 with the final zero, Linux 108. Node 20 cuts off the rest. */
const socketPathBytesMax = 103;

function newSocketPath(): string {
  // Not the process id: in a container it is the same after each start, and a killed primary leaves its sockets behind.
  const name = `live-ledger-${randomBytes(8).toString('hex')}.sock`;
  const wanted = path.join(tmpdir(), name);
  return Buffer.byteLength(wanted) <= socketPathBytesMax ? wanted : path.join('/tmp', name);
}

/** Starts this program again as the serving process: what is installed now, perhaps a newer build. */
export function startServing({ onMessage, onOutcome, onExit }: ServingEvents): ServingProcess {
  const passOnPath = newSocketPath();
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'],
    env: { ...process.env, [servingVariable]: passOnPath },
  });
  const socket = child.stdio[linkDescriptor] as Socket;
  // It has ended: `exit` says so.
  socket.on('error', () => undefined);
  const serving: ServingProcess = {
    pid: child.pid,
    link: openFrames(socket, (frame) => onOutcome(decodeOutcome(frame))),
    passOnPath,
    send: (message, connection) => {
      // If the process has ended, the connection sent to it is lost too.
      if (child.connected) child.send(message, connection, {}, () => undefined);
    },
  };
  child.on('message', (message: ToPrimary) => onMessage(message, serving));
  child.on('error', () => undefined);
  // Not on `exit`: the outcomes that it has sent are read first.
  child.once('close', (status) => {
    rmSync(passOnPath, { force: true });
    onExit(status, serving);
  });
  return serving;
}
