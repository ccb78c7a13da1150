import { createMcpHandler } from '@modelcontextprotocol/server';
import type { IncomingHttpHeaders } from 'node:http';
import { createLedgerServer } from './ledger-server.ts';
import type { Ask } from './tools.ts';

/** Answers one message. Nothing is kept between messages, so any node can answer the next one. */
export async function answerMcp(
  headers: IncomingHttpHeaders,
  body: unknown,
  ask: Ask,
  onFault: (error: Error) => void,
) {
  const handler = createMcpHandler(() => createLedgerServer(ask), {
    // Nothing here changes that a client could subscribe to, and a stream would hold its connection.
    maxSubscriptions: 0,
    keepAliveMs: 0,
    onerror: onFault,
  });
  try {
    const sent = Object.entries(headers).flatMap(([name, value]) =>
      isOfProtocol.test(name) && typeof value === 'string' ? [[name, value] satisfies [string, string]] : [],
    );
    const request = new Request('http://localhost/mcp', { method: 'POST', headers: new Headers(sent) });
    const response = await handler.fetch(request, { parsedBody: body });
    return { status: response.status, contentType: response.headers.get('content-type'), text: await response.text() };
  } finally {
    await handler.close();
  }
}

/** The headers that the protocol has a use for: above all, no token. */
const isOfProtocol = /^(accept|content-type|mcp-.*)$/;
