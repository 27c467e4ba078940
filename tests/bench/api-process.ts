import { operationTimes } from './operation-times.ts';
import { operations } from './operations.ts';
import { Someone, setScene } from './scene.ts';

/** Runs with the environment of a function and tells its parent the times of one operation after the other. */
const someone = Someone.parse(JSON.parse(process.argv[2] ?? ''));
const measured = Number(process.argv[3]);

for (const operation of operations(await setScene(someone)))
  process.send?.(await operationTimes(operation, { warm: 15, measured }));
process.disconnect();
