import { enableCompileCache } from 'node:module';

type App = { prepare: (outdir: string) => Promise<void> };

enableCompileCache();
const [module = '', outdir = ''] = process.argv.slice(2);
const app: App = await import(module);
await app.prepare(outdir);
