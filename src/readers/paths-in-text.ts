/** Finds the file names in a line of prose: in code marks or bare, where they look like files and not like words with a dot. */

/** Endings by which a name without a folder is taken for a file. */
const fileEndings = new Set(
  `astro bash bat bicep c cc cfg cjs clj cmake conf cpp cs cshtml csproj css csv cts cue dart dockerfile env erl ex exs
  fs go gradle graphql h hbs hcl heex hpp hrl html ini ipynb java jl js json jsonc jsx kt kts less lock lua m md mdx mjs
  mk ml mm mts nix php pl prisma properties proto ps1 py r rb resx rs sass scala scss sh sln sql svelte svg swift tcl tf
  toml ts tsx txt vue xml yaml yml zig`.split(/\s+/),
);
/** Without code marks these are products, not files: `Node.js`. */
const doubtfulEndings = new Set(['js', 'm', 'c', 'h', 'r', 'go', 'rs', 'env', 'lock']);
const knownNames = /^(?:Dockerfile|Makefile|Gemfile|Rakefile|Procfile|LICENSE|CODEOWNERS)$/;
const MAX_PATH = 300;

/** The paths in order, each once; `:12-34` behind a path is left out. */
export function pathsInText(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/`([^`]*)`|([^\s`]+)/g)) {
    const [, code, word] = match;
    const path = code === undefined ? bareWord(word ?? '') : code.trim();
    const plain = withoutLines(path);
    if (looksLikeFile(plain, code !== undefined)) found.push(plain);
  }
  return [...new Set(found)];
}

const bareWord = (word: string): string =>
  word.replace(/^[("'[*]+/, '').replace(/(?:[)"'\]*,;:!?]|\.(?=$|[)"'\]*,;:!?]))+$/, '');

/** `src/a.ts:12-34` and `src/a.ts:14,100` are `src/a.ts`. */
export const withoutLines = (path: string): string =>
  path.replace(/:\d[\d,\s–-]*$/, '').replace(/#L\d[\dL-]*$/, '');

function looksLikeFile(path: string, inCode: boolean): boolean {
  if (path.length > MAX_PATH || !/^[\w.@~*[\]{}(),+$/\\-]+$/u.test(path) || /^(?:-|\/\/|\.{3})/.test(path))
    return false;
  if (/^\/?(?:specs?|contracts)\//.test(path)) return false;
  const name = path.split('/').at(-1) ?? '';
  const hasFolder = path.includes('/') && !path.startsWith('/');
  if (knownNames.test(name)) return true;
  const [, stem = '', ending] = /^(.*)\.([A-Za-z*][\w*]{0,9})$/.exec(name) ?? [];
  if (hasFolder && inCode && name === '') return true;
  if (ending === undefined) return false;
  if (hasFolder) return true;
  const known = fileEndings.has(ending.toLowerCase());
  return known && (inCode || (stem !== '' && !doubtfulEndings.has(ending.toLowerCase())));
}
