import * as z from 'zod';
import type { LoadedApp } from '../app/load-app.ts';
import { keptFile } from '../engines/kept-file.ts';
import type { Engines } from '../engines/start-engines.ts';
import type { Faults } from '../faults/faults.ts';
import type { Statement } from '../front-door/statements.ts';
import type { FunctionPool } from '../functions/function-pool.ts';
import { asyncInvoker } from './async-invoke.ts';
import { eventBuses } from './event-rules.ts';
import { lackingForMapping, type Mapping, readMappings } from './mappings.ts';
import { queueClient } from './queue-client.ts';
import { startQueueTrigger } from './queue-trigger.ts';
import { startSchedules } from './schedules.ts';
import { streamClient } from './stream-client.ts';
import { Checkpoints, startStreamTrigger } from './stream-trigger.ts';
import { writeSignal } from './write-signal.ts';

type Parts = {
  app: LoadedApp;
  engines: Pick<Engines, 'dynamodb' | 'fauxqs'>;
  roles: ReadonlyMap<string, readonly Statement[]>;
  pool: FunctionPool;
  /** Tables made by this very start: their streams are read from the first record. */
  newTables: readonly string[];
  checkpointFile: string | undefined;
  fast: boolean;
  faults: Faults | undefined;
  onProblem: (text: string) => void;
};

/** Everything that invokes functions without being asked for an answer: the event bus, queues, streams, schedules. */
export function makeTriggers(parts: Parts) {
  const { app, engines, roles, pool, checkpointFile, faults, onProblem } = parts;
  const { resources, place } = app;
  const plainQueues = queueClient(engines.fauxqs);
  const queues = faults?.queues(plainQueues) ?? plainQueues;
  const invoke = asyncInvoker({ resources, pool, queues, onProblem });
  const written = writeSignal();
  return {
    events: eventBuses({ resources, invoke, queues, place, onProblem }),
    onWrite: written.notify,
    start() {
      const streams = streamClient(engines.dynamodb);
      const checkpoints = keptFile(checkpointFile, Checkpoints, {});
      const running = permittedMappings(parts).map((mapping) =>
        mapping.sourceArn.includes(':sqs:')
          ? startQueueTrigger(mapping, { pool, queues, onProblem })
          : startStreamTrigger(mapping, { ...parts, queues, streams, checkpoints, written }),
      );
      const schedules = startSchedules({ ...parts, resources, invoke, roles, clock: faults?.clock });
      return () => {
        for (const { stop } of [...running, schedules]) stop();
      };
    },
  };
}

/** AWS refuses to make a mapping whose function could not read the source; so it does not start here either. */
function permittedMappings({ app: { resources }, pool, roles, onProblem }: Parts): Mapping[] {
  const functions = resources.list('AWS::Lambda::Function', z.unknown());
  const arns = new Map(functions.map(({ ref, attributes }) => [ref, attributes.Arn]));
  return readMappings(resources, (name) => arns.get(name) ?? name).filter((mapping) => {
    const { id, functionArn, sourceArn } = mapping;
    const lacking = lackingForMapping(mapping, roles.get(pool.definition(functionArn)?.roleArn ?? '') ?? []);
    if (lacking.length > 0)
      onProblem(`${id} does not start: ${functionArn} may not ${lacking.join(', ')} on ${sourceArn}`);
    return lacking.length === 0;
  });
}
