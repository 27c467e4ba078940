import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Takes each line that a function writes. */
export type FunctionLog = (functionName: string, line: string) => void;

/** A file with every line, and a reader for the lines that need attention. */
export function functionLog(file: string, onAttention: (text: string) => void) {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a' });
  const log: FunctionLog = (name, line) => {
    if (line === '') return;
    stream.write(`${new Date().toISOString()} ${name} ${line}\n`);
    const attention = needsAttention(line);
    if (attention !== undefined) onAttention(`${name}: ${attention}`);
  };
  return { log, file, close: () => new Promise<void>((resolve) => stream.end(resolve)) };
}

/** The message of a warning or an error; lines that are no JSON were not written by the logger, so something went wrong. */
function needsAttention(line: string): string | undefined {
  const entry = readEntry(line);
  if (entry === undefined) return line;
  if (!['WARN', 'ERROR', 'CRITICAL', 'FATAL'].includes(String(entry.level).toUpperCase())) return undefined;
  const { level, message, error } = entry;
  return `${level} ${message}${error === undefined ? '' : ` ${shortError(error)}`}`;
}

function readEntry(line: string): { level?: unknown; message?: unknown; error?: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // cut off, or meant to look like JSON
  }
}

function shortError(error: unknown) {
  const { name, message } = Object.assign({ name: 'Error', message: '' }, error);
  return `(${name}: ${message})`;
}
