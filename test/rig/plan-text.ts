/** Plans as text in tests: one task a line, `B: A, C` means that B depends on A and C. */
import { makeTask, type Plan, type Task, taskId } from '../../src/core/plan.ts';

export function planFrom(text: string, change: (task: Task) => Task = (task) => task): Plan {
  const tasks = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', dependencies = ''] = line.split(':');
      const dependsOn = dependencies
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
        .map(taskId);
      return change(makeTask({ id: taskId(id.trim()), dependsOn }));
    });
  return { name: 'test', source: 'test', format: 'native', tasks, pools: {} };
}
