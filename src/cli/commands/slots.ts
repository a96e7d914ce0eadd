/** `tutti slots N`: more or fewer attempts at once; lowering cancels nothing. */
import { ProblemError, problem } from '../../core/problem.ts';
import { type RequestOptions, requestCommand } from '../request-command.ts';
import { tooManySlots } from '../slots-limit.ts';

export const command = requestCommand<RequestOptions>(([text = ''], _options, { home }) => {
  const slots = Number(text);
  const { maxParallel } = home.config;
  const tooMany = tooManySlots(slots, maxParallel);
  if (tooMany) throw new ProblemError([tooMany]);
  if (Number.isInteger(slots) && slots >= 1) return { type: 'slots-requested', slots };
  const fix = `Give a whole number from 1 to ${maxParallel}.`;
  throw new ProblemError([problem('usage', `${text} is no number of slots.`, fix)]);
});
