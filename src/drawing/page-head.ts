/** The beginning of a page in one file, up to its body: what it may load (nothing), and how it looks. */
import { escapeText } from './markup.ts';
import { pageStyle } from './page-style.ts';

export interface HeadOptions {
  /** SHA-256 of the page's only script, in base64; without one no script runs. */
  readonly scriptHash?: string;
  /** Rules on top of those of every page. */
  readonly style?: string;
}

export function pageHead(title: string, { scriptHash, style = '' }: HeadOptions = {}): string[] {
  const script = scriptHash === undefined ? '' : ` script-src 'sha256-${scriptHash}';`;
  const policy = `default-src 'none';${script} style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<link rel="icon" href="data:,">',
    `<title>${escapeText(title)}</title>`,
    `<style>${pageStyle}${style}</style>`,
    '</head>',
  ];
}
