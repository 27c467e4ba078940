import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueClient, QueueMessage } from '../triggers/queue-client.ts';
import type { Fates } from './fates.ts';
import type { MessageFault } from './fault-plan.ts';

type Parts = { rules: readonly MessageFault[]; fates: Fates; report: (fault: string) => void };
type Held = { message: QueueMessage; until: number; how: MessageFault['how'] };

/** The same queues, except that messages get lost, come twice, late, or in another order. */
export function faultyQueues(queues: QueueClient, parts: Parts): QueueClient {
  const made = new Map<string, ReturnType<typeof faultyQueue>>();
  return {
    ...queues,
    receive(queueArn, limit) {
      const queue = made.get(queueArn) ?? faultyQueue(queueArn, queues, parts);
      made.set(queueArn, queue);
      return queue(limit);
    },
  };
}

function faultyQueue(queueArn: string, queues: QueueClient, { rules, fates, report }: Parts) {
  const name = queueArn.split(':').at(-1) ?? '';
  let held: Held[] = [];
  let polling: Promise<QueueMessage[]> | undefined;

  const take = (limit: number) => {
    const taken = held.filter(({ until }) => until <= Date.now()).slice(0, limit);
    held = held.filter((each) => !taken.includes(each));
    return taken.map(({ message }) => message);
  };
  /** What of a message goes on to the function now. */
  const meet = async (message: QueueMessage): Promise<QueueMessage[]> => {
    const fault = rules.find(
      (rule, place) => name.includes(rule.in) && fates.strikes(`message ${place} ${name}`, rule),
    );
    if (fault === undefined) return [message];
    const { how, ms } = fault;
    report(`${name}: a message ${how}: ${message.Body}`);
    if (how === 'lost') await queues.delete(queueArn, [message]);
    else held.push({ message, how, until: Date.now() + (how === 'swapped' ? 1 : fates.share(`pause ${name}`)) * ms });
    return how === 'doubled' ? [message] : [];
  };
  const handOn = (messages: QueueMessage[]) => {
    if (messages.length > 0) held = held.map((each) => (each.how === 'swapped' ? { ...each, until: 0 } : each));
    return messages;
  };

  return async (limit: number): Promise<QueueMessage[]> => {
    const ready = take(limit);
    if (ready.length > 0) return handOn(ready);
    polling ??= queues.receive(queueArn, limit);
    const arrived = await Promise.race([polling, firstRelease(held)]);
    if (arrived === undefined) return handOn(take(limit));
    polling = undefined;
    const spared: QueueMessage[] = [];
    for (const message of arrived) spared.push(...(await meet(message)));
    return handOn(spared);
  };
}

/** Ends when the first of the messages held back may go on. */
function firstRelease(held: readonly Held[]): Promise<undefined> {
  const until = Math.min(...held.map((each) => each.until));
  if (until === Number.POSITIVE_INFINITY) return new Promise(() => {});
  return sleep(Math.max(0, until - Date.now()) + 1, undefined, { ref: false });
}
