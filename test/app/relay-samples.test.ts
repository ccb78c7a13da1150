import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CallbacksDocument,
  ProjectionsDocument,
  RelayTaskDocument,
  RelayTasksDocument,
} from '../../schema/operations.generated.ts';
import { startApp, type RunningApp } from '../support/running-app.ts';
import { readSample } from '../support/samples.ts';

describe.each(['ko', 'ja', 'en', 'id'])('the samples of the relay page (%s)', (language) => {
  let running: RunningApp;

  beforeEach(async () => {
    running = await startApp();
    for (const event of ['task-start', 'vod-source-file-start', 'vod-source-file-finish', 'task-exit']) {
      const { status } = await running.post(readSample(`relay-${language}-${event}`));
      expect(status).toBe(200);
    }
    await running.projected();
  });
  afterEach(() => running.close());

  test('a TaskStart begins a run whose start is unknown, because its time is 0', async () => {
    const { relayTask } = await running.query(RelayTaskDocument, { taskId: '118148' });
    expect(relayTask).toMatchObject({
      appId: '4',
      taskId: '118148',
      state: 'RUNNING',
      sourceUrls: ['http://yourURL.cn/live/normal_230753472*****21162358-upload-45eb/playlist.m3u8'],
      toUrl: 'rtmp://5000.livepush.myqcloud.com/live/testvod',
      domain: '5000.livepush.myqcloud.com',
      path: 'live',
      streamId: 'testvod',
      exitCode: null,
      runs: [{ number: 1, startedAt: null, exitedAt: null, attribution: null, files: [] }],
      currentFile: null,
    });
    expect(relayTask?.runs?.[0]?.startReceivedAt).not.toBeNull();
  });

  test('a task that is known by its files alone exists, with an unknown start', async () => {
    const { relayTask } = await running.query(RelayTaskDocument, { taskId: '118145' });
    expect(relayTask).toMatchObject({
      state: 'UNKNOWN',
      streamId: 'testvod',
      runs: [{ number: 1, startedAt: null, startReceivedAt: null, exitedAt: null }],
      currentFile: null,
      files: [{ index: 0, durationSeconds: 14_920, times: 1 }],
    });
  });

  test('the exit fits no task, and is shown and counted so', async () => {
    const { callbacks } = await running.query(CallbacksDocument, { filter: { relayTask: { isNull: true } } });
    expect(callbacks.nodes).toMatchObject([{ callbackEvent: 'TaskExit', relayTask: null, attribution: null }]);
    const { projections } = await running.query(ProjectionsDocument, {});
    expect(projections).toMatchObject([{ relayCallbacksWithoutTask: 1, poisoned: [] }]);
    const { relayTasks } = await running.query(RelayTasksDocument, { filter: { everExitedWith: { eq: -22 } } });
    expect(relayTasks.edges).toEqual([]);
  });
});
