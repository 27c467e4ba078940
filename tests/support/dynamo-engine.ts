import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    dynamoUrl: string;
  }
}

/** Starts one DynamoDB engine, in memory, for the whole test run. */
export async function setup(project: TestProject) {
  const port = await freePort();
  const engine = spawn(engineBinary(), ['serve', '--port', String(port)], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await answering(url);
  project.provide('dynamoUrl', url);
  return async () => {
    engine.kill();
    await once(engine, 'exit');
  };
}

function engineBinary() {
  const manifest = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json');
  return join(dirname(manifest), 'dynoxide');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function answering(url: string, tries = 100): Promise<void> {
  const answer = await fetch(url).catch(() => undefined);
  if (answer) return;
  if (tries === 0) throw new Error('the DynamoDB engine does not answer');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await answering(url, tries - 1);
}
