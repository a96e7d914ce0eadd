/** Loads `node:sqlite` without the one warning Node 22 prints about it; every other warning is left alone. */

type EmitWarning = (warning: string | Error, ...rest: unknown[]) => void;

// A static import would load the module before any statement here runs, so it is
// fetched by hand while the filter is in place.
function loadQuietly(): typeof import('node:sqlite') {
  const original = process.emitWarning;
  const forward = original.bind(process) as EmitWarning;
  const filtered: EmitWarning = (warning, ...rest) => {
    const isTheOne =
      rest[0] === 'ExperimentalWarning' && String(warning).startsWith('SQLite is an experimental');
    if (!isTheOne) forward(warning, ...rest);
  };
  process.emitWarning = filtered as typeof process.emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = original;
  }
}

export const { DatabaseSync } = loadQuietly();
