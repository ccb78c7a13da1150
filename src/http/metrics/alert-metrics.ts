import { Gauge, type Registry } from 'prom-client';
import type { GraphqlPorts } from '../../graphql/context.ts';
import { observeTargets } from './forwarding-metrics.ts';

/** Registers how many alerts each rule has, and how far each target of alerts is. */
export function observeAlerts(registry: Registry, alerts: GraphqlPorts['alerts']): void {
  new Gauge({
    name: 'live_ledger_alerts',
    help: 'Alerts that have begun and not ended.',
    labelNames: ['rule'],
    registers: [registry],
    collect() {
      for (const { rule, alerts: count } of alerts.counts()) this.set({ rule }, count);
    },
  });
  observeTargets(registry, () => alerts.targets(), { prefix: 'live_ledger_alert_target', what: 'Messages' });
}
