import { describe, expect, it } from 'vitest';
import { planFrom } from '../../test/rig/plan-text.ts';
import { analyse } from '../core/analysis/analyse.ts';
import { pictureOf } from './picture.ts';

const draw = (text: string, done: readonly string[] = []) => {
  const plan = planFrom(text, (task) => ({
    ...task,
    body: 'x',
    status: done.includes(task.id) ? 'done' : 'todo',
  }));
  const { tasks, lines, waves } = pictureOf(analyse(plan));
  return {
    tasks: tasks.map(({ id, wave, look, critical }) => `${id} ${wave} ${look}${critical ? ' critical' : ''}`),
    lines: lines.map(({ from, to, kind }) => `${tasks[from]?.id}-${tasks[to]?.id} ${kind}`),
    waves,
  };
};

describe('pictureOf', () => {
  it('tells what is special about tasks and lines', () => {
    expect(draw('A\nB: A\nC: B\nD: B, C, A', ['A'])).toEqual({
      tasks: ['A 0 done', 'B 1 ready critical', 'C 2 waiting critical', 'D 3 waiting critical'],
      lines: ['A-B plain', 'B-C critical', 'A-D redundant', 'B-D redundant', 'C-D critical'],
      waves: [1, 1, 1, 1],
    });
  });

  it('cuts a cycle where it is met first, and leaves out what is not in the plan', () => {
    expect(draw('A\nB: A, D\nC: B\nD: C\nE: D, X')).toEqual({
      tasks: ['A 0 ready', 'B 1 error', 'C 2 error', 'D 3 error', 'E 4 error'],
      lines: ['A-B plain', 'D-B back', 'B-C plain', 'C-D plain', 'D-E plain'],
      waves: [1, 1, 1, 1, 1],
    });
  });

  it('of an empty plan is empty', () => {
    expect(draw('')).toEqual({ tasks: [], lines: [], waves: [] });
  });
});
