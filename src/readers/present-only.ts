/** Builds objects whose optional keys are absent rather than undefined, as `exactOptionalPropertyTypes` wants it. */

type Present<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

export function presentOnly<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;
}
