import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { startChildServer } from './child-server.ts';
import { freePort } from './free-port.ts';
import type { Lifeline } from './lifeline.ts';
import { indexStream } from './stream-index.ts';

/** Starts the DynamoDB engine, which keeps everything in this file, and gives its URL. */
export async function startDynamodb(lifeline: Lifeline, file: string): Promise<string> {
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (given !== undefined) return given;
  for (let attempt = 1; ; attempt += 1) {
    const args = ['serve', '--host', '127.0.0.1', '--port', String(await freePort()), '--db-path', file];
    try {
      const url = await startChildServer({ command: enginePath(), args, announces }, lifeline);
      indexStream(file);
      return url;
    } catch (error) {
      if (attempt === attempts) throw error; // else somebody took the port in between
    }
  }
}

const announces = /listening on (http:\S+)/i;
const attempts = 3;

/** The engine that npm installed for this platform, else the one on the PATH. */
function enginePath() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch {
    return 'dynoxide';
  }
}
