import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { table } from './table.ts';

/** A metric as a scrape shows it. */
interface Metric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: ReadonlySet<string>;
  readonly ofRecorder: boolean;
}

/** Labels of what has no sample in a service that has taken nothing yet. */
const labelsWithoutSample: Readonly<Record<string, readonly string[]>> = {
  live_ledger_quarantine_full_in_seconds: ['reason'],
};

/** Nothing listens there: the service starts all the same. */
const nobody = '127.0.0.1:9';

const rules = {
  targets: [{ name: 'target', url: `http://${nobody}/`, secret: `whsec_${Buffer.alloc(32).toString('base64')}` }],
  rules: [{ name: 'rule', when: 'QUARANTINE' }],
};

/** All metrics: of a service with targets and alerts, and of one with a spool. It starts both, as built in dist/. */
export async function scrapeMetrics(root: string): Promise<readonly Metric[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-metrics-'));
  try {
    const alertsFile = path.join(folder, 'alerts.json');
    writeFileSync(alertsFile, JSON.stringify(rules));
    const scrapeOf = (name: string, environment: Readonly<Record<string, string>>, wholeOnce: string) => {
      const dataDir = path.join(folder, name);
      mkdirSync(dataDir);
      return scrape(root, { ...environment, PORT: '0', DATA_DIR: dataDir }, wholeOnce);
    };
    const forwarding = { FORWARD_TO: `http://${nobody}/`, FORWARD_ALLOW: 'loopback', ALERTS_FILE: alertsFile };
    const spooling = { ROLES: 'receive', EVENT_STORE_URL: `esdb://${nobody}?tls=false` };
    const [all, ofSpool] = await Promise.all([
      // Both wait for the reader, whose metrics are the last.
      scrapeOf('embedded', forwarding, 'live_ledger_alert_target_failures_total{'),
      scrapeOf('spooling', spooling, 'live_ledger_spool_drained_total '),
    ]);
    const names = new Set(all.map(({ name }) => name));
    return [...all, ...ofSpool.filter(({ name }) => !names.has(name))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds within which a service has to be scraped. A service starts in one or two seconds. */
const scrapeMsMax = 120_000;

async function scrape(
  root: string,
  environment: Readonly<Record<string, string>>,
  wholeOnce: string,
): Promise<Metric[]> {
  const service = spawn(process.execPath, [path.join(root, 'bin/live-ledger.js'), 'serve'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(service, 'close');
  let printed = '';
  for (const stream of [service.stdout, service.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  try {
    const deadline = Date.now() + scrapeMsMax;
    for (;;) {
      const url = /listens on (http:\/\/\S+)/.exec(printed)?.[1];
      const text = url === undefined ? '' : await (await fetch(`${url}/metrics`)).text();
      if (text.includes(wholeOnce)) return metricsIn(text);
      if (Date.now() > deadline || service.exitCode !== null) throw new Error(`No metrics came:\n${printed}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  } finally {
    service.kill('SIGKILL');
    await ended;
  }
}

function metricsIn(text: string): Metric[] {
  return text.split(/^# HELP /m).flatMap((family) => {
    const [, name = '', help = ''] = /^(\S+) (.*)\n/.exec(family) ?? [];
    if (name === '') return [];
    const [, type = ''] = /^# TYPE \S+ (\w+)$/m.exec(family) ?? [];
    const samples = family.split('\n').slice(2);
    const given = samples.flatMap((sample) => [...sample.matchAll(/[{,](\w+)="/g)].map(([, label = '']) => label));
    const labels = new Set([...given, ...(labelsWithoutSample[name] ?? [])]);
    // The bound of a bucket.
    labels.delete('le');
    return [{ name, type, help, labels, ofRecorder: family.includes('process="recorder"') }];
  });
}

/** The metrics whose names begin so, in the order of a scrape: the help of one may refer to the one before. */
export function metricTable(metrics: readonly Metric[], begins: RegExp): string {
  const rows = metrics
    .filter(({ name, ofRecorder }) => begins.test(name) && (name.startsWith('live_ledger_') || ofRecorder))
    .map(({ name, type, help, labels }) => {
      const inBraces = labels.size === 0 ? '' : `{${[...labels].join(',')}}`;
      return [`\`${name}${inBraces}\``, type, help.replaceAll('|', '\\|')];
    });
  return table(['metric', 'type', 'what'], rows);
}
