/** Numbers of tokens as people write them: `1200`, `80k`, `1.2M`. What an attempt may use is decided elsewhere. */

const magnitudes: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 };

/** A whole number of tokens, or undefined when the text is none. */
export function parseTokens(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,15}(?:\.\d{1,9})?)\s*([kM]?)(?:\s*tokens)?$/i.exec(text.trim()) ?? [];
  const tokens = Number(digits) * (magnitudes[(unit ?? '').toLowerCase()] ?? 1);
  return digits !== undefined && Number.isSafeInteger(Math.round(tokens)) ? Math.round(tokens) : undefined;
}

/** About how many, for people: `950`, `50k`, `1.25M`. */
export function roughTokens(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens));
  if (tokens < 999_500) return `${trimmed(tokens / 1000, 1)}k`;
  return `${trimmed(tokens / 1_000_000, 2)}M`;
}

/** From a hundred on, a fraction says nothing any more. */
const trimmed = (value: number, digits: number): string =>
  value >= 100 ? String(Math.round(value)) : String(Number(value.toFixed(digits)));
