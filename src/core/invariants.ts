/** What must hold after every event. Checked in tests after each one; costs O(tasks + dependencies). */
import { hasSession } from './event.ts';
import { globsOverlap } from './glob-overlap.ts';
import { neighbours } from './graph.ts';
import { InvariantViolation } from './invariant-violation.ts';
import {
  isActive,
  isBroken,
  isMet,
  noCounts,
  planned,
  type RunState,
  slotsUsed,
  type TaskState,
  taskAt,
  taskStatuses,
} from './run-state.ts';
import { cancelReason } from './schedule.ts';
import { needsKeeping } from './transitions.ts';

/** @throws InvariantViolation naming the first rule that does not hold */
export function checkInvariants(state: RunState): void {
  checkCounts(state);
  checkSlots(state);
  checkQueue(state);
  checkBudget(state);
  checkPools(state);
  checkAgents(state);
  checkExclusion(state);
  state.tasks.forEach((task, position) => {
    const wrong = brokenRule(state, task, position);
    if (wrong !== undefined) throw new InvariantViolation(wrong, planned(state, position).id);
  });
}

function checkCounts(state: RunState): void {
  const counts = noCounts();
  for (const task of state.tasks) counts[task.status]++;
  for (const status of taskStatuses) {
    if (counts[status] !== state.index.counts[status]) {
      throw new InvariantViolation(
        `${counts[status]} tasks are ${status}, ${state.index.counts[status]} are counted`,
      );
    }
  }
}

function checkSlots(state: RunState): void {
  const held = state.index.slots.filter((position) => position !== -1);
  if (held.length !== slotsUsed(state))
    throw new InvariantViolation(`${held.length} slots held, ${slotsUsed(state)} used`);
  if (new Set(held).size !== held.length) throw new InvariantViolation('a task holds two slots');
}

function checkQueue(state: RunState): void {
  const { integrationQueue, integrating } = state.record;
  const all = integrating === -1 ? integrationQueue : [...integrationQueue, integrating];
  if (new Set(all).size !== all.length || all.length !== state.index.counts.integrating) {
    throw new InvariantViolation(`${all.length} integrations for ${state.index.counts.integrating} tasks`);
  }
  if (state.record.phase === 'paused' && integrating !== -1)
    throw new InvariantViolation('paused while integrating');
  if (state.record.phase === 'paused' && slotsUsed(state) > 0)
    throw new InvariantViolation('paused while running');
}

/** SPEC §4: the budget is overdrawn by no more than what attempts used beyond what was set aside for them. */
function checkBudget({ tasks, record, index }: RunState): void {
  const sessions = tasks.flatMap(({ sessions: ended, attempt }) =>
    attempt === null ? ended : [...ended, attempt],
  );
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  for (const unit of ['tokens', 'costUsd'] as const) {
    // Dollars are sums of fractions.
    const rounding = unit === 'tokens' ? 0 : 1e-6;
    const spent = sum(sessions.map(({ used }) => used[unit]));
    if (Math.abs(spent - record.spent[unit]) > rounding)
      throw new InvariantViolation(`${spent} ${unit} are used, ${record.spent[unit]} are counted`);
    const setAside = sum(
      tasks.map(({ attempt }) => Math.max(0, (attempt?.reserved?.[unit] ?? 0) - (attempt?.used[unit] ?? 0))),
    );
    if (Math.abs(setAside - index.unused[unit]) > rounding)
      throw new InvariantViolation(`${setAside} ${unit} are set aside, ${index.unused[unit]} are counted`);
    const limit = record.budget[unit];
    if (limit === null) continue;
    const beyond = sum(
      sessions.map(({ used, reserved }) => Math.max(0, used[unit] - (reserved?.[unit] ?? 0))),
    );
    if (spent + setAside > limit + beyond + rounding)
      throw new InvariantViolation(`${spent} ${unit} used and ${setAside} set aside of ${limit}`);
  }
}

function checkPools(state: RunState): void {
  const inUse = new Map<string, number>();
  state.tasks.forEach(({ attempt }, position) => {
    if (attempt === null) return;
    for (const [pool, units] of Object.entries(planned(state, position).pools))
      inUse.set(pool, (inUse.get(pool) ?? 0) + units);
  });
  for (const [pool, units] of inUse) {
    const { pools } = state.index;
    if (units !== pools.used(pool)) throw new InvariantViolation(`${units} of pool ${pool} are not counted`);
    if (units > pools.size(pool)) throw new InvariantViolation(`${units} of pool ${pool} are in use`);
  }
}

/** Sessions are counted by agent, and no agent has more than the configuration allows. */
function checkAgents({ tasks, index }: RunState): void {
  const running = new Map<string, number>();
  for (const { attempt } of tasks) {
    if (attempt === null || !hasSession(attempt.kind)) continue;
    running.set(attempt.agent, (running.get(attempt.agent) ?? 0) + 1);
  }
  for (const [agent, sessions] of running) {
    if (sessions !== index.agents.used(agent))
      throw new InvariantViolation(`${sessions} sessions of ${agent} are not counted`);
    if (sessions > (index.agents.most(agent) ?? sessions))
      throw new InvariantViolation(`${sessions} sessions of ${agent} run`);
  }
}

/** No two tasks hold files that overlap. */
function checkExclusion(state: RunState): void {
  const holders = state.tasks.flatMap(({ holdsFiles }, position) => (holdsFiles ? [position] : []));
  for (const [index, one] of holders.entries()) {
    for (const other of holders.slice(0, index)) {
      const [a, b] = [planned(state, one), planned(state, other)];
      if (a.files.some((glob) => b.files.some((another) => globsOverlap(glob, another))))
        throw new InvariantViolation(`holds files of ${b.id}`, a.id);
    }
  }
}

/** The first rule a task breaks. */
function brokenRule(state: RunState, task: TaskState, position: number): string | undefined {
  const dependencies = Array.from(neighbours(state.graph.dependencies, position), (one) =>
    taskAt(state, one),
  );
  const unmet = dependencies.filter((dependency) => !isMet(dependency)).length;
  const counted = state.index.unmet[position];
  if (unmet !== counted) return `${unmet} dependencies are unmet, ${counted} are counted`;
  if (isActive(task.status) !== (task.attempt !== null))
    return `${task.status} with attempt ${task.attempt?.id}`;
  if (task.attempt !== null && state.index.slots[task.attempt.slot] !== position)
    return 'its slot is not its own';
  if (task.attempt !== null && cancelReason(state, task) !== undefined && !state.record.stopping) {
    if (!state.index.suspects.has(position)) return 'its attempt is to be cancelled, and would be forgotten';
  }
  if ((isActive(task.status) || task.status === 'ready') && unmet > 0)
    return `${task.status} with unmet dependencies`;
  if (task.status === 'waiting' && unmet === 0) return 'waits for nothing';
  if (task.status === 'waiting' && dependencies.some((one) => isBroken(one) || one.status === 'blocked')) {
    return 'waits below a broken task';
  }
  if (task.status === 'blocked' && !isBroken(taskAt(state, task.rootCause)))
    return 'blocked by a task that is not broken';
  if (task.status === 'integrating' && task.commit === null) return 'integrates nothing';
  if (task.charged > task.chargedLimit) return `used ${task.charged} of ${task.chargedLimit} sessions`;
  const ready = state.index.ready.has(position) || state.index.delayed.has(position);
  if (ready !== (task.status === 'ready' && !task.paused))
    return `${task.status}, but the ready queue says otherwise`;
  if (state.index.toKeep.has(position) && !needsKeeping(state, position))
    return 'a worktree is kept for nobody';
  return undefined;
}
