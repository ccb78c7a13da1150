import { required, type Command, type Flags, type GivenFlags, jsonFlag, type CommandOutput } from './command-line.ts';
import { SettingsInvalid } from '../settings/settings-reader.ts';
import { clientFlags, createServiceClient } from './service-client.ts';

/** The fields of a target that are printed. */
interface ShownTarget {
  readonly name: string;
  readonly state: string;
  readonly isActiveHere: boolean;
  readonly lagEvents: number;
  readonly lagMs: number;
  readonly delivered: number;
  readonly lastFault: string | null;
  readonly retrying: readonly unknown[];
  readonly setAsideTotal: number;
}

const failure = '{ position attempts firstFailedAt lastFailedAt fault }';
const fields = `{
  name state isActiveHere position lagEvents lagMs attempts delivered lastFault lastFailedAt setAsideTotal
  failures { fault attempts } retrying ${failure} setAside ${failure}
}`;

const listFlags: Flags = { ...clientFlags, json: jsonFlag };
const changeFlags: Flags = {
  ...clientFlags,
  target: { fallback: '', meaning: 'name of the target, as `forwarding list` shows it' },
  reason: { fallback: '', meaning: 'why, for the audit' },
  json: jsonFlag,
};

/** `live-ledger forwarding list`: shows the progress of each target. */
const listCommand: Command = {
  name: 'forwarding list',
  meaning: 'show the targets that callbacks are sent on to, and how far each is',
  flags: listFlags,
  async run(given, output) {
    const { forwardTargets } = await createServiceClient(given).ask(`{ forwardTargets ${fields} }`);
    const targets = forwardTargets as readonly ShownTarget[];
    for (const target of targets) show(target, output);
    if (targets.length === 0 && given['json'] !== true) output.result('The service has no targets.', {});
    return !targets.some(({ state }) => state === 'FAILING');
  },
};

/** The commands that show and change forwarding. They are clients of a running service. */
export const forwardingCommands: readonly Command[] = [
  listCommand,
  changing('pause', 'send nothing more to a target until it is resumed, also over restarts'),
  changing('resume', 'go on sending to a target from where it was paused, or call a failing one again at once'),
  {
    name: 'forwarding replay',
    meaning: 'send again to a target what was recorded from a time or after a cursor on',
    flags: {
      ...changeFlags,
      'from-time': { fallback: '', meaning: 'begin with what was recorded at this time, such as 2026-01-31T12:00:00Z' },
      after: { fallback: '', meaning: 'begin after this cursor of the log, such as the `cursor` of a callback' },
    },
    run: (given, output) => change(given, { what: 'replay', from: replayStart(given) }, output),
  },
  changing('skip', 'set aside each callback that a target has failed to take so far'),
];

function changing(what: 'pause' | 'resume' | 'skip', meaning: string): Command {
  const run: Command['run'] = (given, output) => change(given, { what, from: null }, output);
  return { name: `forwarding ${what}`, meaning, flags: changeFlags, run };
}

async function change(
  given: GivenFlags,
  { what, from }: { readonly what: string; readonly from: object | null },
  output: CommandOutput,
): Promise<boolean> {
  const target = required(given, 'target', 'the target');
  const [declared, passed] = from === null ? ['', ''] : [', $from: ForwardReplayStart!', ', from: $from'];
  const { reason = null } = given;
  const mutation = `mutation ($target: String!, $reason: String${declared}) { ${what}Forwarding(target: $target, reason: $reason${passed}) { forwardTarget ${fields} } }`;
  const data = await createServiceClient(given).ask(mutation, { target, reason, ...(from !== null && { from }) });
  const { forwardTarget } = data[`${what}Forwarding`] as { readonly forwardTarget: ShownTarget };
  show(forwardTarget, output);
  return true;
}

function replayStart(given: GivenFlags): object {
  const { 'from-time': time, after } = given;
  if ((time === undefined) === (after === undefined)) {
    throw new SettingsInvalid(['--from-time, --after: give one of them, to say where the replay begins']);
  }
  return time === undefined ? { after } : { recordedAt: time };
}

function show(target: ShownTarget, output: CommandOutput): void {
  const { name, state, isActiveHere, lagEvents, lagMs, retrying, lastFault, setAsideTotal } = target;
  const parts = [
    `${name}: ${state}`,
    lagEvents === 0 ? 'everything is done' : `${lagEvents} events behind, since ${Math.round(lagMs / 1_000)} s`,
    ...(retrying.length === 0 ? [] : [`${retrying.length} tried again`]),
    ...(lastFault === null ? [] : [`last failure ${lastFault}`]),
    ...(setAsideTotal === 0 ? [] : [`${setAsideTotal} set aside`]),
    ...(isActiveHere ? [] : ['another node forwards']),
  ];
  output.result(parts.join(', '), target);
}
