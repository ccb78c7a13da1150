/** One body of each documented type of callback about a stream, in the form of the vendor's pages, with other names. */
export interface StreamNames {
  readonly appid: number;
  readonly domain: string;
  readonly path: string;
  readonly streamId: string;
  readonly sequence: string;
}

/** `second`: seconds since 1970, within the push. */
export function typedBodies(
  { appid, domain, path, streamId, sequence }: StreamNames,
  second: number,
): Readonly<Record<string, Record<string, unknown>>> {
  const byApp = { appid, app: domain, appname: path, stream_id: streamId, channel_id: streamId };
  const byDomain = { appid, domain, path, stream_id: streamId, channel_id: streamId };
  const byDomainAndApp = { appid, domain, appname: path, stream_id: streamId };
  const signed = { sign: '0f4e6f0b6e0c1f5e7d5c7e0c1f5e7d5c', t: second + 600 };
  return {
    recording: {
      event_type: 100,
      ...byApp,
      ...signed,
      file_format: 'mp4',
      file_size: 9_749_353,
      start_time: second - 30,
      end_time: second,
      duration: 28,
      record_bps: 0,
      file_id: '5285890784246869930',
      video_url: 'https://user:secret@vod.example.com/a.mp4?token=secret',
      stream_param: 'txSecret=secret',
      callback_ext: JSON.stringify({ session_id: '1896320684857164001', resolution: '1920x1080', video_codec: 'h264' }),
    },
    screenshot: {
      event_type: 200,
      stream_id: streamId,
      channel_id: streamId,
      create_time: second + 1,
      file_size: 7_520,
      width: 640,
      height: 352,
      pic_url: '/2026-01-01/a.jpg',
      pic_full_url: 'https://cos.example.com/a.jpg?sign=secret',
      ...signed,
      stream_param: 'txSecret=secret',
    },
    audioAudit: {
      event_type: 315,
      ...byDomain,
      suggestion: 'Block',
      label: 'Ad',
      sub_label: 'Contact',
      Score: 97,
      duration: 15,
      asr_text: 'call now',
      cdn_url: 'https://cos.example.com/a.wav?sign=secret',
      request_id: 'one',
    },
    imageAudit: {
      event_type: 317,
      appid,
      app: domain,
      appname: path,
      streamId,
      channelId: streamId,
      screenshotTime: second + 2,
      sendTime: second + 3,
      suggestion: 'Review',
      label: 'Porn',
      subLabel: 'Sexy',
      type: [2],
      score: [88],
      ocrMsg: 'text',
      img: 'https://cos.example.com/b.jpg?sign=secret',
      ...signed,
    },
    pushError: {
      event_type: 321,
      ...byDomain,
      sequence,
      user_ip: '203.0.113.7',
      report_interval: 5_000,
      timeout: 5_000,
      data_time: 1_000 * (second + 5),
      abnormal_event: [
        {
          type: 3,
          count: 4,
          type_desc_en: 'video timestamp jump',
          event_key: 'k',
          customer_visible: 'true',
          detail: [
            { desc: 'a', occur_time: 1_000 * second + 1_500 },
            { desc: 'b', occur_time: 1_000 * second + 4_500 },
          ],
        },
        { type: 99, count: 1, detail: [], type_desc_en: 'something new' },
      ],
    },
    monitoring: {
      event_type: 328,
      appid,
      stream_id: streamId,
      bizid: 1,
      interface: 'monitor',
      event_name: 'TimestampFallback',
      event_msg: 'went back',
      event_time: 1_000 * (second + 6),
    },
    recordingStatus: {
      event_type: 332,
      ...byDomainAndApp,
      ...signed,
      session_id: '1896320684857164001',
      event_time: second + 7,
      record_event: 'record_error',
      seq: '1896320684857164002',
      record_detail: JSON.stringify({
        file_format: 3,
        record_bps: 0,
        start_model: 1,
        record_content: 1,
        source_type: 1,
      }),
    },
    abnormalRecording: {
      event_type: 341,
      appid,
      stream_id: streamId,
      session_id: '1896320684857164001',
      file_format: 'mp4',
      timestamp: second + 8,
      exception_level: 'warning',
      exception: { type: -10, occurs: 3, desc: 'desync' },
    },
    quality: {
      event_type: 343,
      ...byDomainAndApp,
      event_time: second + 9,
      function: 'QualityControl',
      class: 'Blur',
      score: 61.5,
      transcode_template_id: 7,
    },
    qualityOfFrames: {
      event_type: 345,
      ...byDomainAndApp,
      event_time: second + 10,
      function: 'Assessment',
      class: 'VMAF',
      average_score: 92.25,
      max_score: 99,
      min_score: 80,
      frames: [{ score: 99, time: 1 }],
    },
    subtitles: {
      event_type: 338,
      stream_id: streamId,
      channel_id: streamId,
      task_id: 'asr',
      data: {
        subtitle_tmp_res: [
          {
            src_txt: 'hello',
            dst_txt: 'hola',
            start_unix_time: second + 11,
            end_unix_time: second + 12,
            steady_state: true,
          },
        ],
      },
    },
    erasing: {
      event_type: 347,
      stream_id: streamId,
      channel_id: streamId,
      task_id: 'erase',
      data: {
        subtitle_tmp_res: [
          {
            src_txt: 'a bad word',
            start_unix_time: second + 13,
            end_unix_time: second + 14,
            keywords_info: [{ word: 'bad', begin_time: 1, end_time: 2 }],
          },
        ],
      },
    },
    summary: {
      event_type: 348,
      ...byDomain,
      begin_time: second + 1,
      end_time: second + 15,
      title: 'A title',
      summary: 'What was said.',
      key_words: ['one', 'two'],
      key_points: [],
    },
    highlight: {
      event_type: 349,
      ...byDomain,
      items: [
        {
          begin_time: second + 3,
          end_time: second + 16,
          title: 'A goal',
          summary: 'It was scored.',
          key_words: ['goal'],
          video_store_url: 'https://cos.example.com/c.mp4?sign=secret',
          cov_img_store_url: '',
        },
      ],
    },
  };
}
