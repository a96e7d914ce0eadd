import { describe, expect, it } from 'vitest';
import { makeTask, type Task, taskId } from '../plan.ts';
import type { RoutingRule } from '../settings.ts';
import { routeOf, routesOf, sizeOf } from './routing.ts';

const task = (more: Partial<Task> = {}): Task => makeTask({ id: taskId('T'), ...more });
const HOUR_MS = 3_600_000;

describe('who works on a task', () => {
  const docs: RoutingRule = { labels: ['docs', 'text'], agent: 'gemini' };
  const deep: RoutingRule = { modules: ['src/db'], sizes: ['large'], agent: 'claude-code', model: 'opus' };
  const late: RoutingRule = { attempt: 3, model: 'strong' };
  const big = { estimate: { durationMs: 5 * HOUR_MS } };

  it.each<[string, Partial<Task>, readonly RoutingRule[], number, string]>([
    ['nobody in particular', {}, [docs, deep], 0, 'usual'],
    ['one of the labels', { labels: ['x', 'text'] }, [docs], 0, 'gemini'],
    ['the module and the size', { module: 'src/db', ...big }, [deep], 0, 'claude-code opus'],
    ['a module within', { module: 'src/db/pool', ...big }, [deep], 0, 'claude-code opus'],
    ['a module that only begins alike', { module: 'src/dbms', ...big }, [deep], 0, 'usual'],
    ['the module but not the size', { module: 'src/db' }, [deep], 0, 'usual'],
    ['the first that fits', { labels: ['docs'], module: 'src/db', ...big }, [docs, deep], 0, 'gemini'],
    ['the second session', {}, [late], 1, 'usual'],
    ['the third session', {}, [late], 2, 'usual strong'],
    ['a later one', {}, [late], 3, 'usual strong'],
    ["the plan's own agent", { agent: 'mine', labels: ['docs'] }, [docs], 0, 'mine'],
    ["a model for the plan's own agent", { agent: 'mine' }, [docs, { model: 'm' }], 0, 'mine m'],
    [
      'a rule for that agent',
      { agent: 'gemini', labels: ['docs'] },
      [{ ...docs, model: 'm' }],
      0,
      'gemini m',
    ],
    ['a task with a command', { command: 'true', labels: ['docs'] }, [docs], 0, 'command'],
  ])('%s', (_, more, routing, charged, expected) => {
    const { agent, model } = routeOf(task(more), { agent: 'usual', routing }, charged);
    expect([agent, model].filter(Boolean).join(' ')).toBe(expected);
  });

  it('knows everybody who may come to work on it', () => {
    const settings = {
      agent: 'usual',
      routing: [
        { attempt: 2, agent: 'b' },
        { attempt: 5, agent: 'never' },
      ],
    };
    expect(routesOf(task(), settings, 4).map(({ agent }) => agent)).toEqual(['usual', 'b']);
  });
});

it.each([
  [{ durationMs: HOUR_MS }, 'small'],
  [{ durationMs: HOUR_MS + 1 }, 'medium'],
  [{ commits: 8 }, 'medium'],
  [{ commits: 9 }, 'large'],
  [{}, 'small'],
])('a task that takes %j is %s', (estimate, size) => expect(sizeOf(task({ estimate }))).toBe(size));
