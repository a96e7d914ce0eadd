/** Settings as people and programs read them. Looks nothing up. */
import { type Setting, valueText } from '../../config/setting-list.ts';
import { describeOrigin } from '../../config/sources.ts';
import { plainText } from '../../view/plain-text.ts';
import type { Terminal } from '../terminal.ts';

/** Where the origin begins when the value leaves room. */
const VALUE_COLUMNS = 34;

/** The value alone, as scripts want it; with its origin behind a tab on demand. */
export function settingText({ value, origin }: Setting, showOrigin: boolean): string {
  const text = plainText(valueText(value));
  return showOrigin ? `${text}\t${describeOrigin(origin)}` : text;
}

/** One line for each setting. */
export function settingLines(settings: readonly Setting[], showOrigin: boolean, terminal: Terminal): string {
  const { strong, dim } = terminal.palette;
  const width = Math.max(0, ...settings.map(({ key }) => key.length));
  const lines = settings.map((setting) => {
    const { key, value, origin, inert } = setting;
    const text = value === null ? '(not set)' : plainText(valueText(value));
    const notes = [
      ...(showOrigin ? [describeOrigin(origin)] : []),
      ...(inert === null ? [] : [`(${inert})`]),
    ];
    const shown = `${strong(plainText(key).padEnd(width))}  ${value === null ? dim(text) : text}`;
    if (notes.length === 0) return shown;
    return `${shown}${' '.repeat(Math.max(2, VALUE_COLUMNS - text.length))}${dim(notes.join(' '))}`;
  });
  return lines.length === 0 ? 'nothing is set there' : lines.join('\n');
}

/** The document of `config --json`. */
export function configDocument(settings: readonly Setting[]) {
  return {
    schemaVersion: 1,
    kind: 'config',
    settings: settings.map(({ key, value, origin, inert }) => ({
      key,
      value,
      origin: {
        source: origin.source,
        name: 'name' in origin ? origin.name : null,
        file: 'location' in origin ? origin.location.file : null,
        line: 'location' in origin ? origin.location.line : null,
      },
      inert,
    })),
  } as const;
}
