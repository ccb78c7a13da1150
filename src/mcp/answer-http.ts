import { createMcpHandler } from '@modelcontextprotocol/server';
import type { IncomingHttpHeaders } from 'node:http';
import { createLedgerServer } from './ledger-server.ts';
import type { Ask } from './tools.ts';

/** A message of a client: the head of its request, and its body as JSON. */
export interface McpRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Answers one message. Nothing is kept between messages, so any node can answer the next one. */
export async function answerMcp({ url, headers, body }: McpRequest, ask: Ask, onFault: (error: Error) => void) {
  const handler = createMcpHandler(() => createLedgerServer(ask), {
    // Nothing here changes that a client could subscribe to, and a stream would hold its connection.
    maxSubscriptions: 0,
    keepAliveMs: 0,
    onerror: onFault,
  });
  try {
    const sent = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] satisfies [string, string]] : [],
    );
    const response = await handler.fetch(new Request(url, { method: 'POST', headers: new Headers(sent) }), {
      parsedBody: body,
    });
    return { status: response.status, contentType: response.headers.get('content-type'), text: await response.text() };
  } finally {
    await handler.close();
  }
}
