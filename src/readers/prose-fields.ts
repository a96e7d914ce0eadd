/** Finds a task's fields in its prose: `**Dependencies**: T-002`, `- **Priority**: High`, a `## Dependencies` list. Reads no ids. */
import { bulletText, codeSpans, type MarkdownLine, plainText } from './markdown-lines.ts';

export type FieldName =
  | 'dependencies'
  | 'blocks'
  | 'status'
  | 'priority'
  | 'module'
  | 'wave'
  | 'commits'
  | 'estimate'
  | 'tokens'
  | 'labels'
  | 'files'
  | 'agent'
  | 'autonomous';

/** One statement of a field; a list has one per item. */
export interface FieldLine {
  readonly field: FieldName;
  readonly text: string;
  readonly line: number;
  /** Stands where fields stand, not somewhere in the body: only then is what it cannot say worth a warning. */
  readonly certain: boolean;
}

/** By name in lower case and without anything but letters. */
const fieldNames: ReadonlyMap<string, FieldName> = new Map(
  Object.entries({
    dependencies: 'dependencies dependency dependson dependon depends dependenton blockedby',
    blocks: 'blocks blocking unblocks',
    status: 'status state',
    priority: 'priority prio',
    module: 'module component',
    wave: 'wave',
    commits: 'commits plannedcommits estimatedcommits commitcount totalcommits',
    estimate:
      'estimate estimation estimatedtime estimatedeffort estimatedduration effort timeestimate duration',
    tokens: 'tokens estimatedtokens tokenestimate',
    labels: 'labels label tags tag',
    files: 'files affectedfiles filestomodify filestochange filestocreate filestouched targetfiles',
    agent: 'agent',
    autonomous: 'autonomous',
  }).flatMap(([field, names]) => names.split(' ').map((name) => [name, field as FieldName] as const)),
);

/** Sections that hold a field as a list. */
const sectionFields: ReadonlySet<FieldName> = new Set(['dependencies', 'blocks', 'files']);
/** Sections that hold fields, besides what stands before the first section. */
const fieldSections =
  /^(?:task )?(?:meta ?data|details|info|information|overview|properties|header|summary|fields)$/i;

const label = (): RegExp =>
  /^(?:[\s>*+_|•-]|\[[ xX]\]|\d{1,3}[.)]\s|\p{Extended_Pictographic}|\uFE0F|\u200D)*([A-Za-z][A-Za-z _-]{0,30}?)\s*(?:[*_]{0,3}\s*\([^)]*\)\s*)?(?:[*_]{1,3}\s*[:：|]|[:：|]\s*[*_]{1,3}|[:：|](?!\/)|[*_]{1,3}\s+[-–—]\s)[*_|]*\s*(.*)$/u;
/** Without one of these there is no label: asked first, because most lines are prose. */
const labelMark = /[:：|*_]/;

/** `Depends on T-002.`, `**Blocks** T-009`: without a colon only where something like an id follows at once. */
const sentence =
  /^[\s>*+_-]*(depends on|dependent on|blocked by|blocks)[*_]*\s+(?=[#[`*]*(?:[A-Za-z]+[\w-]*?)?\d)(.*)$/i;

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^a-z]+/g, '');

/** The field that a line states, for example `**Depends on:** T-111`. */
export function fieldOfLine(text: string): { readonly field: FieldName; readonly text: string } | undefined {
  const stated = (labelMark.test(text) ? label().exec(text) : null) ?? sentence.exec(text);
  if (stated === null) return undefined;
  const field = fieldNames.get(lettersOf(stated[1] ?? ''));
  return field === undefined ? undefined : { field, text: (stated[2] ?? '').replace(/[\s|]+$/, '') };
}

/** Three letters of each name of a section, whatever stands between them: asked first, because most headings name none. */
const sectionMark = /d[^a-z]*e[^a-z]*p|b[^a-z]*l[^a-z]*o|f[^a-z]*i[^a-z]*l/i;

/** The field that a heading names: `## Dependencies`, `### 3. Blocked by:`. */
export function fieldOfHeading(heading: string): FieldName | undefined {
  if (!sectionMark.test(heading)) return undefined;
  const name = lettersOf(plainText(heading).replace(/\([^)]*\)/g, ''));
  if (name.startsWith('filesto')) return 'files';
  const field = fieldNames.get(name);
  return field !== undefined && sectionFields.has(field) ? field : undefined;
}

/**
 * All statements of fields, in order. An empty section is a statement too: it says `none`.
 * @param isPlanned which lines stand in a commit plan: `**Commits**: 5` under a phase is about the phase
 */
export function proseFields(lines: readonly MarkdownLine[], isPlanned: readonly boolean[]): FieldLine[] {
  const found: FieldLine[] = [];
  let section: { readonly field: FieldName; readonly level: number } | undefined;
  let certain = true;
  // By numbers, as in `markdown-lines`.
  for (let index = 0; index < lines.length; index++) {
    const { kind, level, text, line } = lines[index] as MarkdownLine;
    if (kind === 'heading') {
      const field = fieldOfHeading(text);
      if (field !== undefined) section = { field, level };
      else if (section !== undefined && level <= section.level) section = undefined;
      certain = level === 1 || fieldSections.test(plainText(text));
      continue;
    }
    if (isPlanned[index]) continue;
    const stated = fieldOfLine(text);
    if (stated !== undefined) found.push({ ...stated, line, certain });
    else if (section !== undefined)
      found.push({ field: section.field, text: itemText(section.field, text), line, certain: true });
    else if (isItemBelow(found.at(-1), text))
      found.push({ ...(found.at(-1) as FieldLine), text: text.trim(), line });
  }
  return found;
}

const itemText = (field: FieldName, text: string): string =>
  field === 'files' ? text : (bulletText(text) ?? text);

/** Bullets right under `**Dependencies**:` are its values. */
const isItemBelow = (last: FieldLine | undefined, text: string): boolean =>
  last !== undefined &&
  sectionFields.has(last.field) &&
  (last.text === '' || bulletText(last.text) !== undefined) &&
  bulletText(text) !== undefined;

/** The globs of a line of a `Files` list: its code spans, else its first word when that looks like a path. */
export function globsOfLine(text: string): string[] {
  const spans = codeSpans(text).filter(isPath);
  if (spans.length > 0) return spans;
  return (bulletText(text) ?? text)
    .split(/[,;]/)
    .map((part) => part.trim().split(/\s/)[0] ?? '')
    .map((word) => word.replace(/^["'(]+|["'):]+$/g, ''))
    .filter((word) => isPath(word) && /[./*]/.test(word.slice(0, -1)));
}

const isPath = (text: string): boolean =>
  text.length <= 500 && /^[^\s:`"<>|]+$/.test(text) && !/^(?:-|[a-z]+:\/\/)/i.test(text);
