import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { partVariable, type ToRecorder, type ToSupervisor } from '../process-messages.ts';
import type { RecorderEvents, RecorderProcess } from './succession.ts';

export interface StartRecorder extends RecorderEvents {
  /** The recorder passes a connection back, because it leaves. */
  readonly onConnection: (socket: Socket, isKept: boolean) => void;
}

/** Starts this program again as a recorder: what is installed now, perhaps a newer build. */
export function startRecorder({ onMessage, onExit, onConnection }: StartRecorder): RecorderProcess {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environmentOfRecorder(),
    // A group of its own, with its reader: a terminal's signals reach the supervisor alone, and both can be ended at once.
    detached: true,
  });
  const recorder: RecorderProcess = {
    pid: child.pid,
    send: (message: ToRecorder) => {
      if (child.connected) child.send(message, () => undefined);
    },
    sendConnection: (message, socket, options, sent) => child.connected && child.send(message, socket, options, sent),
  };
  child.on('message', (message: ToSupervisor, socket) => {
    if (message.kind !== 'connection') onMessage(message, recorder);
    else if (socket !== undefined) onConnection(socket as Socket, message.isKept === true);
  });
  child.on('error', () => undefined);
  child.once('exit', (status) => {
    endGroup(child.pid);
    onExit(status, recorder);
  });
  return recorder;
}

/** Without the socket of systemd, which the supervisor alone has. */
function environmentOfRecorder(): NodeJS.ProcessEnv {
  const { LISTEN_FDS: _fds, LISTEN_PID: _pid, LISTEN_FDNAMES: _names, ...environment } = process.env;
  return { ...environment, [partVariable]: 'recorder' };
}

/** Ends a reader whose recorder was killed, even if its main thread is busy: the next reader needs the read models. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}
