import { Counter, Gauge, type Registry } from 'prom-client';
import { askAtScrape } from './process-metrics.ts';
import { closeReasons, type CloseReason } from '../api/subscriptions/live-bounds.ts';

export const transports = ['websocket', 'sse'] as const;
export type Transport = (typeof transports)[number];

/** Why a connection ended: CLIENT if the client closed it, else the server's reason. */
export type LiveEnd = CloseReason | 'CLIENT';

/** Counts connections that stay open, and the messages sent on them. */
export interface LiveMetrics {
  opened(transport: Transport): void;
  closed(transport: Transport, end: LiveEnd): void;
  subscribed(transport: Transport): void;
  unsubscribed(transport: Transport): void;
  sent(transport: Transport, messages: number): void;
}

/** Registers the metrics of subscriptions. Every label takes its values from a closed list. */
export function observeLive(registry: Registry): LiveMetrics {
  const registers = [registry];
  const connections = new Gauge({
    name: 'live_ledger_live_connections',
    help: 'Open WebSockets and event streams.',
    labelNames: ['transport'],
    registers,
  });
  const ended = new Counter({
    name: 'live_ledger_live_connections_ended_total',
    help: 'WebSockets and event streams that have ended: CLIENT where the client closed it, else the reason of this server.',
    labelNames: ['transport', 'end'],
    registers,
  });
  const subscribers = new Gauge({
    name: 'live_ledger_subscribers',
    help: 'Active subscriptions.',
    labelNames: ['transport'],
    registers,
  });
  // Plain numbers, because the path is hot. A scrape copies them to the counter.
  const messagesSent: Record<Transport, number> = { websocket: 0, sse: 0 };
  const sent = { name: 'live_messages_sent_total', help: 'Messages that were written to connections.' };
  askAtScrape(registry, { ...sent, labelNames: ['transport'] }, () =>
    transports.map((transport) => [{ transport }, messagesSent[transport]]),
  );
  for (const transport of transports) {
    connections.set({ transport }, 0);
    subscribers.set({ transport }, 0);
    for (const end of [...Object.keys(closeReasons), 'CLIENT']) ended.inc({ transport, end }, 0);
  }
  return {
    opened: (transport) => connections.inc({ transport }),
    closed: (transport, end) => {
      connections.dec({ transport });
      ended.inc({ transport, end });
    },
    subscribed: (transport) => subscribers.inc({ transport }),
    unsubscribed: (transport) => subscribers.dec({ transport }),
    sent: (transport, count) => {
      messagesSent[transport] += count;
    },
  };
}
