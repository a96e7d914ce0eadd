/** Names for completion, from the repository the user is in. Makes nothing, and finds nothing where something is wrong. */
import type { Terminal } from '../terminal.ts';
import type { Candidate, Names } from './complete.ts';

/** Loads what a question needs when it is asked: most key presses need none of it. */
export function repositoryNames({ cwd, env }: Pick<Terminal, 'cwd' | 'env'>): Names {
  const place = async () => {
    const [compose, { loadConfig }] = await Promise.all([
      import('../../compose.ts'),
      import('../../config/sources.ts'),
    ]);
    const { repository } = await compose.openRepository(cwd);
    const sources = { root: repository?.topLevel, cwd, env, flags: {} };
    const loaded = loadConfig(sources);
    const journal = repository && {
      commonFolder: repository.commonDir,
      env,
      stateDir: loaded.config?.stateDir,
    };
    return { compose, repository, loaded, journal };
  };
  return {
    tasks: (run) =>
      quietly(async () => {
        const { compose, journal } = await place();
        const tasks = journal ? compose.peekTasks(journal, run) : [];
        return tasks.map(({ id, title }) => ({ value: id, about: title }));
      }),
    runs: () =>
      quietly(async () => {
        const { compose, journal } = await place();
        const runs = journal ? compose.peekRuns(journal) : [];
        return runs.map(({ id, plan, status }) => ({ value: id, about: `${plan}, ${status}` }));
      }),
    agents: () =>
      quietly(async () => {
        const { compose, loaded } = await place();
        const agents = compose.openAgents({ agents: loaded.config?.agents ?? {} });
        agents.close();
        return agents.names.map(asCandidate);
      }),
    branches: () =>
      quietly(async () => {
        const { compose, repository } = await place();
        return repository ? [...(await compose.listBranches(repository))].map(asCandidate) : [];
      }),
    formats: () => quietly(async () => (await import('../../readers/detect.ts')).formats.map(asCandidate)),
    settings: () =>
      quietly(async () => {
        const [{ loaded }, list] = await Promise.all([place(), import('../../config/setting-list.ts')]);
        const agents = Object.keys(loaded.config?.agents ?? {}).map((name) => `agents.${name}`);
        return [...list.settingKeys, ...agents].map(asCandidate);
      }),
    valuesOf: (setting) =>
      quietly(async () => (await import('../../config/schema.ts')).choicesOf(setting).map(asCandidate)),
  };
}

const asCandidate = (value: string): Candidate => ({ value, about: '' });

/** Somebody who presses a key wants no error. */
const quietly = (find: () => Promise<readonly Candidate[]>): Promise<readonly Candidate[]> =>
  find().catch(() => []);
