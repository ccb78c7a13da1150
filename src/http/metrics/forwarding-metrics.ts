import { Counter, Gauge, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../../graphql/context.ts';

type ForwardingControl = GraphqlPorts['forwarding'];
type ForwardTargetStatus = Awaited<ReturnType<ForwardingControl['targets']>>[number];

/** Registers how far each target of forwarding is. Names of targets are those of the settings. */
export function observeForwarding(registry: Registry, { targets }: Pick<ForwardingControl, 'targets'>): void {
  observeTargets(registry, targets, { prefix: 'live_ledger_forward', what: 'Callbacks' });
}

/** The same metrics for any kind of targets: names begin with the prefix, and what is sent is named in the help. */
export function observeTargets(
  registry: Registry,
  targets: ForwardingControl['targets'],
  { prefix, what }: { readonly prefix: string; readonly what: string },
): void {
  const gauge = (name: string, help: string, valueOf: (target: ForwardTargetStatus) => number) =>
    new Gauge({
      name: `${prefix}_${name}`,
      help,
      labelNames: ['target'],
      registers: [registry],
      async collect() {
        for (const target of await targets()) this.set({ target: target.name }, valueOf(target));
      },
    });
  const counter = (name: string, help: string, valueOf: (target: ForwardTargetStatus) => number) =>
    new Counter({
      name: `${prefix}_${name}_total`,
      help,
      labelNames: ['target'],
      registers: [registry],
      async collect() {
        const all = await targets();
        this.reset();
        for (const target of all) this.inc({ target: target.name }, valueOf(target));
      },
    });
  gauge('lag_events', 'Events of the log that are not done for the target.', ({ lagEvents }) => lagEvents);
  gauge('lag_seconds', 'Age of the oldest of them; 0 where there is none.', ({ lagMs }) => lagMs / 1_000);
  gauge('active', '1 on the node that forwards to the target, else 0.', ({ isActiveHere }) => (isActiveHere ? 1 : 0));
  gauge('paused', '1 while an operator has paused the target, else 0.', ({ state }) => (state === 'PAUSED' ? 1 : 0));
  gauge('failing', '1 while the last attempts have all failed, else 0.', ({ state }) => (state === 'FAILING' ? 1 : 0));
  counter('attempts', 'Requests to the target.', ({ attempts }) => attempts);
  counter('delivered', `${what} that the target took.`, ({ delivered }) => delivered);
  counter(
    'set_aside',
    `${what} that were given up, since the target was set up.`,
    ({ setAsideTotal }) => setAsideTotal,
  );
  new Counter({
    name: `${prefix}_failures_total`,
    help: 'Attempts that failed, by what was wrong.',
    labelNames: ['target', 'fault'],
    registers: [registry],
    async collect() {
      const all = await targets();
      this.reset();
      for (const { name, failures } of all) {
        for (const [fault, attempts] of Object.entries(failures)) this.inc({ target: name, fault }, attempts);
      }
    },
  });
}
