/** The files of the demo's repository: its plan, its gate, its configuration. Writes none of them. */
import { demoTasks, PLAN_FOLDER, planFiles } from './demo-plan.ts';
import { CONFLICTING, demoRecipe, FAILING } from './demo-recipe.ts';

export interface ProjectOptions {
  /** Durations are divided by it. */
  readonly speed: number;
  /** Where state goes, relative to the repository; undefined: where it always goes. */
  readonly stateDir: string | undefined;
}

/** File contents by path. */
export function projectFiles(options: ProjectOptions): Record<string, string> {
  return {
    'README.md': readme,
    'FEATURES.md': 'Features that are switched on at start, in order:\n\n',
    'check.sh': gate,
    'tutti.yaml': configuration(options),
    ...planFiles(),
  };
}

const readme = `# The demo of tutti

A product that does not exist: ${demoTasks.length} tasks in \`${PLAN_FOLDER}\`, a gate in \`check.sh\`, the agents in
\`tutti.yaml\`. The agents are scripted: they make real commits and use no model.
`;

// Plain sh and awk: it has to run in milliseconds on any machine, ninety times.
const gate = `#!/bin/sh
# The gate: is everything here consistent?
#   - each file of a task says which task and part it is
#   - no check of a task found anything
#   - no task is here before the task it depends on
#   - ${CONFLICTING.file} is sorted, without repetition and without conflict markers
cd "$(dirname "$0")" || exit 2
set -- ${PLAN_FOLDER}/*.md ${CONFLICTING.file}
for file in modules/*/*/*.txt; do
  [ -e "$file" ] && set -- "$@" "$file"
done
awk '
  function bad(text) { print text; failed = 1 }
  FNR == 1 { name = FILENAME; sub(/.*\\//, "", name); split(name, part, "[-.]"); id = part[1] "-" part[2] }
  /^(<<<<<<<|=======|>>>>>>>)/ { bad(FILENAME ":" FNR ": conflict marker") }
  FILENAME ~ /^docs/ && $1 == "**Dependencies**:" && $2 ~ /^T-/ { needs[id] = $2 }
  name == "${FAILING.file}" && $0 != "passes" { bad(FILENAME ": " $0) }
  FILENAME ~ /^modules/ && name != "${FAILING.file}" && FNR == 1 {
    here[id] = 1
    if ($1 != id || $2 != part[3]) bad(FILENAME ": calls itself " $1 " " $2)
  }
  FILENAME == "${CONFLICTING.file}" && $1 == "scripted:" {
    if ($2 <= last) bad(FILENAME ":" FNR ": " $2 " is not in order")
    last = $2
  }
  END {
    for (id in here) if (id in needs && !(needs[id] in here)) bad(id " is here without " needs[id])
    exit failed
  }
' "$@" && echo "$# files are consistent"
`;

// JSON is YAML, and a line a task is easier to read than what a YAML writer makes of it.
function configuration({ speed, stateDir }: ProjectOptions): string {
  const tasks = Object.entries(demoRecipe(speed)).map(
    ([id, recipe]) => `        ${id}: ${JSON.stringify(recipe)}`,
  );
  return `# Made by \`tutti demo\`: what its agents do is written down here, instead of a model deciding it.
agent: demo
gate:
  - { name: check, run: sh check.sh, timeout: 1m }
${stateDir === undefined ? '' : `stateDir: ${JSON.stringify(stateDir)}\n`}agents:
  demo:
    driver: scripted
    recipe:
      tasks:
${tasks.join('\n')}
`;
}
