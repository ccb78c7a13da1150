import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pushBody } from '../../support/callback-bodies.ts';
import { startApp, analystAndAdmin, type RunningApp } from '../../support/running-app.ts';
import { typedBodies } from '../../support/typed-bodies.ts';

const second = 1_600_000_000;
const names = { appid: 1, domain: 'a.example', path: 'live', streamId: 's', sequence: '6674468118806626493' };
const bodies = typedBodies(names, second);
const ofPush = { appid: 1, app: 'a.example', appname: 'live', stream_id: 's', channel_id: 's' };

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ access: analystAndAdmin });
  await running.post(pushBody({ ...ofPush, sequence: names.sequence, event_time: second - 60 }));
  for (const body of Object.values(bodies)) await running.post(body);
  await running.projected();
});
afterAll(() => running.close());

interface Answer {
  readonly streamSession: {
    readonly health: unknown;
    readonly timeline: { readonly isComplete: boolean; readonly entries: readonly Entry[] };
  };
}

interface Entry {
  readonly owner: string;
  readonly sureness: string;
  readonly callback: { readonly kind: string; readonly summary: string };
}

async function ask(selection: string, token = 'v1') {
  const { data, errors } = await running.ask(selection, undefined, { authorization: `Bearer ${token}` });
  expect(errors).toBeUndefined();
  return data as unknown as Answer;
}

describe('what CSS reports of a stream, beside its pushes', () => {
  test('is found by its kind, among all callbacks', async () => {
    const listed = async (filter: string) => {
      const answer = await ask(`{ callbacks(first: 500, filter: ${filter}) { nodes { kind position } } }`);
      const { nodes } = (answer as unknown as { callbacks: { nodes: { kind: string; position: string }[] } }).callbacks;
      return nodes;
    };
    const all = await listed('{}');
    const kinds = [...new Set(all.map(({ kind }) => kind)), 'OTHER', 'INTERRUPTION'];
    expect(kinds.length).toBeGreaterThan(8);
    const [first, second, third] = kinds as [string, string, string];
    for (const kind of kinds) {
      expect(await listed(`{ kind: { eq: ${kind} } }`)).toEqual(all.filter((one) => one.kind === kind));
      expect(await listed(`{ kind: { ne: ${kind} } }`)).toEqual(all.filter((one) => one.kind !== kind));
    }
    const some = all.filter(({ kind }) => [first, second].includes(kind));
    expect(await listed(`{ kind: { in: [${first}, ${second}, ${third}], ne: ${third} } }`)).toEqual(some);
    const others = all.filter(({ kind }) => ![first, second].includes(kind));
    expect(await listed(`{ kind: { notIn: [${first}, ${second}] } }`)).toEqual(others);
    expect(await listed('{ kind: { in: [] } }')).toEqual([]);
  });

  test('is in the timeline of its session, each in order, with a sentence and how sure it is', async () => {
    const { streamSession } =
      await ask(`{ streamSession(sequence: "${names.sequence}") { timeline { isComplete entries {
      orderedAt owner sureness callback { kind summary } } } } }`);
    const { entries, isComplete } = streamSession.timeline;
    expect(isComplete).toBe(true);
    expect(entries.map(({ owner, sureness, callback: { kind, summary } }) => [owner, sureness, kind, summary]))
      .toMatchInlineSnapshot(`
      [
        [
          "SESSION",
          "CERTAIN",
          "PUSH",
          "The push began.",
        ],
        [
          "STREAM",
          "LIKELY",
          "RECORDING",
          "A recording of 28 s was saved as MP4.",
        ],
        [
          "STREAM",
          "LIKELY",
          "SCREENSHOT",
          "A screenshot was saved.",
        ],
        [
          "STREAM",
          "POSSIBLE",
          "AUDIO_AUDIT",
          "An audit found something in the sound: Ad (Contact).",
        ],
        [
          "STREAM",
          "LIKELY",
          "IMAGE_AUDIT",
          "An audit found something in the picture: Porn (Sexy).",
        ],
        [
          "STREAM",
          "CERTAIN",
          "PUSH_ERROR",
          "Error in what was pushed, 4 times: The timestamps of the video jumped by more than 1,000 ms. And 1 more type.",
        ],
        [
          "STREAM",
          "LIKELY",
          "MONITORING",
          "Monitoring noticed something: TimestampFallback.",
        ],
        [
          "STREAM",
          "LIKELY",
          "RECORDING_STATUS",
          "A recording failed. CSS gives no reason.",
        ],
        [
          "STREAM",
          "LIKELY",
          "ABNORMAL_RECORDING",
          "Something was wrong in a recording: Audio and video were out of step.",
        ],
        [
          "STREAM",
          "LIKELY",
          "QUALITY",
          "The quality was not good: Blur (QualityControl).",
        ],
        [
          "STREAM",
          "LIKELY",
          "QUALITY",
          "The quality was measured: VMAF (Assessment).",
        ],
        [
          "STREAM",
          "LIKELY",
          "SUBTITLES",
          "Subtitles were made.",
        ],
        [
          "STREAM",
          "LIKELY",
          "ERASING",
          "Words were erased from the sound.",
        ],
        [
          "STREAM",
          "LIKELY",
          "SUMMARY",
          "A summary was written: A title.",
        ],
        [
          "STREAM",
          "LIKELY",
          "HIGHLIGHT",
          "A highlight was cut.",
        ],
      ]
    `);
  });

  test('adds up to the health of the push', async () => {
    const { streamSession } = await ask(
      `{ streamSession(sequence: "${names.sequence}") { health { type description count firstAt lastAt } } }`,
    );
    expect(streamSession.health).toMatchInlineSnapshot(`
      [
        {
          "count": 4,
          "description": "The timestamps of the video jumped by more than 1,000 ms.",
          "firstAt": "2020-09-13T12:26:41.500Z",
          "lastAt": "2020-09-13T12:26:44.500Z",
          "type": 3,
        },
        {
          "count": 1,
          "description": "something new",
          "firstAt": "2020-09-13T12:26:45.000Z",
          "lastAt": "2020-09-13T12:26:45.000Z",
          "type": 99,
        },
      ]
    `);
  });

  test('is listed with its session, and for analysts without credentials', async () => {
    const selection = `{ streamSession(sequence: "${names.sequence}") {
      recordings { url durationMs format sizeBytes recordingId codec sureness because }
      recordingEvents { event level type description count recordingId format sureness }
      screenshots { url sizeBytes width height sureness alternative }
      pushErrors { type count sureness }
      findings { kind name detail level score text keywords url startedAt at sureness } } }`;
    const viewed = await ask(selection);
    expect(viewed).toMatchInlineSnapshot(`
      {
        "streamSession": {
          "findings": [
            {
              "at": null,
              "detail": "Contact",
              "keywords": null,
              "kind": "AUDIO_AUDIT",
              "level": "Block",
              "name": "Ad",
              "score": 97,
              "startedAt": null,
              "sureness": "POSSIBLE",
              "text": "call now",
              "url": "https://cos.example.com/a.wav?(hidden)",
            },
            {
              "at": "2020-09-13T12:26:54.000Z",
              "detail": null,
              "keywords": "bad",
              "kind": "ERASING",
              "level": null,
              "name": "bad",
              "score": null,
              "startedAt": "2020-09-13T12:26:53.000Z",
              "sureness": "LIKELY",
              "text": "a bad word",
              "url": null,
            },
            {
              "at": "2020-09-13T12:26:52.000Z",
              "detail": null,
              "keywords": null,
              "kind": "SUBTITLES",
              "level": null,
              "name": null,
              "score": null,
              "startedAt": "2020-09-13T12:26:51.000Z",
              "sureness": "LIKELY",
              "text": "hola",
              "url": null,
            },
            {
              "at": "2020-09-13T12:26:50.000Z",
              "detail": "Assessment",
              "keywords": null,
              "kind": "QUALITY",
              "level": null,
              "name": "VMAF",
              "score": 92.25,
              "startedAt": null,
              "sureness": "LIKELY",
              "text": null,
              "url": null,
            },
            {
              "at": "2020-09-13T12:26:49.000Z",
              "detail": "QualityControl",
              "keywords": null,
              "kind": "QUALITY",
              "level": null,
              "name": "Blur",
              "score": 61.5,
              "startedAt": null,
              "sureness": "LIKELY",
              "text": null,
              "url": null,
            },
            {
              "at": "2020-09-13T12:26:46.000Z",
              "detail": null,
              "keywords": null,
              "kind": "MONITORING",
              "level": null,
              "name": "TimestampFallback",
              "score": null,
              "startedAt": null,
              "sureness": "LIKELY",
              "text": "went back",
              "url": null,
            },
            {
              "at": "2020-09-13T12:26:56.000Z",
              "detail": null,
              "keywords": "goal",
              "kind": "HIGHLIGHT",
              "level": null,
              "name": "A goal",
              "score": null,
              "startedAt": "2020-09-13T12:26:43.000Z",
              "sureness": "LIKELY",
              "text": "It was scored.",
              "url": "https://cos.example.com/c.mp4?(hidden)",
            },
            {
              "at": "2020-09-13T12:26:42.000Z",
              "detail": "Sexy",
              "keywords": null,
              "kind": "IMAGE_AUDIT",
              "level": "Review",
              "name": "Porn",
              "score": 88,
              "startedAt": null,
              "sureness": "LIKELY",
              "text": "text",
              "url": "https://cos.example.com/b.jpg?(hidden)",
            },
            {
              "at": "2020-09-13T12:26:55.000Z",
              "detail": null,
              "keywords": "one, two",
              "kind": "SUMMARY",
              "level": null,
              "name": "A title",
              "score": null,
              "startedAt": "2020-09-13T12:26:41.000Z",
              "sureness": "LIKELY",
              "text": "What was said.",
              "url": null,
            },
          ],
          "pushErrors": [
            {
              "count": 4,
              "sureness": "CERTAIN",
              "type": 3,
            },
            {
              "count": 1,
              "sureness": "CERTAIN",
              "type": 99,
            },
          ],
          "recordingEvents": [
            {
              "count": 3,
              "description": "Audio and video were out of step.",
              "event": "exception",
              "format": "mp4",
              "level": "warning",
              "recordingId": "1896320684857164001",
              "sureness": "LIKELY",
              "type": -10,
            },
            {
              "count": 1,
              "description": null,
              "event": "record_error",
              "format": "mp4",
              "level": "error",
              "recordingId": "1896320684857164001",
              "sureness": "LIKELY",
              "type": null,
            },
          ],
          "recordings": [
            {
              "because": "The callback names the stream, and what it reports lasted during this push.",
              "codec": "h264",
              "durationMs": 28000,
              "format": "mp4",
              "recordingId": "1896320684857164001",
              "sizeBytes": 9749353,
              "sureness": "LIKELY",
              "url": "https://(hidden)@vod.example.com/a.mp4?(hidden)",
            },
          ],
          "screenshots": [
            {
              "alternative": null,
              "height": 352,
              "sizeBytes": 7520,
              "sureness": "LIKELY",
              "url": "https://cos.example.com/a.jpg?(hidden)",
              "width": 640,
            },
          ],
        },
      }
    `);
    expect(JSON.stringify(viewed)).not.toContain('secret');
    expect(JSON.stringify(await ask(selection, 'o1'))).toContain('token=secret');
  });

  test('is listed with filters and orders, and counted', async () => {
    const lists = await ask(`{
      pushErrors(filter: { type: { eq: 3 } }) { nodes { count sequence callback { streamSessions { streamSession { sequence } sureness } } } }
      recordingEvents(filter: { level: { in: ["error", "alarm"] } }) { nodes { event } }
      findings(filter: { kind: { in: [QUALITY, SUMMARY] }, score: { gt: 50 } }, orderBy: { field: AT, direction: ASC }) { nodes { name } }
      recordings(filter: { recordingId: { eq: "1896320684857164001" } }) { totalCount nodes { streamId } }
      screenshots(filter: { at: { gte: "2030-01-01T00:00:00Z" } }) { totalCount }
      pushErrorStatistics(from: "2020-09-13T00:00:00Z", to: "2020-09-14T00:00:00Z", groupBy: [TYPE]) { rows { type count } total { count firstAt } }
      findingStatistics(from: "2020-09-13T00:00:00Z", to: "2020-09-14T00:00:00Z", groupBy: [KIND], orderBy: { field: COUNT, direction: DESC }) { rows { kind count } }
    }`);
    expect(lists).toMatchInlineSnapshot(`
      {
        "findingStatistics": {
          "rows": [
            {
              "count": 2,
              "kind": "QUALITY",
            },
            {
              "count": 1,
              "kind": "ERASING",
            },
            {
              "count": 1,
              "kind": "HIGHLIGHT",
            },
            {
              "count": 1,
              "kind": "IMAGE_AUDIT",
            },
            {
              "count": 1,
              "kind": "MONITORING",
            },
            {
              "count": 1,
              "kind": "SUBTITLES",
            },
            {
              "count": 1,
              "kind": "SUMMARY",
            },
          ],
        },
        "findings": {
          "nodes": [
            {
              "name": "Blur",
            },
            {
              "name": "VMAF",
            },
          ],
        },
        "pushErrorStatistics": {
          "rows": [
            {
              "count": 4,
              "type": 3,
            },
            {
              "count": 1,
              "type": 99,
            },
          ],
          "total": {
            "count": 5,
            "firstAt": "2020-09-13T12:26:45.000Z",
          },
        },
        "pushErrors": {
          "nodes": [
            {
              "callback": {
                "streamSessions": [
                  {
                    "streamSession": {
                      "sequence": "6674468118806626493",
                    },
                    "sureness": "CERTAIN",
                  },
                ],
              },
              "count": 4,
              "sequence": "6674468118806626493",
            },
          ],
        },
        "recordingEvents": {
          "nodes": [
            {
              "event": "record_error",
            },
          ],
        },
        "recordings": {
          "nodes": [
            {
              "streamId": "s",
            },
          ],
          "totalCount": 1,
        },
        "screenshots": {
          "totalCount": 0,
        },
      }
    `);
  });
});
