import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What is between a standby and its primary, which may be exchanged meanwhile. */
export interface WayToPrimary {
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** Alters the text of an answer on its way. */
  alter: (text: string) => string;
  close(): void;
}

export async function openWayToPrimary(primaryUrl: () => string): Promise<WayToPrimary> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    asked.push(url);
    void fetch(`${primaryUrl()}${url}`, { headers: { authorization: headers.authorization ?? '' } })
      .then(async (answer) => response.writeHead(answer.status).end(way.alter(await answer.text())))
      .catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way: WayToPrimary = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    alter: (text) => text,
    close: () => server.close(),
  };
  return way;
}
