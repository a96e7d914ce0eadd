/** Words under which commands can be called as well. To add an alias, add its command's name to a row. */

export interface AliasGroup {
  /** The word before the command's name: `tutti parallel analyze`. */
  readonly name: string;
  readonly summary: string;
  /** Names of the table of commands; those that it does not have are left out. */
  readonly commands: readonly string[];
  /** What an option is when it is not given, by its name in code; commands without the option do not get it. */
  readonly implied: Readonly<Record<string, unknown>>;
}

export const aliasGroups: readonly AliasGroup[] = [
  {
    name: 'parallel',
    summary: 'the same commands with the cautious defaults of a phase executor: two slots, wave by wave',
    commands: ['analyze', 'check', 'config', 'simulate'],
    implied: { slots: 2, conservative: true },
  },
];
