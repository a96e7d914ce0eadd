/** What `tutti config` can be told to do. */

export const configActions: readonly string[] = ['get', 'set', 'unset', 'list'];
