import { join } from 'node:path';
import { hasOtherTemplate, type LoadedApp } from '../app/load-app.ts';
import type { Faults } from '../faults/faults.ts';
import { readFunctions, type Surroundings } from './definitions.ts';
import { functionLog } from './function-log.ts';
import { functionPool } from './function-pool.ts';

type Parts = {
  app: LoadedApp;
  rebuild: () => Promise<LoadedApp>;
  surroundings: Surroundings;
  isRoomy: boolean;
  /** Where the log goes. */
  directory: string;
  faults: Faults | undefined;
  onProblem: (text: string) => void;
};

/** The functions of an app, ready to be invoked, and to be replaced by those of its next build. */
export function startFunctions({ app, rebuild, surroundings, isRoomy, directory, faults, onProblem }: Parts) {
  const read = ({ resources, assembly }: LoadedApp) => readFunctions(resources, assembly, surroundings);
  const log = functionLog(join(directory, 'functions.log'), onProblem);
  const functions = read(app);
  const pool = functionPool(functions, {
    log: log.log,
    faults,
    ...(faults && { perFunction: faults.threadsPerFunction }),
    ...(isRoomy && { maxThreads: functions.length * (faults?.threadsPerFunction ?? 1), isTidy: false }),
  });
  return {
    functions,
    pool,
    logFile: log.file,
    /** True when more than code changed. */
    async reload(): Promise<boolean> {
      const next = await rebuild();
      pool.replace(read(next));
      return hasOtherTemplate(app, next);
    },
    async stop() {
      await pool.stop();
      await log.close();
    },
  };
}
