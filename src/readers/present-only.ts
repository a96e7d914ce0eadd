/** Builds objects whose optional keys are absent rather than undefined, as `exactOptionalPropertyTypes` wants it. */

type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

export function presentOnly<Fields extends object>(fields: Fields): Present<Fields> {
  const present: Present<Fields> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) present[key] = value as Exclude<Fields[typeof key], undefined>;
  }
  return present;
}
