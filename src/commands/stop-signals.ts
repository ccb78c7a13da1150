import { servingVariable, type ToServing } from '../primary/messages.ts';

/** What a signal does by now. */
type OnSignal = (signal: NodeJS.Signals) => void;

let onStop: OnSignal = () => process.exit(0);
let onReload: OnSignal = () => undefined;

/**
 * From now on SIGTERM and SIGINT stop the service, however far its start is: nothing was answered yet, so it ends at once. Called
 * before anything else is loaded, because a signal that process 1 of a container does not handle is not delivered to it.
 *
 * The signals come from the primary. Those of the system are ignored: a terminal and systemd send theirs to every process, and
 * the primary decides which of them has to stop, and when.
 */
export function handleSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  process.on('message', (message: ToServing) => {
    if (message.kind !== 'signal') return;
    if (message.signal === 'SIGHUP') onReload(message.signal);
    else onStop(message.signal);
  });
  // A process that has nothing else to do, as after --help, is to end.
  process.channel?.unref();
}

/** Whether this process was started by a primary, to serve. */
export function isServing(): boolean {
  return process.env[servingVariable] !== undefined && process.send !== undefined;
}

/** Replaces what a signal to stop does. */
export function setOnStop(next: OnSignal): void {
  onStop = next;
}

/** Replaces what SIGHUP does. */
export function setOnReload(next: OnSignal): void {
  onReload = next;
}
