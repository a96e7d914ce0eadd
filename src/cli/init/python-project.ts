/** What the files of a Python project say about set-up and gate. */
import { nothing, type ProjectFiles, type ProjectGuess } from './project-guess.ts';

const requirements = ['requirements-dev.txt', 'dev-requirements.txt', 'requirements.txt'];
/** Where a project says that it tests with pytest. */
const mentions: readonly (readonly [string, RegExp])[] = [
  ...['pyproject.toml', 'setup.cfg', 'tox.ini', ...requirements].map((name) => [name, /\bpytest\b/] as const),
  ['uv.lock', /^name = "pytest"$/m],
  ['poetry.lock', /^name = "pytest"$/m],
];
const VENV = 'python3 -m venv .venv';

export function readPythonProject(files: ProjectFiles): ProjectGuess {
  const lists = requirements.filter(files.has);
  const isPackage = files.has('pyproject.toml') || files.has('setup.py');
  const [list] = lists;
  if (files.has('uv.lock')) return guess(files, 'uv.lock', 'uv sync --locked', 'uv run ');
  if (files.has('poetry.lock')) return guess(files, 'poetry.lock', 'poetry install', 'poetry run ');
  if (list !== undefined) {
    const install = lists.map((file) => `-r ${file}`).join(' ');
    return guess(files, list, `${VENV} && .venv/bin/pip install -q ${install}`, '.venv/bin/');
  }
  if (!isPackage) return nothing;
  const from = files.has('pyproject.toml') ? 'pyproject.toml' : 'setup.py';
  return guess(files, from, `${VENV} && .venv/bin/pip install -q -e .`, '.venv/bin/');
}

function guess(files: ProjectFiles, from: string, install: string, prefix: string): ProjectGuess {
  const setup = [{ command: install, from }];
  const evidence = mentions.find(([name, pattern]) => pattern.test(files.text(name)))?.[0];
  if (evidence !== undefined || files.has('pytest.ini'))
    return { ...nothing, setup, gate: [{ command: `${prefix}pytest`, from: evidence ?? 'pytest.ini' }] };
  const tests = ['tests', 'test'].find(files.has);
  if (tests === undefined) return { ...nothing, setup };
  const command = `${prefix}python -m unittest discover -s ${tests}`;
  return { ...nothing, setup, gate: [{ command, from: `${tests}/` }] };
}
