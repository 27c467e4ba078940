import { afterAll, beforeAll } from 'vitest';
import { type Sandboxes, startSandboxes } from '../../local/platforms/sandboxes.ts';

export type Platforms = Sandboxes['urls'];

/**
 * Sandbox platforms of one test file: what others are told to do wrong there does not reach it, nor the other way. Only
 * for platforms whose server is named when an account is connected; all others are those of the stack.
 */
export function ownPlatforms(): Platforms {
  const urls: Record<string, string> = {};
  let stop = async () => {};
  beforeAll(async () => {
    const sandboxes = await startSandboxes();
    Object.assign(urls, sandboxes.urls);
    stop = sandboxes.stop;
  });
  afterAll(() => stop());
  return urls as Platforms;
}
