import { servingVariable, type ToServing } from '../primary/messages.ts';

/** Handles a signal. */
type OnSignal = (signal: NodeJS.Signals) => void;

let onStop: OnSignal = () => process.exit(0);
let onReload: OnSignal = () => undefined;

/**
 * From now on SIGTERM and SIGINT stop the service, even during its start, when nothing was answered yet and it ends at once. Call
 * it before anything else is loaded, because a signal that process 1 of a container does not handle is not delivered to it.
 *
 * The signals come from the primary. Those of the system are ignored: a terminal and systemd send theirs to every process, but
 * the primary decides which process stops, and when.
 */
export function handleSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  process.on('message', (message: ToServing) => {
    if (message.kind !== 'signal') return;
    if (message.signal === 'SIGHUP') onReload(message.signal);
    else onStop(message.signal);
  });
  // Lets a process end that has nothing else to do, as after --help.
  process.channel?.unref();
}

/** Whether a primary started this process to serve. */
export function isServing(): boolean {
  return process.env[servingVariable] !== undefined && process.send !== undefined;
}

/** Replaces the handler of stop signals. */
export function setOnStop(next: OnSignal): void {
  onStop = next;
}

/** Replaces the handler of SIGHUP. */
export function setOnReload(next: OnSignal): void {
  onReload = next;
}
