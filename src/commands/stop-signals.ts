/** What a signal to stop does by now. */
type OnStop = (signal: NodeJS.Signals) => void;

let onStop: OnStop = () => process.exit(0);

/**
 * From now on SIGTERM and SIGINT stop the service, however far its start is: nothing was answered yet, so it ends at once. Called
 * before anything else is loaded, because a signal that process 1 of a container does not handle is not delivered to it.
 */
export function handleStopSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => onStop(signal));
}

/** Replaces what a signal to stop does. */
export function setOnStop(next: OnStop): void {
  onStop = next;
}
