/** `tutti slots N`: more or fewer attempts at once; lowering cancels nothing. */
import { ProblemError, problem } from '../../core/problem.ts';
import { type RequestOptions, requestCommand } from '../request-command.ts';

export const command = requestCommand<RequestOptions>(([text = ''], _options, { home }) => {
  const slots = Number(text);
  const { maxParallel } = home.config;
  if (Number.isInteger(slots) && slots >= 1 && slots <= maxParallel)
    return { type: 'slots-requested', slots };
  if (slots > maxParallel) {
    const raise = 'Give fewer, or raise limits.maxParallel in tutti.yaml.';
    throw new ProblemError([
      problem('usage', `${text} slots are more than limits.maxParallel allows (${maxParallel}).`, raise),
    ]);
  }
  const fix = `Give a whole number from 1 to ${maxParallel}.`;
  throw new ProblemError([problem('usage', `${text} is no number of slots.`, fix)]);
});
