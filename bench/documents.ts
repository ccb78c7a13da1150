/**
 * How long does the worst document take that is accepted? Each kind is repeated as often as the bounds accept.
 * Run: npx tsx bench/documents.ts (a few seconds).
 */
import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { graphqlTokensMax } from '../src/connections/limits.ts';
import { assertBounded, assertComparable } from '../src/api/execution/document-bounds.ts';
import { documentErrorsMax } from '../src/api/execution/documents.ts';

const schema = buildSchema(readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8'));
const rounds = 25;
/** More repetitions than any bound accepts. */
const repetitionsMax = 2_000;
/** Each level has twice as many fields. */
const treeLevelsMax = 9;

const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** Two children each, so that fields of many parents are compared with each other. */
function tree(depth: number): string {
  if (depth === 0) return 'id';
  const child = `${depth % 2 === 0 ? 'relayTasks' : 'streamSessions'}{${tree(depth - 1)}}`;
  return `${child}${child}`;
}

const kinds: Readonly<Record<string, (count: number) => string>> = {
  'same spreads': (n) => `{${times(n, () => '...f')}} fragment f on Query{projections{name}}`,
  'unknown spreads': (n) => `{${times(n, (i) => `...f${i}`)}}`,
  'unknown spreads many sets': (n) => `{${times(n, (i) => `projections{${times(10, (j) => `...f${i}_${j}`)}}`)}}`,
  'frag chain': (n) =>
    `{...f0} ${times(n, (i) => `fragment f${i} on Query{...f${i + 1}}`)} fragment f${n} on Query{projections{name}}`,
  'all to all': (n) =>
    `{...f0} ${times(n, (i) => `fragment f${i} on Query{${times(n - i, (j) => `...f${i + j + 1}`)} }`)} fragment f${n} on Query{projections{name}}`,
  mutual: (n) => `{...f0} ${times(n, (i) => `fragment f${i} on Query{${times(n, (j) => `...f${j}`)}}`)}`,
  'ops x chain': (n) =>
    `${times(50, (i) => `query q${i}{...f0}`)} ${times(n, (i) => `fragment f${i} on Query{...f${i + 1} __typename}`)} fragment f${n} on Query{projections{name}}`,
  'ops x vars': (n) =>
    `${times(50, (i) => `query q${i}($a:Int){...f0}`)} ${times(n, (i) => `fragment f${i} on Query{...f${i + 1} a${i}:streamSessions(first:$a){liveFrom}}`)} fragment f${n} on Query{projections{name}}`,
  'n frags at once 1': (n) =>
    `{streamSessions{nodes{${times(n, (i) => `...f${i}`)}}}} ${times(n, (i) => `fragment f${i} on StreamSession{id}`)}`,
  'n frags at once fields': (n) =>
    `{streamSessions{nodes{${times(n, (i) => `...f${i}`)}}}} ${times(n, (i) => `fragment f${i} on StreamSession{id state sequence}`)}`,
  'n frags objects': (n) =>
    `{streamSessions{nodes{${times(n, (i) => `...f${i}`)}}}} ${times(n, (i) => `fragment f${i} on StreamSession{relayTasks{taskId}}`)}`,
  'n frags objects w frags': (n) =>
    `{streamSessions{nodes{${times(n, (i) => `...f${i}`)}}}} ${times(n, (i) => `fragment f${i} on StreamSession{relayTasks{...g${i}}} fragment g${i} on RelayTask{taskId}`)}`,
  'field repeated': (n) => `{${times(n, () => 'projections{name}')}}`,
  'field repeated leaf': (n) => `{streamSessions{nodes{${times(n, () => 'id')}}}}`,
  'field w args': (n) => `{${times(n, () => 'streamSessions(first:1){nodes{id}}')}}`,
  'field w big args': (n) =>
    `{${times(n, () => 'streamSessions(filter:{and:[{sequence:{eq:"1"}},{sequence:{eq:"2"}}]}){liveFrom}')}}`,
  'fields in fields': (n) => `{streamSessions{nodes{${times(n, () => 'relayTasks{streamSessions{id}}')}}}}`,
  tree: (n) => (n > treeLevelsMax ? '' : `{relayTasks{nodes{${tree(n)}}}}`),
  inline: (n) => `{streamSessions{nodes{${times(n, () => '...{relayTasks{id}}')}}}}`,
  'inline args': (n) => `{${times(n, () => '...{streamSessions(first:1){nodes{id}}}')}}`,
  'spread everywhere': (n) =>
    `{${times(n, (i) => `a${i}:streamSession(sequence:1){...f}`)}} fragment f on StreamSession{${times(190, (i) => `b${i}:id`)}}`,
  'spread everywhere b': (n) =>
    `{${times(n, (i) => `a${i}:streamSession(sequence:1){...f}`)}} fragment f on StreamSession{${times(60, (i) => `a${i}:id`)}}`,
  'spread everywhere c': (n) =>
    `{${times(100, (i) => `a${i}:streamSession(sequence:1){...f0}`)}} ${times(n, (i) => `fragment f${i} on StreamSession{...f${i + 1} id}`)} fragment f${n} on StreamSession{id}`,
  'conflict aliases': (n) => `{${times(n, (at) => `x:${at % 2 === 0 ? 'callbacks' : 'streamSessions'}{liveFrom}`)}}`,
  'unknown fields': (n) => `{${times(n, (i) => `strem${i}`)}}`,
  'unknown fields long': (n) => `{${times(n, (i) => `s${'x'.repeat(100)}${i}`)}}`,
  'unknown types': (n) => `${times(n, (i) => `fragment f${i} on StreamSesion{a}`)} {__typename}`,
  'unknown inline types': (n) => `{${times(n, (i) => `...on StreamSesion${i}{a}`)}}`,
  'unknown args': (n) => `{streamSessions(${times(n, (i) => `filtr${i}:1`)}){liveFrom}}`,
  'unknown enum': (n) =>
    `{streamSessions(orderBy:{field:STARTD}){liveFrom} ${times(n, (i) => `b${i}:streamSessions(orderBy:{field:STARTD${i}}){liveFrom}`)}}`,
  'obj values': (n) => `{streamSessions(filter:{${times(n, (i) => `a${i}:1`)}}){liveFrom}}`,
  'list values': (n) => `{streamSessions(first:[${times(n, () => '1')}]){liveFrom}}`,
  'filter values': (n) => `{streamSessions(filter:{and:[${times(n, () => '{sequence:{eq:"1"}}')}]}){liveFrom}}`,
  'vars used': (n) =>
    `query(${times(n, (i) => `$a${i}:Int`)}){${times(n, (i) => `b${i}:streamSessions(first:$a${i}){liveFrom}`)}}`,
  'vars unused': (n) => `query(${times(n, (i) => `$a${i}:Int`)}){__typename}`,
  directives: (n) => `{__typename ${times(n, () => '@a')}}`,
  'repeated skip': (n) => `{__typename ${times(n, () => '@skip(if:true)')}}`,
  deep: (n) => `{streamSessions{nodes{${'relayTasks{streamSessions{'.repeat(n)}id${'}}'.repeat(n)}}}}`,
  'distinct leaves': (n) => `{${times(n, (i) => `a${i}:__typename`)}}`,
  abstract: (n) =>
    `{node(id:1){${times(n, (i) => `... on ${['StreamSession', 'RelayTask', 'CallbackRecord', 'QuarantinedCallback'][i % 4]}{id}`)}}}`,
  introspection: (n) => `{__schema{types{${times(n, () => 'fields{type{name}}')}}}}`,
  'introspection frag': (n) =>
    `{__schema{types{${times(n, (i) => `...f${i}`)}}}} ${times(n, (i) => `fragment f${i} on __Type{...f${(i + 1) % n} name}`)}`,
};

function check(text: string): void {
  const document = parse(text, { maxLexicalTokens: graphqlTokensMax });
  assertBounded(document);
  assertComparable(document);
}

function isAccepted(text: string): boolean {
  try {
    check(text);
    return true;
  } catch {
    return false;
  }
}

/** The most repetitions that are accepted. */
function mostOf(make: (count: number) => string): number {
  let [least, most] = [1, repetitionsMax];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (isAccepted(make(middle))) least = middle;
    else most = middle - 1;
  }
  return least;
}

function medianMs(run: () => unknown): string {
  const taken = Array.from({ length: rounds }, () => {
    const begunMs = performance.now();
    run();
    return performance.now() - begunMs;
  }).sort((one, other) => one - other);
  return (taken[Math.floor(rounds / 2)] ?? 0).toFixed(2);
}

process.stdout.write('| kind | repetitions | characters | counting, ms | validating, ms |\n|---|---|---|---|---|\n');
for (const isWarm of [false, true]) {
  for (const [kind, make] of Object.entries(kinds)) {
    const count = mostOf(make);
    const text = make(count);
    const document = parse(text);
    const counting = medianMs(() => {
      assertBounded(document);
      assertComparable(document);
    });
    const validating = medianMs(() => validate(schema, document, undefined, { maxErrors: documentErrorsMax }));
    if (isWarm) process.stdout.write(`| ${kind} | ${count} | ${text.length} | ${counting} | ${validating} |\n`);
  }
}
