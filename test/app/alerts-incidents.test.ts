import { expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { alertsTo, webhookSecret } from '../alerts/alerts-files.ts';
import type { ReceivedRequest } from '../forwarding/receivers.ts';
import { useAppsAndReceivers } from '../support/apps-and-receivers.ts';
import { askUntil } from '../support/ask-until.ts';
import { failingStreams, faultAgo, pushAgo } from '../support/failing-streams.ts';

const { receiver, start } = useAppsAndReceivers();

interface Message {
  readonly type: string;
  readonly data: { readonly rule: string; readonly alerts: { readonly summary: string }[] };
}

const messageOf = ({ headers, body }: ReceivedRequest) =>
  new Webhook(webhookSecret).verify(body.toString(), headers as Record<string, string>) as Message;

test('an incident is one message when it begins and one when it is over, and the streams that it took have none of their own', async () => {
  const target = await receiver(() => 200);
  const app = await start(
    alertsTo(
      target.url,
      { name: 'faults', when: 'PUSH_ENDED', groupSeconds: 1, forSeconds: 3 },
      { name: 'incidents', when: 'INCIDENT', groupSeconds: 3 },
    ),
  );
  for (const [number, stream] of failingStreams.entries()) await app.post(pushAgo(stream, number + 1, 12 * 3_600));
  await Promise.all(failingStreams.map((stream, number) => app.post(faultAgo(stream, number + 1, 40))));
  const alerts = 'alerts { rule incident { affected state } }';
  const explained = { incident: { affected: failingStreams.length, state: 'ONGOING' } };
  const all = [...failingStreams.map(() => ({ rule: 'faults', ...explained })), { rule: 'incidents', ...explained }];
  const askAlerts = async () => (await app.ask(`{ ${alerts} }`)).data?.['alerts'] as typeof all;
  await askUntil(askAlerts, (found) => JSON.stringify(found) === JSON.stringify(all));
  for (const [number, stream] of failingStreams.entries()) await app.post(pushAgo(stream, number + 101, 20));
  await askUntil(askAlerts, (found) => found.length === 0);
  await target.arrived(2);
  const messages = target.requests.map(messageOf);
  expect(new Set(messages.map(({ data }) => data.rule))).toEqual(new Set(['incidents']));
  expect(messages.at(-1)).toMatchObject({ type: 'alert.ended' });
  expect(messages.at(-1)?.data.alerts[0]?.summary).toMatch(
    /^CSS had an internal fault on test\.domain\.com\/.* UTC to .* UTC: 9 of 9 streams ended, all are back\.$/,
  );
});
