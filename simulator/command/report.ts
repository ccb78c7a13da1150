import type { CheckResult } from '../actual/check.ts';
import type { Difference } from '../actual/differences.ts';
import { failuresMax } from '../delivery/deliver.ts';
import type { SimulateListener, SimulateResult } from './simulate.ts';
import type { SimulateSettings } from './settings.ts';

/** Differences listed at most; the total is always shown. */
const differencesShownMax = 50;

/** Milliseconds between two lines of progress. */
const progressEveryMs = 500;

/** Whether every delivery was answered and nothing differs. */
export function hasSucceeded({ report, check }: SimulateResult): boolean {
  return (report?.failed.length ?? 0) === 0 && (check?.differences.length ?? 0) === 0;
}

/** Characters of the bar, between its brackets. */
const barWidth = 30;

/** Shows progress on a terminal, in one line that is overwritten. */
export function barListener(write: (text: string) => void): SimulateListener {
  return {
    onDelivered: throttled((done, total) => {
      const bar = '#'.repeat(Math.floor((done / total) * barWidth)).padEnd(barWidth, '.');
      write(`\rsimulate: [${bar}] ${Math.floor((done / total) * 100)} %, ${done} of ${total} deliveries`);
    }),
    onSent: () => write('\n'),
    onChecking: () => write('simulate: checking what the service shows\n'),
  };
}

export function jsonListener(writeLine: (value: object) => void): SimulateListener {
  return {
    onDelivered: throttled((done, total) => writeLine({ phase: 'deliver', done, total })),
    onSent: () => undefined,
    onChecking: () => writeLine({ phase: 'check' }),
  };
}

function throttled(report: SimulateListener['onDelivered']): SimulateListener['onDelivered'] {
  let reportedAtMs = -Infinity;
  return (done, total) => {
    const nowMs = performance.now();
    if (done < total && nowMs - reportedAtMs < progressEveryMs) return;
    reportedAtMs = nowMs;
    report(done, total);
  };
}

/** The result as one value, for `--json`. */
export function resultOf(settings: SimulateSettings, result: SimulateResult): object {
  const { report, check, scenario } = result;
  return {
    phase: 'result',
    ok: hasSucceeded(result),
    appIds: scenario.appIds,
    ...(report !== null && {
      deliveries: {
        ...plannedCounts(result),
        failed: report.failed.length,
        refused: report.refused.size,
        attempts: report.attemptsByOutcome,
        elapsedMs: Math.round(report.elapsedMs),
        latencyMs: {
          median: tenths(report.latency.medianMs),
          percentile99: tenths(report.latency.percentile99Ms),
          most: tenths(report.latency.maxMs),
        },
      },
    }),
    ...(check !== null && {
      check: {
        ...check.expected,
        differencesTotal: check.differences.length,
        differences: check.differences.slice(0, differencesShownMax),
      },
    }),
    checkAgain: checkAgain(settings, result),
  };
}

/** The result as text. */
export function summaryOf(settings: SimulateSettings, result: SimulateResult): string {
  const { report, check, scenario } = result;
  const lines = [`Accounts: ${scenario.appIds.join(', ')}`];
  if (report !== null) {
    const { first, repeated, expired, forged, lost } = plannedCounts(result);
    const answers = Object.entries(report.attemptsByOutcome).map(([outcome, count]) => `${outcome} × ${count}`);
    const { medianMs, percentile99Ms, maxMs: mostMs } = report.latency;
    lines.push(
      `${report.failed.length === 0 ? 'Sent' : 'Planned'}: ${first} callbacks, ${repeated} repetitions, ${expired} expired, ${forged} forged; ${lost} callbacks lost on purpose`,
      `Answers: ${answers.join(', ')}, in ${(report.elapsedMs / 1000).toFixed(1)} s`,
      `Time to answer: median ${medianMs.toFixed(1)} ms, 99 % within ${percentile99Ms.toFixed(1)} ms, all within ${mostMs.toFixed(1)} ms`,
    );
    if (report.refused.size > 0) {
      lines.push(`Rejected: ${report.refused.size} expired or forged, because the quarantine is full`);
    }
    if (report.failed.length > 0) {
      const stopped = report.failed.length >= failuresMax ? '; the rest was not attempted' : '';
      lines.push(`Failed: ${report.failed.length} deliveries got no 200${stopped}`);
    }
  }
  if (check !== null) lines.push(...checkLines(check.expected, check.differences));
  lines.push(`Check again: ${checkAgain(settings, result)}`);
  return `${lines.join('\n')}\n`;
}

function checkLines(
  { sessions, tasks, callbacks, quarantined }: CheckResult['expected'],
  differences: readonly Difference[],
): string[] {
  const quarantine = quarantined === null ? 'the quarantine not counted' : `${quarantined} in quarantine`;
  const checked = `Checked: ${sessions} sessions, ${tasks} relay tasks, ${callbacks} callbacks, ${quarantine}`;
  if (differences.length === 0) return [`${checked}: no difference`];
  const shown = differences.slice(0, differencesShownMax).map(({ where, expected, found }) => {
    return `  ${where} expected ${expected}, found ${found}`;
  });
  const more = differences.length - shown.length;
  return [
    `${checked}: ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function plannedCounts({ plan }: SimulateResult): Record<'first' | 'repeated' | 'expired' | 'forged' | 'lost', number> {
  const count = (wanted: string) => plan.deliveries.filter(({ kind }) => kind === wanted).length;
  return {
    first: count('FIRST'),
    repeated: count('REPEAT'),
    expired: count('EXPIRED'),
    forged: count('FORGED'),
    lost: plan.lost.size,
  };
}

/** The command that repeats the check. It leaves keys and tokens to the environment. */
function checkAgain(settings: SimulateSettings, { report }: SimulateResult): string {
  const { url, seed, atMs, sessions, tasks, habits, story } = settings;
  const isExact = report === null ? settings.counts === 'EXACT' : report.unanswered.size + report.refused.size === 0;
  const flags = [
    `--url ${quoted(url.href)}`,
    `--seed=${quoted(seed)}`,
    `--at ${new Date(atMs).toISOString()}`,
    `--sessions ${sessions}`,
    `--tasks ${tasks}`,
    ...(story === null ? [] : [`--story ${story}`]),
    `--duplicates ${habits.duplicates}`,
    `--losses ${habits.losses}`,
    `--forgeries ${habits.forgeries}`,
    `--expired ${habits.expired}`,
    ...(isExact ? [] : ['--counts bounds']),
  ];
  return `npx live-ledger simulate --check-only ${flags.join(' ')}`;
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** Quotes a text so that a shell takes it as one word. */
function quoted(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
