import type { AxeResults, ImpactValue } from 'axe-core';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { askUntil } from './ask-until.ts';
import { patientMs } from './patience.ts';
import { chromiumPath } from './build-once.ts';

/** Whether there is a browser for tests. */
export const hasBrowser = existsSync(chromiumPath);

/** Flags that a browser in a container needs, and flags that save it work. */
const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Half as large as the package's export: the browser reads it for each document. */
const axeSource = readFileSync(
  fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)),
  'utf8',
);

/** A page and its problems: script errors, and violations of its content security policy. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: chromiumFlags, timeout: patientMs });
}

/** Chromium has ended by itself on a busy machine: new pages are then opened in a replacement. */
const replacements = new WeakMap<Browser, Browser>();

async function connected(browser: Browser): Promise<Browser> {
  const known = replacements.get(browser) ?? browser;
  if (known.isConnected()) return known;
  const replacement = await openBrowser();
  replacements.set(browser, replacement);
  return replacement;
}

/** Opens a page in its own context: with nothing stored, and in English and UTC by default. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await (await connected(browser)).newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(patientMs);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    // The page must handle an unreachable server; the browser reports it nevertheless.
    if (
      message.type() === 'error' &&
      !/net::ERR_|WebSocket connection to|Failed to load resource/.test(message.text())
    ) {
      complaints.push(message.text());
    }
  });
  return { page, complaints };
}

/** Closes all open pages except one that is still needed. */
export async function closePages(browser: Browser, needed?: Page): Promise<void> {
  await replacements.get(browser)?.close();
  replacements.delete(browser);
  const closing = browser.contexts().filter((context) => context !== needed?.context());
  await Promise.all(closing.map((context) => context.close()));
}

/** Signs in if the page asks for a token. */
export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

const desktop = { width: 1280, height: 720 };
const phone = { width: 390, height: 844 };

/** The looks of a page. */
export const looks = {
  light: { viewport: desktop, colorScheme: 'light' },
  dark: { viewport: desktop, colorScheme: 'dark' },
  'on a phone': { viewport: phone, colorScheme: 'light' },
  'dark, on a phone': { viewport: phone, colorScheme: 'dark' },
} as const;

export type Look = keyof typeof looks;

/** Shows a view of the console in this look from now on: a separate page for each look would have to load again. */
export async function showAs(page: Page, look: Look): Promise<void> {
  const { viewport, colorScheme } = looks[look];
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  await page.locator('main .phone-footer').waitFor({ state: viewport === phone ? 'visible' : 'detached' });
}

/** Goes to a view of the console without a reload, which takes longer. */
export async function goWithin(page: Page, view: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(view)})`);
  await page.waitForURL(new URL(view, page.url()).href);
}

/** Resolves once so many elements are there. */
export async function untilCount(elements: Locator, count: number): Promise<void> {
  await askUntil(
    () => elements.count(),
    (shown) => shown === count,
  );
}

/** Executes what GraphiQL shows until the answer has this text: it takes an early click for another query, or for none. */
export async function executeUntil(page: Page, text: string): Promise<void> {
  const execute = page.getByRole('button', { name: /Execute query/ });
  const answer = page.locator('.result-window');
  await askUntil(
    async () => {
      if (await execute.isVisible()) await execute.click();
      return (await answer.textContent()) ?? '';
    },
    (shown) => shown.includes(text),
  );
}

/** Axe's serious and critical findings on a page, in words. */
export async function seriousFindings(page: Page): Promise<string[]> {
  return axeFindings(page, ['serious', 'critical']);
}

/** Axe's findings on a page, in words; all of them, or those of some impacts. */
export async function axeFindings(page: Page, impacts?: readonly ImpactValue[]): Promise<string[]> {
  // Not as a script element: the page's content security policy allows none. It stays until the page is reloaded.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axeSource);
  // Skips what only disabled rules need: style sheets, media, and frames, which no page has.
  const options = '{ resultTypes: ["violations"], preload: false, iframes: false }';
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return violations
    .filter(({ impact }) => impacts?.includes(impact ?? null) ?? true)
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/**
 * What of a page is cut off, or scrolls sideways: what ends beyond the window, and boxes that are narrower than their content, unless a title
 * has all of a text that ends in an ellipsis.
 */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const wide = document.documentElement.clientWidth;
    const isCut = (box) => {
      const { left, right, width } = box.getBoundingClientRect();
      const style = getComputedStyle(box);
      if (width === 0 || style.visibility === 'hidden' || box.closest('svg, .skip, .only-heard')) return false;
      if (right > wide + 1 || left < -1) return box.closest('.table-scroll') === null;
      if (style.overflowX === 'visible' || style.display === 'inline' || box.scrollWidth <= box.clientWidth + 1) return false;
      const isShortened = style.textOverflow === 'ellipsis' && (box.title !== '' || box.querySelector('[title]') !== null);
      return !isShortened && !['INPUT', 'SELECT'].includes(box.tagName);
    };
    return [...document.querySelectorAll('body *')]
      .filter(isCut)
      .map(({ tagName, className, textContent }) => \`\${tagName}.\${className} \${textContent.trim().slice(0, 60)}\`);
  })()`);
}

/**
 * Whether the page is as wide as its window and its bar as high as its content: nothing is cut off or covered, and nothing scrolls
 * sideways.
 */
export function fitsItsWidth(page: Page): Promise<boolean> {
  return page.evaluate<boolean>(`[document.documentElement, ...document.querySelectorAll('.top-bar')].every(
    (box) => box.scrollWidth <= box.clientWidth && (box.scrollHeight <= box.clientHeight || box.tagName === 'HTML'),
  )`);
}
