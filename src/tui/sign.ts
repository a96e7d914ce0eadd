/** One sign for each state a task can be in, the same wherever it is listed; a word says the same beside it. */
import type { TaskView } from '../view/run-view.ts';
import { type Span, toned } from './row.ts';

export function signOf({ status, soon }: Pick<TaskView, 'status' | 'soon'>): Span {
  switch (status) {
    case 'done':
    case 'skipped':
      return toned('✓', 'good');
    case 'running':
    case 'verifying':
      return toned('▒', 'busy');
    case 'integrating':
      return toned('⇡', 'busy');
    case 'needs-attention':
    case 'needs-review':
      return toned('!', 'bad');
    case 'blocked':
    case 'cancelled':
      return toned('×', 'bad');
    case 'ready':
      return toned('○', 'dim');
    case 'waiting':
      return soon ? toned('◦', 'busy') : toned('·', 'dim');
  }
}
