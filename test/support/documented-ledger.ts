import { readFileSync } from 'node:fs';
import { parseApiTokens, type Role } from '../../src/api/access/tokens.ts';
import { startApp, type GraphqlAnswer, type RunningApp } from './running-app.ts';
import { parseSample } from './samples.ts';
import { signed } from './signed.ts';

/** The ledger behind the answers in docs/api.md: these callbacks, one a second, in this order. */
export interface DocumentedLedger {
  ask(query: string, variables?: Record<string, unknown>, role?: Role): Promise<GraphqlAnswer>;
  /** A request without a body, usually a GET. */
  get(path: string, role?: Role, headers?: Record<string, string>, method?: string): Promise<Response>;
  close(): Promise<void>;
}

const token = 'token-of-the-callback-url';
const key = 'a-callback-key';
const beganAt = Date.parse('2026-11-21T11:53:00Z');

export async function openDocumentedLedger(): Promise<DocumentedLedger> {
  let nowMs = beganAt;
  const running = await startApp({
    clock: () => nowMs,
    authenticity: { keys: [{ domain: null, key }], tokens: [token] },
    access: {
      mode: 'tokens',
      tokens: parseApiTokens(
        Object.entries(tokens)
          .map((entry) => entry.join('='))
          .join(),
      ),
    },
  });
  const post = async (body: unknown, route: string) => {
    nowMs += 1_000;
    const { status } = await running.post(body, route);
    if (status !== 200) throw new Error(`A documented callback was answered ${status}.`);
  };
  for (const body of callbacks) await post(body, `/callbacks/css/${token}`);
  await post(signed({ event_type: 1, appid: 12345678 }, 'another key', seconds('11:53:00')), '/callbacks/css');
  await running.projected();
  return {
    ask: (query, variables = {}, role = 'admin') => askAs(running, role, query, variables),
    get: (path, role = 'admin', headers = {}, method = 'GET') =>
      fetch(`${running.app.url}${path}`, { method, headers: { ...headersOf(role), ...headers } }),
    close: () => running.close(),
  };
}

const tokens = { viewer: 'v1', analyst: 'a1', operator: 'o1', admin: 'd1' } as const;

function askAs(running: RunningApp, role: Role, query: string, variables: Record<string, unknown>) {
  return running.ask(query, variables, headersOf(role));
}

function headersOf(role: Role): Record<string, string> {
  return { authorization: `Bearer ${tokens[role]}` };
}

function seconds(moment: string): number {
  return Date.parse(`2026-11-21T${moment}Z`) / 1_000;
}

/** The callbacks of README.md, then those of the file that README.md sends next. */
const callbacks: readonly unknown[] = [
  parseSample('push'),
  parseSample('interruption'),
  ...readFileSync(new URL('../../docs/example-callbacks.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line)),
];
