/** The setting `sandbox`: what it may say, for all agents and for one. What it does is the agents' affair. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { flag, listOf, text } from './fields.ts';

/** What a session in the sandbox may reach. */
export interface SandboxConfig {
  /** Hosts it may connect to; `*.example.org` are all below that one, `:443` only that port. */
  readonly domains: readonly string[];
  /** Folders it may write to besides its worktree and its private folders; absolute. */
  readonly write: readonly string[];
  /** Folders and files that it may not even read; absolute. */
  readonly hide: readonly string[];
  /** Where the system allows no new /proc, as in most containers. */
  readonly nested: boolean;
}

const host = text.refine(isHost, {
  error: 'expected a host such as api.example.org, *.example.org or localhost:8080, without scheme and path',
});

function isHost(value: string): boolean {
  const [, port = '1'] = /^(?:localhost|(?:\*\.)?[\w-]+(?:\.[\w-]+)+)(?::(\d{1,5}))?$/.exec(value) ?? [
    '',
    '0',
  ];
  return Number(port) >= 1 && Number(port) <= 65_535;
}

const rules = z.strictObject(
  {
    domains: listOf(host).optional(),
    write: listOf(text).optional(),
    hide: listOf(text).optional(),
    nested: flag.optional(),
  },
  { error: ({ code }) => (code === 'invalid_type' ? EXPECTED : undefined) },
);
const EXPECTED = 'expected true, false, or a map of domains, write, hide and nested';

export const sandboxKeys: readonly string[] = Object.keys(rules.shape);

/** `true` is a map that allows nothing. Each problem of a map is told where it stands. */
export const sandbox = z.unknown().transform((value, context): z.infer<typeof rules> | false => {
  if (value === false || value === 'false') return false;
  const parsed = rules.safeParse(value === true || value === 'true' ? {} : value);
  if (parsed.success) return parsed.data;
  // They are what it wants, input included; only its type is narrower.
  const issues: unknown[] = context.issues;
  issues.push(...parsed.error.issues.map((issue) => ({ ...issue, input: value })));
  return z.NEVER;
});

/** With everything said, and paths as they count from the folder of the file that says them. */
export function placedSandbox(
  given: z.infer<typeof sandbox>,
  folder: string,
  home: string,
): SandboxConfig | false {
  if (given === false) return false;
  const placed = (paths: readonly string[] = []): string[] =>
    paths.map((path) => resolve(folder, path.replace(/^~(?=\/|$)/, home)));
  const { domains = [], write, hide, nested = false } = given;
  return { domains, write: placed(write), hide: placed(hide), nested };
}
