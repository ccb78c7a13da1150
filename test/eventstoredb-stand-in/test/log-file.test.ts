import { appendFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { AppendedLine } from '../server/log-file.ts';
import { LogFile } from '../server/log-file.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

const line = (streamName: string): AppendedLine => ({ streamName, firstRevision: '0', createdTicks: '0', events: [] });

test('a line that a kill tore is cut off, and the log goes on where it began', () => {
  const folder = makeTemporaryFolder();
  const open = () => {
    const told: [position: number, streamName: string][] = [];
    const file = new LogFile(folder.path, (position, { streamName }) => told.push([position, streamName]));
    return { file, told };
  };
  try {
    const { file } = open();
    file.append(line('whole'));
    const { end } = file;
    file.close();
    const [name = ''] = readdirSync(folder.path);
    appendFileSync(path.join(folder.path, name), JSON.stringify(line('torn')).slice(0, -1));

    const { file: opened, told } = open();
    expect(told.map(([, streamName]) => streamName)).toEqual(['whole']);
    expect(opened.end).toBe(end);
    opened.append(line('after'));
    opened.close();
    const { file: again, told: all } = open();
    again.close();
    expect(all).toEqual([...told, [end, 'after']]);
  } finally {
    folder.remove();
  }
});
