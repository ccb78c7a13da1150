import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  closePages,
  goWithin,
  hasBrowser,
  looks,
  openBrowser,
  openPage,
  signIn,
  type Look,
  type WatchedPage,
} from './browser.ts';
import type { ConsoleServer } from './console-server.ts';
import { testWith } from './test-with.ts';

/** A service and a browser for the tests of one file, from before the first test until after the last. */
export interface ConsoleSuite {
  readonly server: ConsoleServer;
  /** `test` if there is a browser. */
  readonly browserTest: ReturnType<typeof testWith>;
  /** An empty page, closed after the test. */
  readonly openPage: () => Promise<WatchedPage>;
  /** A page at a path of the console, closed after the test; signed in if there is a token. */
  readonly openView: (view: string, token?: string | null, options?: BrowserContextOptions) => Promise<WatchedPage>;
  /**
   * The same with the usual token, in a page that stays open after a test that passed: loading the console takes ten times as long as going
   * to another view. Do not use it for data that changed meanwhile and that another test has viewed: the page caches answers for some
   * seconds.
   */
  readonly showView: (view: string) => Promise<WatchedPage>;
}

/** A page that shows nothing, so that nothing from the previous test is found, and that sends no requests. */
const nowhere = '/no-such-page';

/** Clears a page of everything a test did: no view, and no pointer or focus on anything. */
async function leave(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await goWithin(page, nowhere);
  await page.evaluate('document.activeElement.blur()');
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
}

/**
 * @param usualToken - of views opened without one
 * @param usualLook - of the page that stays open
 */
export function useConsole(
  subject: string,
  startServer: () => Promise<ConsoleServer>,
  usualToken: string | null = null,
  usualLook: (typeof looks)[Look] = looks.light,
): ConsoleSuite {
  let browser: Browser;
  let server: ConsoleServer;
  let shown: WatchedPage | null = null;
  /** The same page once the test has passed: another test may use it. */
  let resting: WatchedPage | null = null;
  beforeAll(async () => {
    if (hasBrowser) [browser, server] = await Promise.all([openBrowser(), startServer()]);
  });
  // An open page would keep following what the next test sends.
  afterEach(async () => {
    if (hasBrowser) await closePages(browser, resting?.page);
    shown = null;
  });
  afterAll(async () => {
    if (!hasBrowser) return;
    await browser.close();
    await server.close();
  });
  const inBrowser = testWith(`chromium, for ${subject}`, hasBrowser);
  const suite: ConsoleSuite = {
    get server() {
      return server;
    },
    browserTest: (name, run) =>
      inBrowser(name, async () => {
        await run();
        if (shown === null) return;
        await leave(shown.page);
        resting = shown;
      }),
    openPage: () => openPage(browser),
    openView: async (view, token = usualToken, options = {}) => {
      const opened = await openPage(browser, options);
      await opened.page.goto(`${server.url}${view}`);
      if (token !== null) await signIn(opened.page, token);
      return opened;
    },
    showView: async (view) => {
      shown = resting;
      resting = null;
      if (shown === null || shown.page.isClosed()) {
        shown = await suite.openView(view, usualToken, usualLook);
      } else {
        await shown.page.setViewportSize(usualLook.viewport);
        await shown.page.emulateMedia({ colorScheme: usualLook.colorScheme });
        await goWithin(shown.page, view);
      }
      return shown;
    },
  };
  return suite;
}
