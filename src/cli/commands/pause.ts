/** `tutti pause`: nothing new starts; with `--now`, what runs is cancelled as well. */
import { type RequestOptions, requestCommand } from '../request-command.ts';

export const command = requestCommand<RequestOptions & { readonly now?: boolean }>((_args, { now }) => ({
  type: now === true ? 'stop-requested' : 'pause-requested',
}));
