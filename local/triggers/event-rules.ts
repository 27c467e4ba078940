import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { matches } from '../engines/event-pattern.ts';
import { ServiceError } from '../engines/json-rpc.ts';
import type { Resources } from '../template/resources.ts';
import type { AsyncInvoke } from './async-invoke.ts';
import { readPermissions } from './permissions.ts';
import type { QueueClient } from './queue-client.ts';

const Target = z.object({
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  DeadLetterConfig: z.object({ Arn: z.string() }).optional(),
});
const Rule = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown(),
  ScheduleExpression: z.string().optional(),
  State: z.string().default('ENABLED'),
  Targets: z.array(Target).default([]),
});
type Target = z.infer<typeof Target>;

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default('default'),
  Resources: z.array(z.string()).default([]),
  Time: z.number().optional(),
});
const Described = z.object({ Name: z.string().default('default') });
const Entries = z.object({ Entries: z.array(Entry).min(1).max(10) });

type Parts = {
  resources: Resources;
  invoke: AsyncInvoke;
  queues: QueueClient;
  place: { region: string; account: string };
  onProblem: (text: string) => void;
};
const entryLimit = 256 * 1024;

/** EventBridge: takes events, and hands each to the targets of the rules whose pattern it fits. */
export function eventBuses({ resources, invoke, queues, place, onProblem }: Parts) {
  const rules = resources.list('AWS::Events::Rule', Rule).filter(({ properties }) => properties.State !== 'DISABLED');
  const buses = new Set(['default', ...resources.list('AWS::Events::EventBus', z.unknown()).map(({ ref }) => ref)]);
  const mayInvoke = readPermissions(resources);

  const deliver = async (ruleArn: string, target: Target, event: object) => {
    const input = target.Input === undefined ? event : z.looseObject({}).parse(JSON.parse(target.Input));
    if (target.Arn.includes(':sqs:')) return queues.send(target.Arn, input);
    if (mayInvoke({ principal: 'events.amazonaws.com', functionArn: target.Arn, sourceArn: ruleArn }))
      return invoke(target.Arn, input);
    onProblem(`${ruleArn} may not invoke ${target.Arn}: the template has no AWS::Lambda::Permission for it`);
    if (target.DeadLetterConfig !== undefined) await queues.send(target.DeadLetterConfig.Arn, input);
  };
  const publish = (bus: string, event: object) => {
    for (const { attributes, properties } of rules) {
      const { EventBusName, EventPattern, Targets } = properties;
      if (EventBusName.split('/').at(-1) !== bus || EventPattern === undefined || !matches(EventPattern, event))
        continue;
      for (const target of Targets)
        deliver(attributes.Arn ?? '', target, event).catch((error) => onProblem(`${attributes.Arn}: ${error}`));
    }
  };
  return {
    DescribeEventBus: (input: unknown) => {
      const { Name } = Described.parse(input);
      const name = Name.split('/').at(-1) ?? '';
      if (!buses.has(name)) throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
      return { Name: name, Arn: `arn:aws:events:${place.region}:${place.account}:event-bus/${name}` };
    },
    PutEvents: (input: unknown) => {
      const answers = Entries.parse(input).Entries.map((entry) => {
        const bus = entry.EventBusName.split('/').at(-1) ?? '';
        const refusal = refusalOf(entry, buses.has(bus));
        if (refusal !== undefined) return refusal;
        const EventId = randomUUID();
        publish(bus, envelope(entry, EventId, place));
        return { EventId };
      });
      return { Entries: answers, FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length };
    },
  };
}

function refusalOf({ Source = '', DetailType = '', Detail = '' }: z.infer<typeof Entry>, isKnownBus: boolean) {
  const invalid = (ErrorMessage: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage });
  if (!isKnownBus) return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: 'Event bus does not exist.' };
  if (Source === '') return invalid('Parameter Source is not valid. Reason: Source is a required argument.');
  if (DetailType === '')
    return invalid('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (Detail.length > entryLimit) return invalid('Total size of the entries in the request is over the limit.');
  return isObject(Detail) ? undefined : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
}

function isObject(json: string) {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const envelope = (entry: z.infer<typeof Entry>, id: string, { region, account }: Parts['place']) => ({
  version: '0',
  id,
  'detail-type': entry.DetailType,
  source: entry.Source,
  account,
  time: new Date((entry.Time ?? Math.floor(Date.now() / 1000)) * 1000).toISOString().replace('.000Z', 'Z'),
  region,
  resources: entry.Resources,
  detail: JSON.parse(entry.Detail ?? '{}'),
});
