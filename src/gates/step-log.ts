/** Marks each gate step's section in a log file. The output between is written by the supervisor. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GateStep } from '../core/plan.ts';

export interface StepLog {
  begin(step: GateStep): void;
  end(step: GateStep, text: string): void;
}

/** A log that cannot be written never harms the gate: a full disk is noticed by those whose work needs it. */
export function openStepLog(file: string): StepLog {
  const write = (text: string): void => {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      appendFileSync(file, text, { mode: 0o600 });
    } catch {
      // See above.
    }
  };
  return {
    begin: ({ name, run }) => write(`\n--- gate step ${oneLine(name)}: ${oneLine(run)}\n`),
    end: ({ name }, text) => write(`\n--- gate step ${oneLine(name)} ${text}\n`),
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200);
