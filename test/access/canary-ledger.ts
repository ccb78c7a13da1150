import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from '../../src/api/access/tokens.ts';
import { openReceiver, type Receiver } from '../forwarding/receivers.ts';
import { askLedger, projectionCaughtUp } from '../support/ask-ledger.ts';
import { endLedger, startLedger, type LedgerProcess } from '../support/live-ledger-process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { addresses, addressTexts, bodiesWith, canaries, settingsSecrets } from './canaries.ts';

/** The roles that read no secrets. */
export const guests = ['viewer', 'analyst', 'operator'] as const satisfies readonly Role[];

/** A service that has received every canary in every field of every type, with all doors open, and what came out of those that send. */
export interface CanaryLedger {
  readonly url: string;
  readonly dataDir: string;
  /** Its settings, for commands that read the same folder. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: LedgerProcess;
  readonly forwards: Receiver;
  readonly alerts: Receiver;
  readonly traces: Receiver;
  /** A log cursor from before everything. */
  readonly before: string;
  tokenOf(role: Role): string;
  ask<Data>(query: string, role: Role, variables?: Record<string, unknown>): Promise<Data>;
  /** Ends the process as an operator does, so that it has written all log lines and sent all traces. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

const tokenOf = (role: Role) => `a-long-token-of-${role}`;

export async function startCanaryLedger(): Promise<CanaryLedger> {
  const folder = makeTemporaryFolder();
  const receivers = await Promise.all([
    openReceiver(),
    openReceiver(),
    openReceiver(() => ({ status: 200, body: '{}' })),
  ]);
  const [forwards, alerts, traces] = receivers;
  const environment = {
    PORT: '0',
    DATA_DIR: path.join(folder.path, 'data'),
    LOG_LEVEL: 'debug',
    FORWARD_ALLOW: 'loopback',
    ...filesIn(folder.path, forwards.url, alerts.url),
    API_TOKENS: [...guests, 'admin' as const].map((role) => `${role}:${role}=${tokenOf(role)}`).join(),
    OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  };
  const ledger = startLedger(['serve'], environment);
  const url = await ledger.url();
  const liveFrom = '{ callbacks { liveFrom } }';
  const { callbacks } = await askLedger<Record<string, { liveFrom: string }>>(url, liveFrom, {}, tokenOf('admin'));
  const running: CanaryLedger = {
    url,
    dataDir: environment.DATA_DIR,
    environment,
    process: ledger,
    forwards,
    alerts,
    traces,
    tokenOf,
    before: callbacks?.liveFrom ?? '',
    ask: (query, role, variables = {}) => askLedger(url, query, variables, tokenOf(role)),
    async stop() {
      ledger.kill('SIGTERM');
      await ledger.ended();
    },
    async close() {
      await endLedger(ledger);
      await Promise.all(receivers.map((receiver) => receiver.close()));
      folder.remove();
    },
  };
  await feed(running);
  return running;
}

/** The files of the settings that have secrets. */
function filesIn(folder: string, forwardUrl: string, alertUrl: string): Record<string, string> {
  const { key, keyOfDomain, token, signingKey, header, parameter, alertKey, chatKey } = settingsSecrets;
  const write = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const target = {
    url: `${forwardUrl}?key=${encodeURIComponent(parameter)}`,
    headers: { 'x-key': header },
    signingKey,
  };
  const targets = [
    { name: 'webhook', url: alertUrl, secret: alertKey, perMinute: 600 },
    ...['DINGTALK', 'FEISHU'].map((format) => ({
      name: format,
      url: alertUrl,
      format,
      secret: chatKey,
      perMinute: 600,
    })),
    ...['SLACK', 'TEAMS', 'WECOM'].map((format) => ({ name: format, url: alertUrl, format, perMinute: 600 })),
  ];
  const rules = [
    ...['PUSH_ENDED', 'RELAY_EXIT', 'RELAY_ALARM', 'RECORDING_FAILED', 'PUSH_ERRORS', 'QUARANTINE'].map((when) => ({
      name: when,
      when,
      groupSeconds: 1,
      ...(['RECORDING_FAILED', 'PUSH_ENDED', 'RELAY_EXIT', 'RELAY_ALARM', 'PUSH_ERRORS'].includes(when) && {
        withinSeconds: 86_400,
      }),
      ...(when === 'PUSH_ERRORS' && { errors: 1 }),
    })),
  ];
  return {
    CSS_CALLBACK_KEYS_FILE: write('keys', `${key}\nother.example=${keyOfDomain}\n`),
    CSS_CALLBACK_TOKENS_FILE: write('tokens', `${token}\n`),
    METRICS_TOKENS: settingsSecrets.metricsToken,
    STANDBY_TOKENS: settingsSecrets.standbyToken,
    FORWARD_FILE: write('forward.json', JSON.stringify({ targets: [target] })),
    ALERTS_FILE: write('alerts.json', JSON.stringify({ targets, rules })),
  };
}

async function feed(ledger: CanaryLedger): Promise<void> {
  const post = async (body: unknown, route = `/callbacks/css/${settingsSecrets.token}`) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { status } = await fetch(`${ledger.url}${route}`, { method: 'POST', body: text });
    if (status !== 200) throw new Error(`A callback was answered ${status}.`);
  };
  const texts = [...canaries.map(({ encoded }) => encoded), ...addressTexts];
  for (const [index, text] of texts.entries()) {
    for (const body of bodiesWith(text, index)) await post(body);
    // Into quarantine: unproven, and no JSON.
    const [push = {}] = bodiesWith(text, index);
    await post({ ...push, sequence: `7${index}` }, '/callbacks/css');
    await post(`no JSON ${text}`);
  }
  const names = { appid: 1, app: 'a.example', appname: 'live', stream_id: 'plain', channel_id: 'plain' };
  await post({
    ...names,
    event_type: 1,
    sequence: '1',
    user_ip: addresses.v4,
    node: addresses.v6,
    event_time: Math.floor(Date.now() / 1_000) - 3_600,
  });
  await projectionCaughtUp(ledger.url, tokenOf('admin'));
  const { streamSessions, relayTasks } = await ledger.ask<Record<string, { nodes: { id: string }[] }>>(
    '{ streamSessions(first: 2) { nodes { id } } relayTasks(first: 1) { nodes { id } } }',
    'operator',
  );
  const [session, other, task] = [...(streamSessions?.nodes ?? []), ...(relayTasks?.nodes ?? [])];
  const note = 'mutation ($id: ID!, $text: String!) { addNote(id: $id, text: $text) { fact { id } } }';
  // What operators write is kept too.
  for (const text of texts) await ledger.ask(note, 'operator', { id: (session ?? { id: '' }).id, text });
  for (const text of texts.slice(0, 4))
    await ledger.ask(note, 'operator', { id: (task ?? other ?? { id: '' }).id, text });
}
