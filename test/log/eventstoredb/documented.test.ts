import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createStreamNames } from '../../../src/log/eventstoredb/settings.ts';
import { readGolden } from '../../support/golden.ts';

interface StoredEvent {
  readonly type: string;
  readonly inServer: { streamName: string; contentType: string; data: string; metadata: string };
}

const page = readFileSync(new URL('../../../docs/eventstoredb-events.md', import.meta.url), 'utf8');

test('docs/eventstoredb-events.md shows events as the golden file has them', () => {
  const [exact, beyond] = readGolden<StoredEvent[]>('eventstoredb-events');
  for (const event of [exact, beyond]) {
    expect(page).toContain(event?.inServer.streamName);
    expect(page).toContain(`   ${event?.inServer.data}\n`);
    expect(page).toContain(`   ${event?.inServer.metadata}\n`);
  }
});

test('docs/eventstoredb-events.md names every stream and event type of the golden files', () => {
  const names = createStreamNames('live_ledger');
  const named = readGolden<{ streamName: string; eventType: string }[]>('event-naming');
  for (const { streamName, eventType } of named) {
    expect(page).toContain(`\`${eventType}\``);
    expect(page).toContain(names.toServer(streamName).split('-')[0]);
  }
});
