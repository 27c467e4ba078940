import * as z from 'zod';

/** Read and write units of the table: the unit in which AWS asks for money. */
export type Consumed = { read: number; write: number };
type Command = { input: object };

const Capacity = z.object({ CapacityUnits: z.number() });
const Telling = z.object({ ConsumedCapacity: z.union([Capacity.transform((one) => [one]), z.array(Capacity)]) });
const reads = ['GetCommand', 'BatchGetCommand', 'QueryCommand'];

/** The same command, whose reply tells what it consumed. */
export const tellingCapacity = (command: Command): Command =>
  Reflect.construct(command.constructor, [{ ...command.input, ReturnConsumedCapacity: 'TOTAL' }]);

/** A write whose condition did not hold tells nothing, and takes a unit at least. */
export function consumedBy(command: Command, reply?: object): Consumed {
  const isRead = reads.includes(command.constructor.name);
  const told = Telling.safeParse(reply);
  const units = told.success ? told.data.ConsumedCapacity.reduce((sum, one) => sum + one.CapacityUnits, 0) : undefined;
  return isRead ? { read: units ?? 0, write: 0 } : { read: 0, write: units ?? 1 };
}

export const totalOf = (all: readonly Consumed[]): Consumed => ({
  read: all.reduce((sum, { read }) => sum + read, 0),
  write: all.reduce((sum, { write }) => sum + write, 0),
});
