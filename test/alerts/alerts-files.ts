import { readAlertsFile, type AlertSettings } from '../../src/alerts/alerts-file.ts';

/** A secret of Standard Webhooks. */
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const allowed = { loopback: true, private: false };

/** Settings of the app for one target and some rules. */
export function alertsTo(url: string, ...rules: object[]) {
  return alertsToAll([{ name: 'ops', url, secret: webhookSecret, perMinute: 600 }], ...rules);
}

/** The same for several targets. */
export function alertsToAll(targets: readonly object[], ...rules: object[]) {
  const text = JSON.stringify({ targets, rules, incidents: false });
  const { alerts, problems } = readAlertsFile(text, allowed);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return { alerts: alerts satisfies AlertSettings, forward: { targets: [], allowed } };
}
