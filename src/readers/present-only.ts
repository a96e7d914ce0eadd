/** Builds objects whose optional keys are absent rather than undefined, as `exactOptionalPropertyTypes` wants it. */

type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

export function presentOnly<Fields extends object>(fields: Fields): Present<Fields> {
  const present: Present<Fields> = {};
  (Object.keys(fields) as (keyof Fields)[]).forEach((key) => {
    const value = fields[key];
    if (value !== undefined) present[key] = value as Exclude<Fields[keyof Fields], undefined>;
  });
  return present;
}
