/** The fake journal keeps the contract, and dies where it is told to. */
import { expect, it } from 'vitest';
import { journalContract, sampleEvents } from '../contracts/journal.contract.ts';
import { emptyDisk, MemoryJournal, SimulatedCrash } from './memory-journal.ts';

journalContract('MemoryJournal', () => {
  const disk = emptyDisk();
  return {
    open: () => new MemoryJournal(disk),
    openFull: () => new MemoryJournal(disk, () => 'fail'),
    dispose: () => {},
  };
});

it.each([
  ['crash-before', 1],
  ['crash-after', 2],
] as const)('with %s at the second append %i events are left for the next one', (wish, left) => {
  const disk = emptyDisk();
  const journal = new MemoryJournal(disk, (appends) => (appends === 2 ? wish : undefined));
  journal.append(sampleEvents(1, 1));
  expect(() => journal.append(sampleEvents(2, 2))).toThrow(SimulatedCrash);
  expect(() => journal.append(sampleEvents(3, 3))).toThrow(SimulatedCrash);
  expect([...new MemoryJournal(disk).read(0)]).toEqual(sampleEvents(1, left));
});
