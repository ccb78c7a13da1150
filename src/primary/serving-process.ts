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
  /** `status` is null where a signal ended it. */
  readonly onExit: (status: number | null, of: ServingProcess) => void;
}

/** A process that serves. */
export interface ServingProcess {
  readonly pid: number | undefined;
  readonly link: Frames;
  /** Where it takes requests that are passed on. */
  readonly passOnPath: string;
  send(message: ToServing, socket?: Socket): void;
}

/** Bytes of the path of a socket: macOS has 104 with the zero at its end, Linux 108. Node 20 cuts off what is more. */
const socketPathBytesMax = 103;

function newSocketPath(): string {
  // Not by the process id: in a container it is the same after each start, and a primary that was killed leaves its sockets.
  const name = `live-ledger-${randomBytes(8).toString('hex')}.sock`;
  const wanted = path.join(tmpdir(), name);
  return Buffer.byteLength(wanted) <= socketPathBytesMax ? wanted : path.join('/tmp', name);
}

/** Starts this program again, as the one that serves: what is installed now, which may be a newer build. */
export function startServing({ onMessage, onOutcome, onExit }: ServingEvents): ServingProcess {
  const passOnPath = newSocketPath();
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'],
    env: { ...process.env, [servingVariable]: passOnPath },
  });
  const socket = child.stdio[linkDescriptor] as Socket;
  // It is gone: `exit` follows.
  socket.on('error', () => undefined);
  const serving: ServingProcess = {
    pid: child.pid,
    link: openFrames(socket, (frame) => onOutcome(decodeOutcome(frame))),
    passOnPath,
    send: (message, connection) => {
      // Where it is gone, the connection that was on its way is lost with it.
      if (child.connected) child.send(message, connection, {}, () => undefined);
    },
  };
  child.on('message', (message: ToPrimary) => onMessage(message, serving));
  child.on('error', () => undefined);
  // Not on `exit`: outcomes that it has sent are read before.
  child.once('close', (status) => {
    rmSync(passOnPath, { force: true });
    onExit(status, serving);
  });
  return serving;
}
