import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * Words that names and comments do not use, because a newcomer would have to learn them first, and what to write
 * instead. A phrase is also refused as a name: `wake up` refuses `wakeUp` and `WAKE_UP`.
 */
export const retiredWords: readonly (readonly [words: readonly string[], instead: string])[] = [
  [['tell', 'tells', 'telling', 'told', 'retell', 'retold'], 'view, viewOf; to send, to report, to say'],
  [['standing', 'standings'], 'status of a session, health of a node'],
  [['stands', 'stood'], 'is, is stored, differs'],
  [['place', 'places'], 'position; of "in place of": instead of'],
  [['held'], 'write cache, cached, kept in memory; of a lock: taken'],
  [['wake up', 'wakeup', 'wakeups', 'wakes up', 'woken up', 'woke up'], 'notifier, to notify'],
  [['look again', 'looks again', 'looked again', 'looking again'], 'to check again, to wait for a position'],
  [['kept thread', 'kept threads'], 'supervised worker, worker committer'],
  [['follower', 'followers', 'followed'], 'replica, its subscription, a copied change'],
  [['desk', 'desks'], 'decisions of operators'],
  [['sweep', 'sweeps', 'sweeper', 'sweeping', 'swept'], 'retention, to delete what expired'],
  [['handed out', 'hand out', 'hands out', 'handing out'], 'reassigned'],
  [['share used up', 'shares used up'], 'quarantine full'],
  [['outlet', 'outlets'], 'backpressure'],
  [['unrecorded'], 'rejection, rejected'],
  [['steadiness'], 'clock-jump detector'],
  [['presence'], 'availability; of a field: whether it is set'],
  [['letter', 'letters'], 'delivery request; of text: character'],
  [['hint', 'hints'], 'matcher'],
  [['sign of life', 'signs of life'], 'activity'],
];

/** A word in one file, or in all of a folder, that is right there, and why. */
export interface Exception {
  readonly file: string;
  readonly words: string;
  readonly reason: string;
}

export const exceptions: readonly Exception[] = [
  { file: 'test/', words: 'followed', reason: 'notFollowedBecause is a field of Projection in the schema' },
  {
    file: 'src/quarantine/quarantine-type.ts',
    words: 'held',
    reason: 'HELD is a value of QuarantineStatus in the schema',
  },
  { file: 'src/lists/filters-type.ts', words: 'presence', reason: 'PresenceFilter is an input of the schema' },
  {
    file: 'src/api/node-resolver.ts',
    words: 'followed',
    reason: 'notFollowedBecause is a field of Projection in the schema',
  },
  { file: 'src/mcp/ledger-server.ts', words: 'hint', reason: 'readOnlyHint is a name of the Model Context Protocol' },
  { file: 'test/mcp/', words: 'hint', reason: 'the same' },
  {
    file: 'src/relay/relay-runs.ts',
    words: 'sign of life',
    reason: 'SIGN_OF_LIFE is stored in the read models',
  },
];

/** Names, not words of a sentence: of these only the whole name is refused. */
export const retiredNames: readonly (readonly [name: string, instead: string])[] = [
  ['reached', 'checkpoint, position'],
];

const phrasesByFirstWord = new Map<string, { readonly phrase: readonly string[]; readonly instead: string }[]>();
for (const [family, instead] of retiredWords) {
  for (const phrase of family.map((words) => words.split(' '))) {
    const [first = ''] = phrase;
    phrasesByFirstWord.set(first, [...(phrasesByFirstWord.get(first) ?? []), { phrase, instead }]);
  }
}

/** Whether a text may have one of them, in any of the ways that a word is written: parsing each file takes seconds. */
const mayOffend = new RegExp(
  [...retiredWords.flatMap(([family]) => family), ...retiredNames.map(([name]) => name)]
    .map((phrase) => phrase.split(' ').map(spellings).join('[^a-zA-Z]*'))
    .join('|'),
);

function spellings(word: string): string {
  return `(?:(?<![a-z])${word}|${word.charAt(0).toUpperCase()}${word.slice(1)}|${word.toUpperCase()})`;
}

/** This file: it names them. */
const listFile = 'test/structure/retired-words.ts';

export interface Offence {
  readonly file: string;
  readonly line: number;
  readonly words: string;
  readonly instead: string;
}

/** The retired words in the names and comments of the TypeScript files under `folder`, and in the files' own names. */
export function retiredWordsIn(root: string, folder: string): Offence[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => path.posix.join(folder, file))
    .filter((file) => file !== listFile)
    .sort()
    .flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      return [
        ...offencesOf(file, [{ text: file, line: 0 }]),
        ...(mayOffend.test(text) ? offencesOf(file, linesOf(withoutLiterals(file, text))) : []),
      ];
    })
    .filter(({ file, words }) => !exceptions.some((other) => file.startsWith(other.file) && other.words === words));
}

/** The same text with blanks for what strings, templates and regular expressions say: it may be on disk or in a schema. */
function withoutLiterals(file: string, text: string): string {
  const parts: string[] = [];
  let end = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)) {
      parts.push(text.slice(end, node.getStart()), text.slice(node.getStart(), node.end).replace(/[^\n]/g, ' '));
      end = node.end;
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return [...parts, text.slice(end)].join('');
}

interface Line {
  readonly text: string;
  readonly line: number;
}

const linesOf = (text: string): Line[] => text.split('\n').map((line, index) => ({ text: line, line: index + 1 }));

function offencesOf(file: string, lines: readonly Line[]): Offence[] {
  // One sequence of words, so that a phrase is also found where a comment wraps.
  const words = lines.flatMap(({ text, line }) =>
    // What is followed by something else is no follower.
    wordsOf(text.replace(/^\s*(\/\/|\/?\*+)/, ' ').replace(/followed by/g, ' ')).map((word) => ({ word, line })),
  );
  const wordOffences = words.flatMap(({ word: first, line }, index) =>
    (phrasesByFirstWord.get(first) ?? [])
      .filter(({ phrase }) => phrase.every((word, offset) => words[index + offset]?.word === word))
      .map(({ phrase, instead }) => ({ file, line, words: phrase.join(' '), instead })),
  );
  const nameOffences = lines.flatMap(({ text, line }) =>
    /^\s*(\/\/|\/?\*)/.test(text)
      ? []
      : retiredNames
          .filter(([name]) => new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(text.replace(/\/\/.*/, '')))
          .map(([name, instead]) => ({ file, line, words: name, instead })),
  );
  return [...wordOffences, ...nameOffences];
}

/** `wakeUpAll` and `WAKE_UP_ALL` are three words each. */
function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}
