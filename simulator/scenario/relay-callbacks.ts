import { ownDomainOf, pushActivityOf } from './push-activity.ts';
import { interruptionOf, scenarioLengthMs } from './push-callbacks.ts';
import { randomOf, type Random } from './random.ts';
import { relayRun, timelessRun, type SimulatedRun } from './relay-run.ts';
import type { RelayDialect, SimulatedTask, Unnumbered } from './simulated-callback.ts';
import type { ScenarioContext } from './scenario-context.ts';

/** Runs of one task at most: it is started again after an exit. */
const runsPerTaskMax = 4;

/** Relay tasks with their runs, files, alarms and exits, and the sessions that they feed. */
export function relayCallbacks(context: ScenarioContext): Unnumbered[] {
  return Array.from({ length: context.tasks }, (_, number) => callbacksOfTask(context, number)).flat();
}

function callbacksOfTask(context: ScenarioContext, number: number): Unnumbered[] {
  const random = randomOf(context.seed, context.atMs, 'task', number);
  // Two of six tasks pull from the same sources: an exit without a task id belongs to the one that is running.
  const sharesSources = number % 6 >= 4;
  const task = taskOf(context, random, number, sharesSources);
  if (task.dialect.clock === 'NONE') return timelessRun(context, task, random);
  const callbacks: Unnumbered[] = [];
  const feeds = random.chance(0.5);
  let startedAtMs = onClock(task, context.atMs - scenarioLengthMs + random.integer(0, scenarioLengthMs * 0.6));
  const runs = random.integer(1, runsPerTaskMax);
  for (let run = 1; run <= runs && startedAtMs <= context.atMs; run += 1) {
    // The exits of two tasks with the same sources never fall in the same second.
    const simulated = relayRun(task, startedAtMs, random, {
      isLast: run === runs,
      exitSecondParity: sharesSources ? number % 2 : null,
    });
    callbacks.push(...simulated.callbacks);
    if (feeds) callbacks.push(...sessionOfRun(context, task, simulated, random));
    if (simulated.exitedAtMs === null) break;
    const isAtOnce = !sharesSources && random.chance(0.1);
    startedAtMs = isAtOnce
      ? simulated.exitedAtMs
      : onClock(task, simulated.exitedAtMs + random.integer(1_001, 120_000));
  }
  return callbacks.filter(({ atMs }) => atMs <= context.atMs);
}

function taskOf(context: ScenarioContext, random: Random, number: number, sharesSources: boolean): SimulatedTask {
  const sourcesOf = sharesSources ? Math.floor(number / 6) : `${number}-own`;
  const files = sharesSources ? 2 : random.integer(1, 3);
  const domain = context.domains[0] ?? ownDomainOf(context, 'relay');
  const streamId = `relay-${context.id}-${number}`;
  const clock = random.pick<RelayDialect['clock']>(['MILLISECONDS', 'SECONDS', 'NONE']);
  return {
    // Tasks with the same sources belong to the same account. The two accounts may have equal task ids.
    appId: context.appIds[sharesSources ? 0 : Number(random.chance(0.25))] ?? context.appIds[0],
    taskId: String(100_000 + number),
    sourceUrls: Array.from(
      { length: files },
      (_, file) => `http://${ownDomainOf(context, 'source')}/vod/${sourcesOf}/${file}.mp4?sign=${random.digits(4)}`,
    ).map((url) => (sharesSources ? (url.split('?')[0] ?? url) : url)),
    toUrl: `rtmp://${domain}/live/${streamId}${random.chance(0.5) ? `?txSecret=${random.digits(16)}` : ''}`,
    domain,
    path: 'live',
    streamId,
    dialect: {
      clock: sharesSources && clock === 'NONE' ? 'SECONDS' : clock,
      appIdField: random.chance(0.15) ? 'appId' : 'appid',
      numbersAsText: random.chance(0.4),
      streamIdEmpty: random.chance(0.3),
      callbackUrl: random.chance(0.5),
    },
  };
}

/** Milliseconds if the task's callbacks carry them, otherwise whole seconds. */
export function onClock({ dialect }: SimulatedTask, atMs: number): number {
  return dialect.clock === 'MILLISECONDS' ? atMs : Math.floor(atMs / 1000) * 1000;
}

/** The stream session that a run pushes: from shortly after the run began until just before it exits. */
function* sessionOfRun(
  context: ScenarioContext,
  task: SimulatedTask,
  run: SimulatedRun,
  random: Random,
): Generator<Unnumbered> {
  const startedAtMs = (Math.ceil(run.startedAtMs / 1000) + random.integer(1, 2)) * 1000;
  const endedAtMs = run.exitedAtMs === null ? Infinity : Math.floor(run.exitedAtMs / 1000) * 1000 - 1_000;
  if (endedAtMs <= startedAtMs) return;
  const { appId, domain, path, streamId } = task;
  const sequence = random.digits(19);
  const activity = pushActivityOf({ appId, domain, path, streamId, sequence, startedAtMs }, random);
  yield { kind: 'PUSH', appId, atMs: startedAtMs, activity };
  if (endedAtMs <= context.atMs) yield interruptionOf(activity, endedAtMs, random.pick([1, 2, 14, 35]), random);
}
