/** Keeps this process cheap to copy: every program that it starts costs a copy of its page table. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Stops the young generation of the heap from growing. V8 lets it grow to 32 MB while modules are loaded and a plan is
 * read; from then on the system has all its pages to protect at each start of a program, and to copy when they are
 * written next. docs/PERFORMANCE.md has what that costs a run, and what a small one costs a replay.
 */
export function keepHeapYoung(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Gives back what reading the plan or the journal has left, some 20 ms once: a run carries it along for hours else. */
export function dropGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
