/** Tells environments apart in which the same step on the same tree may end differently. */
import { createHash } from 'node:crypto';
import type { GateStep } from '../core/plan.ts';

/** A hash of what a gate step meets besides the tree: system, Node version, and where programs are looked for. */
export function environmentFingerprint(env: Readonly<Record<string, string>>): string {
  return hash([process.platform, process.arch, process.version, env.PATH ?? '']);
}

/** The key under which a pass is remembered: same tree, same command, same environment. A step's name and limit do not matter. */
export const passKey = (tree: string, step: GateStep, fingerprint: string): string =>
  hash([tree, step.run, fingerprint]);

const hash = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
