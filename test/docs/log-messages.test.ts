import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { loggedMessages } from '../../build/reference/log-messages.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(path.join(root, 'docs/log-messages.md'), 'utf8');

test('the messages of the service are found in its code, each with the level that it is logged at', () => {
  const logged = loggedMessages(root);
  expect(logged.size).toBeGreaterThan(70);
  expect(logged.get('an export was cut off')).toBe(40);
  // One of a table of messages, and one whose end is computed.
  expect(logged.get('EventStoreDB answers again')).toBe(30);
});

test('the warnings about settings that docs/log-messages.md lists are those of the code', () => {
  const [, section = ''] = page.split('\n## Warnings about settings\n');
  const listed = [...section.matchAll(/`([^`]+…[^`]*)`/g)].map(([, message = '']) => message);
  const code = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'))
    .join('');
  const longest = (text: string) => text.split('…').sort((one, other) => other.length - one.length)[0] ?? '';
  expect(listed.length).toBeGreaterThan(6);
  expect(listed.filter((message) => !code.includes(longest(message).trim()))).toEqual([]);
});
