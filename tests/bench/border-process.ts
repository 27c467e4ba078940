import { borderCost, pacedBorder } from './border-costs.ts';
import { borderOperations } from './border-operations.ts';
import { Someone, setScene } from './scene.ts';

/** Runs with the environment of a function and tells its parent what the border of one operation after the other costs. */
const someone = Someone.parse(JSON.parse(process.argv[2] ?? ''));
const measured = Number(process.argv[3]);

const border = pacedBorder();
for (const operation of borderOperations(await setScene(someone)))
  process.send?.(await borderCost(operation, border, { warm: 15, measured }));
process.disconnect();
