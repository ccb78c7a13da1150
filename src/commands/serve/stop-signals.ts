import type { ServiceSignal, ToReader, ToRecorder } from '../../recorder/process-messages.ts';

/** Handles a signal. */
type OnSignal = (signal: ServiceSignal) => void;

let onStop: OnSignal = () => process.exit(0);
let onReload: OnSignal = () => undefined;

/**
 * From now on SIGTERM and SIGINT stop this process, even during its start, when nothing was answered yet and it ends at once.
 * Call it before anything else is loaded, because a signal that process 1 of a container does not handle is not delivered to it.
 *
 * The signals come from the supervisor, as messages. Those of the system are ignored: systemd sends its to every process, but
 * the supervisor decides which process stops, and when.
 */
export function handleSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => undefined);
  process.on('message', (message: ToRecorder | ToReader) => {
    if (message.kind !== 'signal') return;
    if (message.signal === 'SIGHUP') onReload(message.signal);
    else onStop(message.signal);
  });
  // Lets a process end that has nothing else to do, as after --help.
  process.channel?.unref();
}

/** Replaces the handler of stop signals. */
export function setOnStop(next: OnSignal): void {
  onStop = next;
}

/** Replaces the handler of SIGHUP. */
export function setOnReload(next: OnSignal): void {
  onReload = next;
}
