/** Which agent and model work on a task: what the plan says, else the first rule that fits, else the usual agent. */
import { estimatedDurationMs } from '../estimate.ts';
import type { Task } from '../plan.ts';
import type { RoutingRule, RunSettings, TaskSize } from '../settings.ts';

/** Who works on a task. */
export interface Route {
  readonly agent: string;
  /** Absent: the agent's own. */
  readonly model?: string;
}

type Routed = Pick<Task, 'agent' | 'command' | 'labels' | 'module' | 'estimate' | 'outline'>;

/** @param charged sessions on the task so far that counted */
export function routeOf(
  task: Routed,
  { agent: usual, routing = [] }: Pick<RunSettings, 'agent' | 'routing'>,
  charged = 0,
): Route {
  const own = task.agent ?? (task.command === undefined ? undefined : 'command');
  if (routing.length === 0) return { agent: own ?? usual };
  const rule = routing.find(
    (one) => fits(one, task, charged) && (own === undefined || one.agent === undefined || one.agent === own),
  );
  const agent = own ?? rule?.agent ?? usual;
  return rule?.model === undefined ? { agent } : { agent, model: rule.model };
}

/** Every agent that may come to work on a task, sooner or later. */
export function routesOf(
  task: Routed,
  settings: Pick<RunSettings, 'agent' | 'routing'>,
  sessions: number,
): readonly Route[] {
  const later = new Set(
    (settings.routing ?? []).flatMap(({ attempt = 1 }) => (attempt <= sessions ? [attempt - 1] : [])),
  );
  return [...new Set([0, ...later])].map((charged) => routeOf(task, settings, charged));
}

function fits({ labels, modules, sizes, attempt = 1 }: RoutingRule, task: Routed, charged: number): boolean {
  const { module = '' } = task;
  return (
    charged + 1 >= attempt &&
    (labels?.some((label) => task.labels.includes(label)) ?? true) &&
    (modules?.some((one) => module === one || module.startsWith(`${one.replace(/\/$/, '')}/`)) ?? true) &&
    (sizes?.includes(sizeOf(task)) ?? true)
  );
}

const HOUR_MS = 3_600_000;

export function sizeOf(task: Pick<Task, 'estimate' | 'outline'>): TaskSize {
  const durationMs = estimatedDurationMs(task);
  return durationMs <= HOUR_MS ? 'small' : durationMs <= 4 * HOUR_MS ? 'medium' : 'large';
}
