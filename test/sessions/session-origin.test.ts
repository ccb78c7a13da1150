import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../src/callbacks/callback.ts';
import { sessionViewOf } from '../../src/sessions/stream-session-view.ts';
import { isSessionCallback, withCallback } from '../../src/sessions/stream-session.ts';
import { interruptionBody, pushBody } from '../support/callback-bodies.ts';

function viewOf(...bodies: object[]) {
  let session = null;
  for (const body of bodies) {
    const callback = interpret({ ...body });
    if (isSessionCallback(callback)) session = withCallback(session, callback, JSON.stringify(body), 1);
  }
  if (session === null) throw new Error('No body is of a session.');
  return sessionViewOf(session);
}

describe('where a push comes from, by its own callbacks', () => {
  test.each([
    [1, 'MAINLAND_CHINA'],
    [6, 'MAINLAND_CHINA'],
    [7, 'OUTSIDE_MAINLAND_CHINA'],
    [200, 'OUTSIDE_MAINLAND_CHINA'],
    [0, null],
    [201, null],
    [-1, null],
  ])('set_id %p is the region %p', (setId, region) => {
    expect(viewOf({ ...pushBody(), set_id: setId }).region).toBe(region);
  });

  test('names its relay task, in any place of stream_param, and no other parameter does', () => {
    const param = 'txFrom=pullpush&upstream_sequence=7444000000000000001&txHost=x&ppTaskId=7391';
    expect(viewOf({ ...pushBody(), stream_param: param }).relayTaskId).toBe('7391');
    expect(viewOf({ ...pushBody(), stream_param: '?ppTaskId=7391' }).relayTaskId).toBe('7391');
    expect(viewOf({ ...pushBody(), stream_param: 'myppTaskId=7391' }).relayTaskId).toBeNull();
    expect(viewOf({ ...pushBody(), stream_param: 'ppTaskId=' }).relayTaskId).toBeNull();
  });

  test('takes from the interruption what the push does not say', () => {
    const push = { ...pushBody(), width: 0, height: 720 };
    const interruption = { ...interruptionBody(), width: 1_280, height: 1_080, idc_id: 33 };
    const expected = { width: 1_280, height: 720, idcId: 33 };
    expect(viewOf(push, interruption)).toMatchObject(expected);
    expect(viewOf(interruption, push)).toMatchObject(expected);
  });
});
