/** The table of commands: names, arguments, options, examples. What a command does is in `commands/`, loaded when it runs. */
import { InvalidArgumentError, Option } from 'commander';
import { conflictRules, orders, schedules } from '../core/settings.ts';
import type { CommandSpec } from './program.ts';
import { reportForms } from './report/report-output.ts';

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Give a whole number of at least 1.');
  return value;
};
/** `false` is what a `--no-…` before it has left: the last word counts. */
const collect = (text: string, before: readonly string[] | false | undefined): string[] => [
  ...(before || []),
  text,
];

const json = new Option('--json', 'print JSON with a schemaVersion');
const yes = new Option('--yes', 'do not ask');
const run = new Option('--run <id>', 'which run; the last one by default');
const format = new Option('--format <name>', 'read the plan in this format, for example task-master');
const slots = new Option('--slots <n>', 'attempts that may run at once').argParser(number);
const budget = new Option(
  '--budget <amount>',
  'what the run may use: tokens such as 2M, or money such as $40',
);
const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
};
const detach = new Option('--detach', 'run the engine on its own and come back at once');

export const commands: readonly CommandSpec[] = [
  {
    name: 'demo',
    summary: 'watch 45 tasks run in a repository made for it; needs no agent and no network',
    options: () => [
      new Option('--keep <folder>', 'put the repository there instead of a temporary folder'),
      slots,
      json,
    ],
    examples: ['tutti demo', 'tutti demo --slots 3'],
    load: () => import('./commands/demo.ts'),
  },
  {
    name: 'init',
    summary: 'find set-up, gate and plans of this repository, try them, and write tutti.yaml',
    options: () => [
      new Option('--force', 'overwrite an existing tutti.yaml'),
      new Option('--dry-run', 'print it only'),
      json,
    ],
    examples: ['tutti init', 'tutti init --dry-run'],
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'analyze',
    arguments: '[plan]',
    summary: 'waves, critical path, bounds and problems of a plan',
    options: () => [
      format,
      slots,
      new Option('--strict', 'take warnings for errors'),
      new Option('--full', 'no limit on costly parts'),
      new Option('--html', 'a page with the graph, for a browser; one file, needs no network'),
      new Option('--svg', 'the graph as a picture'),
      new Option('--mermaid', 'the graph as Mermaid, for Markdown'),
      new Option('--dot', 'the graph as DOT, for Graphviz'),
      new Option('--out <file>', 'write it there; a name such as plan.html says the form, too'),
      json,
    ],
    examples: [
      'tutti analyze',
      'tutti analyze docs/plan --json',
      'tutti analyze plan.yaml --slots 4',
      'tutti analyze --out plan.html',
    ],
    load: () => import('./commands/analyze.ts'),
  },
  {
    name: 'check',
    arguments: '[plan]',
    summary: 'would this plan run here, and in parallel: plan, git, agents, gate, disk, budget',
    options: () => [
      format,
      new Option('--agent <name>', 'agent for tasks that name none'),
      new Option('--command <text>', 'the text that `run` would be given as the agent'),
      slots,
      new Option('--gate <command>', 'a command that must pass; may be given several times').argParser(
        collect,
      ),
      new Option('--no-gate', 'results will be accepted that nothing verifies'),
      new Option('--target <branch>', 'the branch that `run` would integrate into'),
      new Option('--schedule <name>', 'when ready tasks would start').choices([...schedules]),
      new Option('--order <name>', 'order of ready tasks').choices([...orders]),
      new Option('--conflicts <rule>', 'tasks whose files overlap').choices([...conflictRules]),
      budget,
      new Option('--conservative', 'two slots, wave by wave, at least 50k tokens set aside per attempt'),
      new Option('--retries <n>', 'sessions after the first that a task may have'),
      new Option('--land', '`run` would fast-forward your branch'),
      new Option('--redo', 'count tasks that are in the target already'),
      new Option('--yes', 'as `run` has it; nothing is asked here'),
      new Option('--detach', 'as `run` has it; nothing goes on here'),
      new Option('--no-run', 'do not run set-up and gate'),
      new Option('--strict', 'take warnings for a no'),
      json,
    ],
    examples: [
      'tutti check',
      'tutti check docs/plan --agent mine --budget 2M',
      'tutti check --no-run --json',
    ],
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'simulate',
    arguments: '[plan]',
    summary: 'how long a run would take and cost: the engine itself, on a clock that does not wait',
    options: () => [
      format,
      slots,
      new Option('--schedule <name>', 'when tasks may start').choices(schedules),
      new Option('--order <name>', 'order of ready tasks').choices(orders),
      budget,
      new Option('--conservative', 'two slots, wave by wave, at least 50k tokens for each task'),
      new Option(
        '--failures <percent>',
        'so many of 100 attempts fail at the gate and are repaired (0: none)',
      ),
      new Option(
        '--what-if <change>',
        'compare slots=2..10, schedule, order or failures=0..30; may be given several times',
      ).argParser(collect),
      new Option('--drop-edge <A:B>', 'without this dependency; may be given several times').argParser(
        collect,
      ),
      new Option('--groups <groups>', '1,2:3,4 runs 1 and 2 together, then 3 and 4; ids or positions'),
      new Option('--samples <n>', 'runs that are simulated; 200 by default, fewer of large plans').argParser(
        number,
      ),
      new Option('--seed <n>', 'another seed gives other durations; 1 by default').argParser(wholeNumber),
      new Option('--html', 'a page with the Gantt chart, for a browser; one file, needs no network'),
      new Option('--svg', 'the Gantt chart as a picture'),
      new Option('--out <file>', 'write it there; a name such as run.html says the form, too'),
      json,
    ],
    examples: [
      'tutti simulate',
      'tutti simulate plan.yaml --slots 4 --failures 10%',
      'tutti simulate plan.yaml --what-if slots=2..10',
      'tutti simulate plan.yaml --drop-edge T-001:T-004 --groups 1,2:3,4',
      'tutti simulate plan.yaml --out run.html',
    ],
    load: () => import('./commands/simulate.ts'),
  },
  {
    name: 'convert',
    arguments: '[plan]',
    summary: 'write any plan that tutti reads as plan.yaml',
    options: () => [
      new Option('--to <name>', 'the format to write').choices(['native']).default('native'),
      new Option('--out <file>', 'a .yaml or .json file, - for standard output; plan.yaml by default'),
      format,
      new Option('--force', 'replace an existing file'),
      json,
    ],
    examples: ['tutti convert specs/001-checkout --to native', 'tutti convert docs/plan.md --out plan.json'],
    load: () => import('./commands/convert.ts'),
  },
  {
    name: 'run',
    arguments: '[plan]',
    summary: 'execute a plan: each task by an agent in a worktree, verified, merged',
    options: () => [
      format,
      new Option('--agent <name>', 'agent for tasks that name none'),
      new Option('--command <text>', 'run this text with `sh -c` as the agent'),
      slots,
      new Option('--gate <command>', 'a command that must pass; may be given several times').argParser(
        collect,
      ),
      new Option('--no-gate', 'accept results that nothing verifies'),
      new Option('--target <branch>', 'integrate into this branch; a new one by default'),
      new Option('--schedule <name>', 'when ready tasks start').choices([...schedules]),
      new Option('--order <name>', 'order of ready tasks').choices([...orders]),
      new Option('--conflicts <rule>', 'tasks whose files overlap').choices([...conflictRules]),
      budget,
      new Option('--conservative', 'two slots, wave by wave, at least 50k tokens set aside per attempt'),
      new Option('--retries <n>', 'sessions after the first that a task may have'),
      new Option('--land', 'fast-forward your branch when all is done'),
      new Option('--redo', 'run tasks again that are in the target already'),
      new Option('--strict', 'take warnings of the plan for errors'),
      detach,
      yes,
      json,
    ],
    examples: [
      'tutti run docs/plan --agent scripted --gate "npm test"',
      'tutti run plan.yaml --command \'my-agent < "$TUTTI_PROMPT_FILE"\' --yes',
      'tutti run --slots 4 --land',
      'tutti run --budget 2M --schedule threshold',
    ],
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'resume',
    arguments: '[run-or-task]',
    summary: 'go on with a run: after a pause, a crash, or a retry; or with a task that was paused',
    options: () => [
      slots,
      budget,
      new Option('--land', 'fast-forward your branch when all is done'),
      detach,
      json,
    ],
    examples: [
      'tutti resume',
      'tutti resume --budget 3M',
      'tutti resume 20261121-0831-k3f9x',
      'tutti resume T-004',
    ],
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'status',
    arguments: '[run]',
    summary: 'where a run stands',
    options: () => [
      new Option('--all', 'every task, not only those of interest'),
      new Option('--follow', 'then a line for each event, until the run comes to rest; ends with its code'),
      json,
    ],
    examples: ['tutti status', 'tutti status --json', 'tutti status --follow && tutti land'],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'watch',
    arguments: '[run]',
    summary: 'the dashboard of a run that goes on, or of one that has come to rest',
    options: () => [],
    examples: ['tutti watch'],
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'logs',
    arguments: '<task>',
    summary: 'what the agent and the gate of a task printed',
    options: () => [
      new Option('--attempt <n>', 'one attempt only').argParser(number),
      new Option('--raw', 'as it was printed, where an agent prints data'),
      new Option('-f, --follow', 'go on with what is printed from now on, until the task is through'),
      run,
      json,
    ],
    examples: ['tutti logs T-003', 'tutti logs T-003 --attempt 2', 'tutti logs -f T-003'],
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'why',
    arguments: '<task>',
    summary: 'why a task has not started, or what happened to it',
    options: () => [run, json],
    examples: ['tutti why T-003'],
    load: () => import('./commands/why.ts'),
  },
  {
    name: 'report',
    arguments: '[run]',
    summary: 'what a run came to: times, costs, every task, what needs a person; of a run in any phase',
    options: () => [
      new Option('--format <form>', 'how it is written').choices([...reportForms]),
      new Option('--output <file>', 'write it there; a name such as report.html says the form, too'),
      new Option('--compare <run>', 'set it side by side with another run'),
      json,
    ],
    examples: [
      'tutti report',
      'tutti report --format markdown',
      'tutti report --output report.html',
      'tutti report --compare 20261121-0831-k3f9x',
    ],
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'prompt',
    arguments: '<task> [plan]',
    summary: 'what the agent of a task is told: of the last run, or of a plan that has not run',
    options: () => [run, format],
    examples: ['tutti prompt T-003', 'tutti prompt T-003 plan.yaml'],
    load: () => import('./commands/prompt.ts'),
  },
  {
    name: 'pause',
    arguments: '[task]',
    summary: 'start nothing new, let what runs finish, then pause; or leave one task alone for now',
    options: () => [new Option('--now', 'cancel what runs; its work stays on its branches'), run, json],
    examples: ['tutti pause', 'tutti pause --now', 'tutti pause T-004'],
    load: () => import('./commands/pause.ts'),
  },
  {
    name: 'cancel',
    arguments: '[task]',
    summary: 'cancel a task, or the whole run',
    options: () => [new Option('--satisfied', 'let its dependents go on as if it were done'), run, yes, json],
    examples: ['tutti cancel T-003', 'tutti cancel T-003 --satisfied', 'tutti cancel --yes'],
    load: () => import('./commands/cancel.ts'),
  },
  {
    name: 'retry',
    arguments: '<task>',
    summary: 'give a task that needs somebody one more allowance of sessions',
    options: () => [
      new Option('--fresh', 'start its branch over (what it had is kept aside)'),
      new Option('--note <text>', 'tell the agent something'),
      run,
      json,
    ],
    examples: ['tutti retry T-003 --note "use the v2 API"', 'tutti retry T-003 --fresh'],
    load: () => import('./commands/retry.ts'),
  },
  {
    name: 'resolve',
    arguments: '<task>',
    summary: 'you have done the task yourself: commit, verify and integrate it',
    options: () => [new Option('--done <commit>', 'it is in the target already, by this commit'), run, json],
    examples: ['tutti resolve T-003', 'tutti resolve T-003 --done 4f2c1a9'],
    load: () => import('./commands/resolve.ts'),
  },
  {
    name: 'slots',
    arguments: '<n>',
    summary: 'change the number of slots while a run goes on',
    options: () => [run, json],
    examples: ['tutti slots 3'],
    load: () => import('./commands/slots.ts'),
  },
  {
    name: 'land',
    arguments: '[run]',
    summary: 'fast-forward your branch to what a run has integrated',
    options: () => [json],
    examples: ['tutti land'],
    load: () => import('./commands/land.ts'),
  },
  {
    name: 'clean',
    arguments: '[run]',
    summary: 'delete branches and worktrees whose work is proven to be safe elsewhere; shows them first',
    options: () => [yes, json],
    examples: ['tutti clean', 'tutti clean --yes'],
    load: () => import('./commands/clean.ts'),
  },
  {
    name: 'config',
    arguments: '[action] [key] [value...]',
    summary: 'show settings and where they come from, and change them: get, set, unset, list',
    options: () => [
      new Option('--show-origin', 'say where each value comes from'),
      new Option('--user', 'the file of all your repositories instead of tutti.yaml'),
      json,
    ],
    examples: [
      'tutti config list --show-origin',
      'tutti config get slots',
      'tutti config set gate "npm run lint" "npm test"',
      "tutti config set --user agents.mine '{ driver: command, command: my-agent }'",
      'tutti config unset retries',
    ],
    load: () => import('./commands/config.ts'),
  },
  {
    name: 'completion',
    arguments: '<shell>',
    summary: 'print the script by which bash, zsh or fish complete commands, options and ids',
    options: () => [],
    examples: [
      'source <(tutti completion bash)',
      'source <(tutti completion zsh)',
      'tutti completion fish > ~/.config/fish/completions/tutti.fish',
    ],
    load: () => import('./commands/completion.ts'),
  },
  {
    name: 'doctor',
    summary: 'is this machine fit: Node, git, identity, disk, agents',
    options: () => [json],
    examples: ['tutti doctor'],
    load: () => import('./commands/doctor.ts'),
  },
];
