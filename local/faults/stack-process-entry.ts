import { type LocalStack, startLocalStack } from '../stack.ts';
import type { ProcessOptions, StackNotice } from './stack-process.ts';

const tell = (notice: StackNotice) => process.send?.(notice);
const { app, ...options }: ProcessOptions = JSON.parse(process.argv[2] ?? '{}');
try {
  const stack = await startLocalStack({
    ...options,
    ...(app !== undefined && { app: new URL(app) }),
    onFault: (fault) => tell({ fault }),
    onProblem: (problem) => tell({ problem }),
  });
  serve(stack);
} catch (error) {
  tell({ failed: error instanceof Error ? error.message : String(error) });
  process.disconnect();
}

function serve(stack: LocalStack) {
  const stop = async () => {
    await stack.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('disconnect', stop); // whoever started us is gone
  const { apiUrl, awsUrl, region, credentials, logFile } = stack;
  const resources = stack.resources.all.map(({ type, id, ref }) => ({ type, id, ref }));
  tell({ ready: { apiUrl, awsUrl, region, credentials, logFile, engineIds: stack.engineIds(), resources } });
}
