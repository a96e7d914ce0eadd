/** One measurement of claim (f), as a process of its own: makes a random plan, analyses it, prints what that took as JSON. */
import { performance } from 'node:perf_hooks';
import { analyse } from '../src/core/analysis/analyse.ts';
import { makeTask, type Plan, taskId } from '../src/core/plan.ts';

const count = Number(process.argv[2]);

/** Park and Miller's: a plan is the same at each measurement. */
let seed = 7;
function random(below: number): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % below;
}

function randomPlan(): Plan {
  const tasks = Array.from({ length: count }, (_, position) =>
    makeTask({
      id: taskId(`T-${position}`),
      body: 'What the agent is told.',
      dependsOn:
        position < 2
          ? []
          : [...new Set([random(position), random(position)])].map((other) => taskId(`T-${other}`)),
      files: [`src/part-${position}/**`],
    }),
  );
  return { name: 'Bench', source: 'plan.yaml', format: 'native', tasks, pools: {} };
}

const plan = randomPlan();
const start = performance.now();
analyse(plan);
const elapsedMs = performance.now() - start;
console.log(JSON.stringify({ elapsedMs, peakMb: process.resourceUsage().maxRSS / 1024 }));
