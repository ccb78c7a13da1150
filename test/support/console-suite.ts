import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { closePages, hasBrowser, openBrowser, openPage, signIn, type WatchedPage } from './browser.ts';
import type { ConsoleServer } from './console-server.ts';
import { testWith } from './test-with.ts';

/** A service and a browser for the tests of one file, from before the first until after the last. */
export interface ConsoleSuite {
  readonly server: ConsoleServer;
  /** `test` where there is a browser. */
  readonly browserTest: ReturnType<typeof testWith>;
  /** An empty page, closed after the test. */
  readonly openPage: () => Promise<WatchedPage>;
  /** A page at a path of the console, closed after the test. It is signed in where there is a token. */
  readonly openView: (view: string, token?: string | null, options?: BrowserContextOptions) => Promise<WatchedPage>;
}

/** @param usualToken - of views that are opened without one */
export function useConsole(
  subject: string,
  startServer: () => Promise<ConsoleServer>,
  usualToken: string | null = null,
): ConsoleSuite {
  let browser: Browser;
  let server: ConsoleServer;
  beforeAll(async () => {
    if (hasBrowser) [browser, server] = await Promise.all([openBrowser(), startServer()]);
  });
  // A page that is left open goes on following what the next test sends.
  afterEach(async () => {
    if (hasBrowser) await closePages(browser);
  });
  afterAll(async () => {
    if (!hasBrowser) return;
    await browser.close();
    await server.close();
  });
  return {
    get server() {
      return server;
    },
    browserTest: testWith(`chromium, for ${subject}`, hasBrowser),
    openPage: () => openPage(browser),
    openView: async (view, token = usualToken, options = {}) => {
      const opened = await openPage(browser, options);
      await opened.page.goto(`${server.url}${view}`);
      if (token !== null) await signIn(opened.page, token);
      return opened;
    },
  };
}
