import { existsSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';

/**
 * ClientNest, built at the first start and taken over by those that follow: `built-app.ts?kept=<directory>`. Taken over in
 * place, so that the functions need not be compiled again.
 */
export async function prepare(outdir: string): Promise<void> {
  const kept = new URL(import.meta.url).searchParams.get('kept') ?? outdir;
  if (!existsSync(kept)) await (await import('../../local/app/clientnest.ts')).prepare(kept);
  await rm(outdir, { recursive: true });
  await symlink(kept, outdir);
}
