import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Faults, FaultSettings } from './faults.ts';

/** `GET /health/live`, as on a real server, and `PUT /faults`, which only tests use. */
export async function answerHttp(
  faults: FaultSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'GET' && request.url === '/health/live') response.writeHead(204).end();
  else if (request.method === 'PUT' && request.url === '/faults') {
    faults.change((await json(request)) as Partial<Faults>);
    response.writeHead(204).end();
  } else response.writeHead(404).end();
}
