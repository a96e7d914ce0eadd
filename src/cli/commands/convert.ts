/** `tutti convert`: writes any plan that can be read as a native one, and proves that it is the same before it has its name. */
import { extname, resolve } from 'node:path';
import { diagnose } from '../../core/analysis/diagnose.ts';
import type { Plan, Task } from '../../core/plan.ts';
import { hasErrors, type Problem, ProblemError, problem, problemDocument } from '../../core/problem.ts';
import { readPlan } from '../../readers/detect.ts';
import { type NativeSyntax, nativeText } from '../../readers/native-text.ts';
import { plainText } from '../../view/plain-text.ts';
import { exitCode } from '../exit-code.ts';
import { findTopLevel, readSource } from '../load-plan.ts';
import type { Action } from '../program.ts';
import { tellProblems } from '../tell-error.ts';
import type { Terminal } from '../terminal.ts';
import { counted, shellWord } from '../wrapped-text.ts';
import { writeWhole } from '../write-file.ts';

export interface ConvertOptions {
  readonly format?: string;
  /** `-` is standard output. */
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const DEFAULT_OUT = 'plan.yaml';

export const command: Action<ConvertOptions> = async (terminal, [given], options) => {
  const { format, out = DEFAULT_OUT, force = false, json = false } = options;
  const syntax = syntaxOf(out, json);
  const choice = { command: 'convert', terminal, asks: true, json };
  const root = findTopLevel(terminal.cwd);
  const { plan, problems } = await readSource(given, { cwd: terminal.cwd, format, root, choice });
  // What could not be read would be missing from the result, and nobody would see it.
  if (hasErrors(problems)) throw new ProblemError(problems.filter(({ severity }) => severity === 'error'));
  const text = nativeText(plan, syntax);
  if (out === '-') {
    terminal.print(text.trimEnd());
    return exitCode.allDone;
  }
  const check = (temporary: string): Promise<void> => refuseOther(plan, temporary);
  await writeWhole(resolve(terminal.cwd, out), text, { force, check, shown: out });
  const found = [...problems, ...diagnose(plan)].filter(({ severity }) => severity !== 'info');
  terminal.print(
    json ? JSON.stringify(toDocument(plan, out, found), null, 2) : reportText(plan, out, found, terminal),
  );
  return exitCode.allDone;
};

function syntaxOf(out: string, json: boolean): NativeSyntax {
  const refuse = (message: string, fix: string): never => {
    throw new ProblemError([problem('usage', message, fix)]);
  };
  if (out === '-')
    return json ? refuse('--json and --out - both want standard output', 'Leave one of them out.') : 'yaml';
  const ending = extname(out).toLowerCase();
  if (ending === '.json') return 'json';
  if (ending === '.yaml' || ending === '.yml') return 'yaml';
  return refuse(`${out} is no name of a native plan`, 'Name a .yaml, .yml or .json file.');
}

/** @throws ProblemError when what was written is not what was read */
async function refuseOther(plan: Plan, file: string): Promise<void> {
  const { plan: read, problems } = await readPlan(file, { format: 'native' });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const reason = errors[0]?.message.replaceAll(file, 'the result') ?? difference(plan, read);
  if (reason === undefined) return;
  const fix = 'Convert a part of the plan; nothing was written.';
  throw new ProblemError([
    problem('unsupported', `The plan cannot be written as a native one: ${reason}`, fix),
  ]);
}

/** The first thing in which two plans differ, places and what the source declares without effect aside; undefined when nothing does. */
export function difference(plan: Plan, read: Plan): string | undefined {
  if (plan.name !== read.name) return 'the name differs';
  if (!isSame(plan.pools, read.pools)) return 'the pools differ';
  if (plan.tasks.length !== read.tasks.length) return 'the number of tasks differs';
  for (const [position, task] of plan.tasks.entries()) {
    const before = fieldsOf(task);
    const after = fieldsOf(read.tasks[position] as Task);
    const fields = new Set([...before.keys(), ...after.keys()]);
    for (const field of fields)
      if (!isSame(before.get(field), after.get(field))) return `${field} of ${task.id} differs`;
  }
  return undefined;
}

const fieldsOf = ({
  location,
  dependencyLocations,
  dependencyReasons,
  declaredWave,
  waveScope,
  ...task
}: Task): ReadonlyMap<string, unknown> => new Map(Object.entries(task));

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const inferredCount = ({ tasks }: Plan): number =>
  tasks.reduce((sum, { dependencyReasons = {} }) => sum + Object.keys(dependencyReasons).length, 0);

const dependencyCount = ({ tasks }: Plan): number =>
  tasks.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);

function reportText(plan: Plan, out: string, found: readonly Problem[], terminal: Terminal): string {
  tellProblems(found, terminal);
  const inferred = inferredCount(plan);
  const parts = [
    counted(plan.tasks.length, 'task'),
    `${counted(dependencyCount(plan), 'dependency', 'dependencies')}${inferred === 0 ? '' : ` (${inferred} inferred)`}`,
  ];
  const from = `from ${plainText(plan.source)} (${plan.format})`;
  return `Wrote ${plainText(out)}: ${parts.join(', ')}, ${from}.\nNext: tutti analyze ${shellWord(out)}`;
}

const toDocument = (plan: Plan, out: string, found: readonly Problem[]) => ({
  schemaVersion: 1,
  kind: 'conversion',
  from: { source: plan.source, format: plan.format },
  to: { file: out, format: 'native' },
  name: plan.name,
  tasks: plan.tasks.length,
  dependencies: dependencyCount(plan),
  inferred: inferredCount(plan),
  problems: found.map(problemDocument),
});
