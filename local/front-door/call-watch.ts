import * as z from 'zod';
import type { HttpReply } from '../engines/http-hop.ts';
import type { AwsCall, ServiceName } from './aws-call.ts';
import type { Service, Services } from './services.ts';

/** Read and write units of the table: what AWS asks money for. */
export type Consumed = { read: number; write: number };

/** One call of AWS as it was answered. `function` is undefined for the runner's own. */
export type WatchedCall = {
  function: string | undefined;
  service: ServiceName;
  action: string;
  input: unknown;
  status: number;
  consumed: Consumed;
};

type Parts = {
  functionOf: (accessKeyId: string | undefined) => string | undefined;
  watch: (call: WatchedCall) => void;
};

/** The same services; each call is told to `watch` once it is answered, those of the table with what they consumed. */
export function watchedServices(services: Services, parts: Parts): Services {
  const watched = Object.entries(services).map(([name, service]) => [name, watchedService(service, parts)]);
  return Object.fromEntries(watched);
}

const watchedService =
  (service: Service, { functionOf, watch }: Parts): Service =>
  async (call) => {
    const isOfTable = call.service === 'dynamodb';
    const reply = await service(isOfTable ? askingForCapacity(call) : call);
    const { service: name, action, input } = call;
    const consumed = isOfTable ? consumedBy(call, reply) : nothing;
    watch({ function: functionOf(call.accessKeyId), service: name, action, input, status: reply.status, consumed });
    return reply;
  };

const nothing: Consumed = { read: 0, write: 0 };
const Input = z.looseObject({});
const Writes = z.object({ TransactItems: z.array(z.unknown()) });
const Capacity = z.object({ CapacityUnits: z.number() });
const Telling = z.object({ ConsumedCapacity: z.union([Capacity.transform((one) => [one]), z.array(Capacity)]) });

function askingForCapacity(call: AwsCall): AwsCall {
  const input = Input.safeParse(call.input);
  if (!input.success) return call;
  const body = Buffer.from(JSON.stringify({ ...input.data, ReturnConsumedCapacity: 'TOTAL' }));
  return { ...call, message: { ...call.message, body } };
}

const reads = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems'];
const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'];

/** A write whose condition did not hold tells nothing of itself, and is charged like one of up to 1 KB. */
function consumedBy({ action, input }: AwsCall, { status, body }: HttpReply): Consumed {
  if (!reads.includes(action) && !writes.includes(action)) return nothing;
  const isRead = reads.includes(action);
  const refused = status === 400 && !isRead ? refusedUnits(input) : 0;
  const units = status === 200 ? toldUnits(body) : refused;
  return isRead ? { read: units, write: 0 } : { read: 0, write: units };
}

function toldUnits(body: Buffer): number {
  const told = Telling.safeParse(JSON.parse(body.toString()));
  return told.success ? told.data.ConsumedCapacity.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0) : 0;
}

/** Writes of a transaction are charged twice, once to prepare and once to commit. */
function refusedUnits(input: unknown): number {
  const transaction = Writes.safeParse(input);
  return transaction.success ? 2 * transaction.data.TransactItems.length : 1;
}
