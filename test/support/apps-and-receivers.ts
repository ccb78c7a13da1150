import { afterEach } from '@jest/globals';
import type { AppOptions } from './app.ts';
import { openReceiver, type Receiver } from '../forwarding/receivers.ts';
import { startApp, type RunningApp } from './running-app.ts';

export interface AppsAndReceivers {
  readonly receiver: (answer?: Parameters<typeof openReceiver>[0]) => Promise<Receiver>;
  readonly start: (options: Partial<AppOptions>) => Promise<RunningApp>;
}

/** Apps, and receivers that they send to. After each test all are closed, most recently opened first. */
export function useAppsAndReceivers(): AppsAndReceivers {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close();
  });
  const keep = <One extends { close(): Promise<void> }>(one: One) => {
    opened.push(one);
    return one;
  };
  return {
    receiver: async (answer) => keep(await openReceiver(answer)),
    start: async (options) => keep(await startApp(options)),
  };
}
