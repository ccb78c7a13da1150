import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askLedger } from '../support/ask-ledger.ts';
import { startStandIn } from '../eventstoredb-stand-in/server/stand-in.ts';
import { freePort } from '../support/free-port.ts';
import { endWith, readFlags } from '../support/read-flags.ts';
import { compareTaken, lostOf, readRecord, type Comparison } from './compare.ts';
import { openGateway } from './gateway.ts';
import { nodeOf, receiverOf, runCommand, type Restarted } from './processes.ts';

// `npm run test:hour`: an hour of simulated traffic, forwarded to a good and a bad target while nodes are killed. By hand.
const usage = `npm run test:hour -- [--minutes 60] [--rate 200] [--kill-every 90] [--nodes 1]

  --minutes     of traffic; the bad target is dead for a sixth of them, after a third
  --rate        callbacks a second
  --kill-every  seconds from one SIGKILL to the next: of the process that serves, and of the whole node, in turn
  --nodes       1: the embedded log. More: as many nodes with the stand-in for EventStoreDB
`;

/** Minutes of one simulation: it keeps its callbacks in memory, and has 100,000 sessions at most. */
const simulationMinutesMax = 20;

/** Sessions that a simulation needs for a callback, and relay tasks for a session. */
const [sessionsPerCallback, tasksPerSession] = [0.32, 1 / 30];

/** In which another node forwards for a dead one: longer, and the good target would have been left waiting. */
const takenOverWithinSeconds = 30;

/** Seconds between two kills from which on each takeover is over before the next kill. */
const killsApartSeconds = 60;

/** Milliseconds that a killed node stays away. */
const awayMs = 2_000;

interface Options {
  readonly minutes: number;
  readonly rate: number;
  readonly killEverySeconds: number;
  readonly nodes: number;
}

interface Trial {
  readonly options: Options;
  readonly folder: string;
  readonly nodes: readonly Restarted[];
  readonly ports: readonly number[];
  readonly bad: Restarted;
  /** Of the first node. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: {
    readonly CSS_CALLBACK_KEYS: string;
    readonly CSS_CALLBACK_TOKENS: string;
    readonly API_TOKENS: string;
  };
  readonly say: (line: string) => void;
}

function readOptions(): Options {
  const flags = readFlags(usage, { minutes: '60', rate: '200', 'kill-every': '90', nodes: '1' });
  const options = {
    minutes: Number(flags.minutes),
    rate: Number(flags.rate),
    killEverySeconds: Number(flags['kill-every']),
    nodes: Number(flags.nodes),
  };
  if (Object.values(options).some((value) => !(value > 0))) endWith(usage, 2);
  return options;
}

/** One at a time, in turn, until the signal: the process that serves, which its node replaces, and the whole node. */
async function killInTurn({ options, nodes, say }: Trial, isOver: () => boolean): Promise<void> {
  let kills = 0;
  for (let waitedMs = 0; !isOver(); waitedMs += 1_000) {
    await pause(1_000);
    if (waitedMs < options.killEverySeconds * 1_000) continue;
    waitedMs = 0;
    const node = nodes[Math.floor(kills / 2) % nodes.length];
    kills += 1;
    if (kills % 2 === 0) node?.killChild();
    else {
      await node?.kill();
      await pause(awayMs);
      await node?.start();
    }
  }
  say(`Nodes were killed ${kills} times.`);
}

/** The bad target is dead for a sixth of the time, after a third of it. */
async function dieAndComeBack({ options: { minutes }, bad, say }: Trial): Promise<void> {
  await pause((minutes / 3) * 60_000);
  await bad.kill();
  await pause((minutes / 6) * 60_000);
  await bad.start();
  say(`The bad target was dead for ${minutes / 6} minutes.`);
}

interface Simulated {
  readonly phase?: string;
  readonly ok?: boolean;
  readonly deliveries?: { readonly attempts: object; readonly latencyMs: object; readonly elapsedMs: number };
  readonly check?: { readonly differencesTotal: number };
}

/** One simulation after the other, without a pause. Resolves with the flags by which each can be checked. */
async function sendAll({ options, secrets, say }: Trial, url: string): Promise<string[][]> {
  const checks: string[][] = [];
  for (let left = options.minutes; left > 0; left -= simulationMinutesMax) {
    const callbacks = Math.min(left, simulationMinutesMax) * 60 * options.rate;
    const sessions = Math.ceil(callbacks * sessionsPerCallback);
    const scenario = [
      ...['--url', url, '--seed', `hour-${checks.length + 1}`, '--at', new Date().toISOString()],
      ...['--sessions', String(sessions), '--tasks', String(Math.ceil(sessions * tasksPerSession))],
      ...['--forgeries', '0.002', '--expired', '0.005'],
    ];
    checks.push(scenario);
    const sending = [
      'simulate',
      ...scenario,
      '--rate',
      String(options.rate),
      '--connections',
      '128',
      '--into-existing',
    ];
    const { status, lines } = await runCommand(sending, secrets);
    const { deliveries } = (lines.at(-1) ?? {}) as Simulated;
    say(`Simulation ${checks.length}: ${JSON.stringify(deliveries)}`);
    if (status !== 0) throw new Error('Not all callbacks were delivered.');
  }
  return checks;
}

const lagQuery = '{ forwardTargets { name state lagEvents setAsideTotal attempts delivered } }';

interface Lag {
  readonly forwardTargets: readonly { readonly lagEvents: number; readonly setAsideTotal: number }[];
}

/** Resolves once both targets have everything. */
async function untilForwarded({ say }: Trial, url: string, token: string): Promise<Lag['forwardTargets']> {
  for (let asked = 0; ; asked += 1) {
    const { forwardTargets } = await askLedger<Lag>(url, lagQuery, {}, token);
    if (forwardTargets.every(({ lagEvents }) => lagEvents === 0)) return forwardTargets;
    if (asked % 60 === 0) say(`Not forwarded yet: ${JSON.stringify(forwardTargets)}`);
    await pause(1_000);
  }
}

async function check({ secrets, say }: Trial, scenario: readonly string[]): Promise<boolean> {
  // Attempts that a killed node has not answered may have been recorded: deliveries are compared as a lower bound.
  const { status, lines } = await runCommand(['simulate', ...scenario, '--check-only', '--counts', 'bounds'], secrets);
  const { check } = (lines.at(-1) ?? {}) as Simulated;
  say(`Check: ${JSON.stringify(check)}`);
  return status === 0;
}

function isWhole({ missing, unknown, changed, streamsOutOfOrder }: Comparison): boolean {
  return missing + unknown + changed + streamsOutOfOrder === 0;
}

/** Whether a target that always answers was never left waiting. */
function isInTime({ longestPauseSeconds }: Comparison, { killEverySeconds }: Options): boolean {
  return longestPauseSeconds <= takenOverWithinSeconds || killEverySeconds < killsApartSeconds;
}

async function run(trial: Trial, files: readonly string[]): Promise<boolean> {
  const { folder, nodes, ports, environment, secrets, say } = trial;
  const gateway = await openGateway(ports);
  try {
    let isOver = false;
    const begunMs = performance.now();
    const sending = sendAll(trial, gateway.url).finally(() => (isOver = true));
    const [checks] = await Promise.all([sending, killInTurn(trial, () => isOver), dieAndComeBack(trial)]);
    say(`${gateway.acceptedTotal()} callbacks were answered with 200.`);
    const [, token = ''] = secrets.API_TOKENS.split('=');
    const status = await untilForwarded(trial, gateway.url, token);
    say(
      `Forwarded ${Math.round((performance.now() - begunMs) / 1_000)} s after the beginning: ${JSON.stringify(status)}`,
    );
    let isRight = status.every(({ setAsideTotal }) => setAsideTotal === 0);
    for (const scenario of checks) isRight = (await check(trial, scenario)) && isRight;

    for (const node of nodes) await node.kill();
    const file = path.join(folder, 'record.jsonl.gz');
    await runCommand(['export', '--to', file, '--with-secrets'], { ...environment, DATA_DIR: exportFolder(trial) });
    const record = await readRecord(file);
    const lost = lostOf(gateway.accepted, record);
    say(`Recorded: ${record.forwarded.length} callbacks to forward. Answered with 200 and not recorded: ${lost}.`);
    for (const taken of files) {
      const comparison = await compareTaken(taken, record);
      say(`${path.basename(taken, '.txt')} target: ${JSON.stringify(comparison)}`);
      isRight = isWhole(comparison) && isRight;
      if (taken.endsWith('good.txt')) isRight = isInTime(comparison, trial.options) && isRight;
    }
    return isRight && lost === 0;
  } finally {
    gateway.close();
  }
}

/** With EventStoreDB an export copies the log: not into the folder of a node. */
function exportFolder({ options, folder, environment }: Trial): string {
  return options.nodes === 1 ? (environment['DATA_DIR'] ?? '') : path.join(folder, 'export');
}

async function main(): Promise<boolean> {
  const options = readOptions();
  const folder = mkdtempSync(path.join(tmpdir(), 'live-ledger-hour-'));
  const secret = () => randomBytes(24).toString('hex');
  const secrets = { CSS_CALLBACK_KEYS: secret(), CSS_CALLBACK_TOKENS: secret(), API_TOKENS: `operator=${secret()}` };
  const targets = await Promise.all(
    (['good', 'bad'] as const).map(async (name) => {
      const port = await freePort();
      const file = path.join(folder, `${name}.txt`);
      const target = { name, url: `http://127.0.0.1:${port}/css`, concurrency: name === 'bad' ? 64 : 16 };
      return { target, file, receiver: receiverOf(port, file, name) };
    }),
  );
  const forwardFile = path.join(folder, 'targets.json');
  writeFileSync(forwardFile, JSON.stringify({ targets: targets.map(({ target }) => target) }));
  const server = options.nodes === 1 ? null : await startStandIn();
  const shared = {
    ...secrets,
    LOG_LEVEL: 'error',
    FORWARD_FILE: forwardFile,
    FORWARD_ALLOW: 'loopback',
    ...(server !== null && { EVENT_STORE_URL: server.url }),
  };
  const ports = await Promise.all(Array.from({ length: options.nodes }, freePort));
  const environments = ports.map((port) => ({
    ...shared,
    PORT: String(port),
    DATA_DIR: path.join(folder, `node-${port}`),
  }));
  const nodes = environments.map(nodeOf);
  const [, bad] = targets;
  const begunMs = performance.now();
  const say = (line: string) => {
    process.stdout.write(`${Math.round((performance.now() - begunMs) / 1_000)} s: ${line}\n`);
  };
  try {
    for (const { receiver } of targets) await receiver.start();
    for (const node of nodes) await node.start();
    const environment = environments[0] ?? {};
    if (bad === undefined) throw new Error(usage);
    return await run(
      { options, folder, nodes, ports, bad: bad.receiver, environment, secrets, say },
      targets.map(({ file }) => file),
    );
  } finally {
    for (const one of [...nodes, ...targets.map(({ receiver }) => receiver)]) await one.kill();
    await server?.close();
    rmSync(folder, { recursive: true });
  }
}

try {
  const isRight = await main();
  process.stdout.write(isRight ? 'Nothing is missing, and nothing differs.\n' : 'Something is wrong: see above.\n');
  process.exitCode = isRight ? 0 : 1;
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
