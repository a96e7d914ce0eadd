/** What every real agent has to get through, with a model's service of our own. Each says how it is configured, and what its service answers. */
import { afterEach, describe, expect } from 'vitest';
import { it } from '../rig/e2e-test.ts';
import { type Answer, type ModelServer, type Question, startModelServer } from '../rig/model-server.ts';
import type { Project, StartOptions } from '../rig/project.ts';
import {
  interruptAndResume,
  interruptedModel,
  killAndResume,
  killedModel,
  outlastOverload,
  overloadedModel,
  runThreeTasks,
  stopAtRefusal,
  threeTasksGate,
  threeTasksModel,
  waitForQuota,
} from './scenarios.ts';

type Settings = Readonly<Record<string, unknown>>;
type Refused = Extract<Answer, { readonly status: number }>;

/** Makes a project for an agent whose model answers so. */
export type Prepare = (
  project: Project,
  answer: (question: Question) => Answer,
  settings?: Settings,
) => Promise<StartOptions>;

export interface RealAgent {
  readonly title: string;
  /** Undefined where it is not installed. */
  readonly program: string | undefined;
  readonly timeoutMs?: number;
  readonly configure: (project: Project, server: ModelServer, settings: Settings) => Promise<StartOptions>;
  /** What a session of two answers uses. */
  readonly session: object;
  /** Of the plan of three tasks. */
  readonly planSettings?: Settings;
  /** It writes its session down when it has time to, and may have to be told everything again. */
  readonly mayForget?: boolean;
  readonly wrongKey: Refused;
  /** What is said of it then. */
  readonly loggedOut: RegExp;
  readonly usedUp: Refused;
  /** Absent: it tries again by itself, for longer than a test may take. */
  readonly overloaded?: Refused;
  /** What only this agent has to show. */
  readonly more?: (prepare: Prepare) => void;
}

export function describeRealAgent(agent: RealAgent): void {
  const { title, program, timeoutMs = 240_000, configure, overloaded, more } = agent;
  describe.skipIf(program === undefined)(title, { timeout: timeoutMs }, () => {
    let server: ModelServer | undefined;
    afterEach(() => server?.close());
    const prepare: Prepare = async (project, answer, settings = {}) => {
      server = await startModelServer(answer);
      return configure(project, server, settings);
    };

    it('does a plan with a conflict and a failing gate, and its tokens are counted', async ({ project }) => {
      const settings = { ...agent.planSettings, gate: threeTasksGate };
      const ended = await runThreeTasks(project, await prepare(project, threeTasksModel, settings));
      const used = new Map<unknown, unknown>();
      for (const { type, attempt, usage } of ended.events)
        if (type === 'usage-reported') used.set(attempt, usage);
      expect([...used.values()]).toEqual(Array.from({ length: 5 }, () => agent.session));
    });

    it('is cancelled with all that it started, and goes on with what it had done', async ({ project }) => {
      const model = interruptedModel();
      await interruptAndResume(project, await prepare(project, model.answer), model);
    });

    it('is killed with its engine, thrice at once, and goes on in the same sessions', async ({ project }) => {
      const model = killedModel();
      await killAndResume(project, await prepare(project, model.answer, { slots: 3 }), model);
      if (agent.mayForget !== true) expect([...model.told]).toEqual([]);
    });

    it('stops the run when its key is wrong', async ({ project }) => {
      const fault = await stopAtRefusal(project, await prepare(project, () => agent.wrongKey));
      expect(fault?.message).toMatch(agent.loggedOut);
    });

    it('waits when its quota is used up', async ({ project }) => {
      await waitForQuota(project, await prepare(project, () => agent.usedUp));
    });

    it.skipIf(overloaded === undefined)(
      'is tried again, and not charged, when the service is overloaded',
      async ({ project }) => {
        const model = overloadedModel(overloaded as Refused);
        await outlastOverload(project, await prepare(project, model, { retries: 0 }));
      },
    );

    more?.(prepare);
  });
}
