/** Guesses from the files at a repository's root how it is set up and verified. Reads only; whether it works is tried elsewhere. */
import { readNodeProject } from './node-project.ts';
import { filesOf, type Guess, nothing, type ProjectFiles, type ProjectGuess } from './project-guess.ts';
import { readPythonProject } from './python-project.ts';

/** A repository may hold several kinds of project; a Makefile is asked only when nothing else is known. */
export function detectProject(root: string): ProjectGuess {
  const files = filesOf(root);
  const kinds = [
    readNodeProject(files),
    readCargo(files),
    readGo(files),
    readJava(files),
    readPythonProject(files),
  ];
  const found = {
    setup: kinds.flatMap(({ setup }) => setup),
    gate: kinds.flatMap(({ gate }) => gate),
    remarks: kinds.flatMap(({ remarks }) => remarks),
  };
  return found.gate.length > 0 ? found : { ...found, gate: readMakefile(files) };
}

// Cargo, Go, Maven and Gradle fetch what they need while they build, into caches that all worktrees share.
function readCargo(files: ProjectFiles): ProjectGuess {
  if (!files.has('Cargo.toml')) return nothing;
  return { ...nothing, gate: [{ command: 'cargo test', from: 'Cargo.toml' }] };
}

function readGo(files: ProjectFiles): ProjectGuess {
  if (!files.has('go.mod')) return nothing;
  return { ...nothing, gate: [{ command: 'go test ./...', from: 'go.mod' }] };
}

function readJava(files: ProjectFiles): ProjectGuess {
  if (files.has('pom.xml')) {
    const program = files.has('mvnw') ? './mvnw' : 'mvn';
    return { ...nothing, gate: [{ command: `${program} -q verify`, from: 'pom.xml' }] };
  }
  const from = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'].find(files.has);
  if (from === undefined) return nothing;
  return { ...nothing, gate: [{ command: `${files.has('gradlew') ? './gradlew' : 'gradle'} check`, from }] };
}

function readMakefile(files: ProjectFiles): Guess[] {
  const from = ['GNUmakefile', 'makefile', 'Makefile'].find(files.has);
  if (from === undefined) return [];
  const text = files.text(from);
  const target = ['test', 'check'].find((name) => new RegExp(`^${name}\\s*:(?!=)`, 'm').test(text));
  return target === undefined ? [] : [{ command: `make ${target}`, from }];
}
