import { describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/audit.ts';
import {
  auditedType,
  Auditor,
  auditStream,
  auditStreamOf,
  isAuditStream,
  newAudited,
  readAudited,
  type NewAuditEntry,
} from '../../src/audit/audit-events.ts';
import { isOutsideReadModels } from '../../src/callbacks/event-naming.ts';
import { nobody } from '../../src/log/author.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { StoreUnavailable, type NewEvent } from '../../src/log/event-store.ts';
import { readGolden } from '../support/golden.ts';

interface GoldenEvent {
  readonly entry: AuditEntry;
  readonly data: string;
  readonly metadata: string;
}

const golden = readGolden<
  Readonly<Record<'read' | 'refused' | 'ended', GoldenEvent>> & { stream: string; streamOfEntry: string; type: string }
>('audit');
const entryId = '11111111-1111-4111-8111-111111111111';

describe('what the log has of the audit never changes', () => {
  test('the streams, which have no callbacks for earlier versions either', () => {
    expect([auditStream, auditStreamOf(entryId), auditedType]).toEqual([
      golden.stream,
      golden.streamOfEntry,
      golden.type,
    ]);
    expect([golden.stream, golden.streamOfEntry, 'operator-audits'].map(isAuditStream)).toEqual([true, true, false]);
    expect([golden.stream, golden.streamOfEntry].every(isOutsideReadModels)).toBe(true);
  });

  test.each(['read', 'refused', 'ended'] as const)('an entry: %s', (name) => {
    const { entry, data, metadata } = golden[name];
    const event = newAudited(entry, entryId);
    expect(event).toEqual({
      eventId: entryId,
      type: golden.type,
      data: Buffer.from(data),
      metadata: Buffer.from(metadata),
    });
    expect(readAudited(event)).toEqual(entry);
  });

  test('what is not ours is not read, and neither is an action of a later version', () => {
    const { data, metadata } = newAudited(golden.read.entry);
    const event = { type: auditedType, data, metadata };
    expect(readAudited({ ...event, type: 'Other' })).toBeNull();
    expect(readAudited({ ...event, data: Buffer.from('{"action":"LATER","outcome":"DONE"}') })).toBeNull();
    expect(readAudited({ ...event, data: Buffer.from('{}') })).toBe('UNREADABLE');
    expect(readAudited({ ...event, metadata: Buffer.from('{}') })).toBe('UNREADABLE');
  });
});

describe('repeated entries', () => {
  const refusedFrom = (from: string): NewAuditEntry => ({
    action: 'SIGN_IN',
    outcome: 'REFUSED',
    object: null,
    code: 'UNAUTHENTICATED',
    reason: null,
    author: { ...nobody, from },
  });

  function openAuditor() {
    const events: NewEvent[] = [];
    const log = {
      isAway: false,
      append: (_stream: string, added: readonly NewEvent[]) => {
        if (log.isAway) return Promise.reject(new StoreUnavailable('away'));
        events.push(...added);
        return Promise.resolve({ revision: 0n, position: 0n });
      },
    };
    const recorded = () =>
      events.map((event) => {
        const entry = readAudited(event);
        return entry === null || entry === 'UNREADABLE' ? entry : [entry.author.from, entry.count];
      });
    return { log, auditor: new Auditor(log, () => 1_545_115_790_000, silentLogger), recorded };
  }

  test('of one kind are one entry and a number, also if the process ends before their minute does', async () => {
    const { auditor, recorded } = openAuditor();
    const [one, other] = [refusedFrom('192.0.2.1'), refusedFrom('192.0.2.2')];
    await Promise.all([one, one, other, one].map((entry) => auditor.count(entry)));
    expect(recorded()).toEqual([
      ['192.0.2.1', 1],
      ['192.0.2.2', 1],
    ]);
    await auditor.close();
    expect(recorded().slice(2)).toEqual([['192.0.2.1', 2]]);
  });

  test('of more addresses than are counted apart are counted together', async () => {
    const { auditor, recorded } = openAuditor();
    for (let host = 1; host <= 200; host += 1) await auditor.count(refusedFrom(`192.0.2.${host}`));
    await auditor.close();
    expect(recorded()).toHaveLength(22);
    expect(recorded().slice(20)).toEqual([
      [null, 1],
      [null, 179],
    ]);
  });

  test('fail as long as the log is away, and the next one is recorded', async () => {
    const { log, auditor, recorded } = openAuditor();
    log.isAway = true;
    await expect(auditor.count(refusedFrom('192.0.2.1'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    log.isAway = false;
    await auditor.count(refusedFrom('192.0.2.1'));
    expect(recorded()).toEqual([['192.0.2.1', 1]]);
  });
});
