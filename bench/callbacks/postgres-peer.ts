/**
 * What a team would write instead of the product, in its own process: Fastify checks the sign and keeps each callback in PostgreSQL by one
 * prepared statement, committed before the answer. `body` keeps the body; `body+session` also keeps the row of its session.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import pg from 'pg';
import { database } from './postgres.ts';

export type PostgresPeerKind = 'body' | 'body+session';

export interface Listening {
  readonly port: number;
}

/** What is read of a callback. Those of a session have the rest as well, some of them a number instead of a text. */
interface Callback {
  readonly event_type: number;
  readonly t: number | string;
  readonly sign: string;
  readonly appid?: number;
  readonly appId?: number;
  readonly sequence?: string | number;
  readonly app?: string;
  readonly appname?: string;
  readonly stream_id?: string;
  readonly event_time?: number;
  readonly push_duration?: string | number;
  readonly errcode?: number;
}

/** Connections to PostgreSQL: more than the two cores use at once, so that commits share an fsync. */
const poolConnections = 16;

/** Seconds between `t` and the clock beyond which a callback is refused, as the product has it. */
const clockToleranceSeconds = 900;

const tables = `
  CREATE TABLE callbacks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now(),
    body text NOT NULL
  );
  CREATE TABLE sessions (
    appid bigint NOT NULL,
    sequence text NOT NULL,
    domain text NOT NULL,
    path text NOT NULL,
    stream_id text NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    push_duration_ms bigint,
    error_code integer,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (appid, sequence)
  );`;

const keepBody = 'INSERT INTO callbacks (body) VALUES ($1)';

/** A callback may arrive in any order and more than once: what the other one of its session said stays. */
const keepBodyAndSession = `
  WITH kept AS (${keepBody})
  INSERT INTO sessions (appid, sequence, domain, path, stream_id, started_at, ended_at, push_duration_ms, error_code)
  VALUES ($2, $3, $4, $5, $6, to_timestamp($7), to_timestamp($8), $9, $10)
  ON CONFLICT (appid, sequence) DO UPDATE SET
    started_at = coalesce(excluded.started_at, sessions.started_at),
    ended_at = coalesce(excluded.ended_at, sessions.ended_at),
    push_duration_ms = coalesce(excluded.push_duration_ms, sessions.push_duration_ms),
    error_code = coalesce(excluded.error_code, sessions.error_code),
    changed_at = now()`;

const [interruption, push] = [0, 1];

function keep(body: string, callback: Callback): Promise<unknown> {
  const { event_type: type, sequence, event_time: at } = callback;
  const isOfSession = (type === interruption || type === push) && sequence !== undefined;
  if (kind === 'body' || !isOfSession) return pool.query({ name: 'body', text: keepBody, values: [body] });
  const { app, appname, stream_id: streamId, push_duration: duration, errcode } = callback;
  const ofSession = [callback.appid ?? callback.appId, String(sequence), app, appname, streamId];
  const times = type === interruption ? [null, at, duration, errcode] : [at, null, null, null];
  return pool.query({ name: 'session', text: keepBodyAndSession, values: [body, ...ofSession, ...times] });
}

function isAuthentic({ t, sign }: Callback): boolean {
  const expected = Buffer.from(createHash('md5').update(`${key}${t}`).digest('hex'));
  const given = Buffer.from(sign);
  const isEqual = given.length === expected.length && timingSafeEqual(given, expected);
  return isEqual && Math.abs(Number(t) - Date.now() / 1_000) <= clockToleranceSeconds;
}

const [kind, postgresPort, key] = process.argv.slice(2) as [PostgresPeerKind, string, string];
const pool = new pg.Pool({
  host: '127.0.0.1',
  port: Number(postgresPort),
  user: database,
  database,
  max: poolConnections,
  idleTimeoutMillis: 0,
});
await pool.query(tables);

const server = fastify();
server.removeAllContentTypeParsers();
server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
  done(null, body);
});
server.post('/callbacks/css', async (request, reply) => {
  const body = String(request.body);
  const callback = JSON.parse(body) as Callback;
  if (!isAuthentic(callback)) return reply.code(401).send({ code: 401 });
  await keep(body, callback);
  return reply.type('application/json').send('{"code":0}');
});
await server.listen({ host: '127.0.0.1', port: 0 });
process.send?.({ port: (server.server.address() as AddressInfo).port } satisfies Listening);
