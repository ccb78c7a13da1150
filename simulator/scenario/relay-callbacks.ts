import { ownDomainOf, pushActivityOf } from './push-activity.ts';
import { endOf, storyLengthMs } from './push-callbacks.ts';
import { randomOf, type Random } from './random.ts';
import { relayRunStory, timelessStory, type RunTold } from './relay-run.ts';
import type { RelayDialect, SimulatedTask, Unnumbered } from './simulated-callback.ts';
import type { Stage } from './stage.ts';

/** Runs of a task: it is started again after an exit. */
const runsOfTaskMax = 4;

/** Relay tasks with their runs, files, alarms and exits, and the sessions that they feed. */
export function relayStories(stage: Stage): Unnumbered[] {
  return Array.from({ length: stage.tasks }, (_, number) => relayStory(stage, number)).flat();
}

function relayStory(stage: Stage, number: number): Unnumbered[] {
  const random = randomOf(stage.seed, stage.atMs, 'task', number);
  // Every sixth task and the next one pull from the same sources: which of them an exit without a task id belongs to is then
  // told by which of them runs.
  const sharesSources = number % 6 >= 4;
  const task = taskOf(stage, random, number, sharesSources);
  if (task.dialect.clock === 'NONE') return timelessStory(stage, task, random);
  const callbacks: Unnumbered[] = [];
  const feeds = random.chance(0.5);
  let startedAtMs = onClock(task, stage.atMs - storyLengthMs + random.integer(0, storyLengthMs * 0.6));
  const runs = random.integer(1, runsOfTaskMax);
  for (let run = 1; run <= runs && startedAtMs <= stage.atMs; run += 1) {
    // Two exits of tasks with the same sources never fall into the same second.
    const told = relayRunStory(task, startedAtMs, random, {
      isLast: run === runs,
      exitSecondIs: sharesSources ? number % 2 : null,
    });
    callbacks.push(...told.callbacks);
    if (feeds) callbacks.push(...fedSession(stage, task, told, random));
    if (told.exitedAtMs === null) break;
    const isAtOnce = !sharesSources && random.chance(0.1);
    startedAtMs = isAtOnce ? told.exitedAtMs : onClock(task, told.exitedAtMs + random.integer(1_001, 120_000));
  }
  return callbacks.filter(({ atMs }) => atMs <= stage.atMs);
}

function taskOf(stage: Stage, random: Random, number: number, sharesSources: boolean): SimulatedTask {
  const sourcesOf = sharesSources ? Math.floor(number / 6) : `${number}-own`;
  const files = sharesSources ? 2 : random.integer(1, 3);
  const domain = stage.domains[0] ?? ownDomainOf(stage, 'relay');
  const streamId = `relay-${stage.id}-${number}`;
  const clock = random.pick<RelayDialect['clock']>(['MILLISECONDS', 'SECONDS', 'NONE']);
  return {
    // Tasks that share their sources share their account too. Task ids of the two accounts may be the same.
    appId: stage.appIds[sharesSources ? 0 : Number(random.chance(0.25))] ?? stage.appIds[0],
    taskId: String(100_000 + number),
    sourceUrls: Array.from(
      { length: files },
      (_, file) => `http://${ownDomainOf(stage, 'source')}/vod/${sourcesOf}/${file}.mp4?sign=${random.digits(4)}`,
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

/** Milliseconds where the task's callbacks carry them, else whole seconds. */
export function onClock({ dialect }: SimulatedTask, atMs: number): number {
  return dialect.clock === 'MILLISECONDS' ? atMs : Math.floor(atMs / 1000) * 1000;
}

/** The task's push shows up as a session of its target, a little after the run began and until just before it exits. */
function* fedSession(stage: Stage, task: SimulatedTask, run: RunTold, random: Random): Generator<Unnumbered> {
  const startedAtMs = (Math.ceil(run.startedAtMs / 1000) + random.integer(1, 2)) * 1000;
  const endedAtMs = run.exitedAtMs === null ? Infinity : Math.floor(run.exitedAtMs / 1000) * 1000 - 1_000;
  if (endedAtMs <= startedAtMs) return;
  const { appId, domain, path, streamId } = task;
  const sequence = random.digits(19);
  const activity = pushActivityOf({ appId, domain, path, streamId, sequence, startedAtMs }, random);
  yield { kind: 'PUSH', appId, atMs: startedAtMs, activity };
  if (endedAtMs <= stage.atMs) yield endOf(activity, endedAtMs, random.pick([1, 2, 14, 35]), random);
}
