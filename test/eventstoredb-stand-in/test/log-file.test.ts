import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { AppendedLine } from '../server/log-file.ts';
import { LogFile } from '../server/log-file.ts';

const line = (streamName: string): AppendedLine => ({ streamName, firstRevision: '0', createdTicks: '0', events: [] });

test('removes a line that was only partly written when the process was killed, and appends after the last whole one', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'log-file-'));
  const open = () => {
    const lines: [position: number, streamName: string][] = [];
    const file = new LogFile(folder, (position, { streamName }) => lines.push([position, streamName]));
    return { file, lines };
  };
  try {
    const { file } = open();
    file.append(line('whole'));
    const { end } = file;
    file.close();
    const [name = ''] = readdirSync(folder);
    appendFileSync(path.join(folder, name), JSON.stringify(line('torn')).slice(0, -1));

    const { file: opened, lines } = open();
    expect(lines.map(([, streamName]) => streamName)).toEqual(['whole']);
    expect(opened.end).toBe(end);
    opened.append(line('after'));
    opened.close();
    const { file: again, lines: all } = open();
    again.close();
    expect(all).toEqual([...lines, [end, 'after']]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
