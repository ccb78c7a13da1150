import { describe } from '@jest/globals';
import { appendContract } from './contract/append.ts';
import { atomicityContract } from './contract/atomicity.ts';
import { contentContract } from './contract/content.ts';
import { followingContract } from './contract/following.ts';
import { idempotenceContract } from './contract/idempotence.ts';
import { lagContract } from './contract/lag.ts';
import { lifetimeContract } from './contract/lifetime.ts';
import type { OpenStore } from './contract/opened-store.ts';
import { readingContract } from './contract/reading.ts';
import { embedded, type ContractParameters } from './contract/parameters.ts';
import { truncationContract } from './contract/truncation.ts';

/**
 * What every adapter of the event store promises: an adapter is what passes this. The numbers are stable, so that code,
 * decisions and issues can name a promise; a new promise gets the next free number of its part.
 */
export function eventStoreContract(name: string, open: OpenStore, parameters: ContractParameters = embedded): void {
  describe(`event store contract: ${name}`, () => {
    describe('1 append', () => {
      appendContract(open);
    });
    describe('2 atomicity', () => {
      atomicityContract(open);
    });
    describe('3 idempotence', () => {
      idempotenceContract(open);
    });
    describe('4 reading', () => {
      readingContract(open);
    });
    describe('5 following', () => {
      followingContract(open);
    });
    describe('6 lag', () => {
      lagContract(open);
    });
    describe('7 names and data', () => {
      contentContract(open);
    });
    describe('8 identity and lifetime', () => {
      lifetimeContract(open);
    });
    describe('9 truncation', () => {
      truncationContract(open, parameters);
    });
  });
}
