import { START } from '@eventstore/db-client';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { LogUnusable } from '../../../src/log/event-store.ts';
import { openConnection, type Connection } from '../../../src/log/eventstoredb/client.ts';
import { openAppender } from '../../support/eventstoredb-log.ts';
import { newEvents } from '../../support/log-events.ts';
import { builtStandIn, startStandIn } from '../../eventstoredb-stand-in/server/stand-in.ts';

const url = 'esdb://127.0.0.1:4139?tls=false';

describe('the connection to EventStoreDB', () => {
  const opened: Connection[] = [];
  const open = (given: string) => {
    const connection = openConnection(given);
    opened.push(connection);
    return connection;
  };
  afterEach(async () => {
    for (const connection of opened.splice(0)) await connection.close();
  });

  test('is one client, which all share until the last of them closes it', async () => {
    const [one, other] = [open(url), open(url)];
    expect(one.client).toBe(other.client);
    await one.close();
    await one.close();
    expect(open(url).client).toBe(other.client);
  });

  test('refuses a second server until the first is closed', async () => {
    const first = open(url);
    expect(() => open('esdb://127.0.0.1:4138?tls=false')).toThrow(LogUnusable);
    await first.close();
    expect(() => open('esdb://127.0.0.1:4138?tls=false')).not.toThrow();
  });

  test('replaces a client that has gone wrong, for all that share it', () => {
    const [one, other] = [open(url), open(url)];
    const before = one.client;
    one.renew();
    expect(one.client).not.toBe(before);
    expect(other.client).toBe(one.client);
  });

  test('ends a call that is still connecting when it is closed', async () => {
    const server = await startStandIn(builtStandIn);
    const connection = openConnection(server.url);
    const call = connection.client.appendToStream('a-1', []);
    await connection.close();
    await expect(call).rejects.toThrow('CANCELLED');
    await server.close();
  });

  test('is closed although the server ended a subscription whose last events are never read', async () => {
    const server = await startStandIn(builtStandIn);
    const appender = openAppender(server.url);
    await appender.answering();
    await appender.append('a-1', newEvents(40), 'any');
    await server.fault({ endAfterEvents: 5 });
    const connection = open(server.url);
    const subscription = connection.client.subscribeToAll({ fromPosition: START }, { highWaterMark: 1 });
    await once(subscription, 'data');
    subscription.destroy();
    // Read to its end: by then the end of the first has arrived as well.
    await once(connection.client.subscribeToAll({ fromPosition: START }).resume(), 'end');
    await subscription.unsubscribe();
    await appender.close();
    await connection.close();
    await server.close();
  });

  test.each([
    ['throwOnAppendFailure=false', /must not have the option throwonappendfailure/],
    ['tlsVerifyCert=false', /must not have the option tlsverifycert/],
    ['throw_on-append_failure=true', /must not have the option throwonappendfailure/],
    ['passwort=secret', /has an unknown option/],
    ['tls=maybe', /is not a valid connection string/],
    ['tlsCAFile=/nowhere/secret.crt', /names a certificate or key file that cannot be read/],
  ])('is refused with %s, and the connection string is not printed', (option, message) => {
    const warn = jest.spyOn(console, 'warn');
    const secret = `esdb://user:secret@127.0.0.1:4139?${option}`;
    expect(() => open(secret)).toThrow(LogUnusable);
    expect(() => open(secret)).toThrow(message);
    expect(() => open(secret)).not.toThrow(/secret/);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test.each(['', 'http://127.0.0.1:2113', 'esdb://', 'esdb://?tls=false', 'esdb://host:port'])(
    'refuses an invalid connection string: %p',
    (given) => {
      expect(() => open(given)).toThrow(/^EVENT_STORE_URL /);
    },
  );

  test.each([
    'esdb://127.0.0.1',
    'esdb+discover://user:pass%40word@cluster.example:2113?keepAliveInterval=10000&nodePreference=leader',
    'esdb://a:2113,b:2113,c:2113?tls=true&defaultDeadline=5000',
  ])('accepts %s', (given) => {
    expect(() => open(given)).not.toThrow();
  });
});
