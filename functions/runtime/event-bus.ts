import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type * as z from 'zod';
import { awsClient } from './aws-client.ts';
import { config } from './config.ts';
import type { StoredEvent } from './events.ts';

export type BusEvent = Pick<z.infer<typeof StoredEvent>, 'type' | 'id' | 'at' | 'teamId' | 'data'>;

/** `source` of every event of this backend. */
const eventSource = 'clientnest';
/** PutEvents takes at most ten entries a call. */
const batchLimit = 10;

let client: EventBridgeClient | undefined;

/** Puts events on the bus of the stage; throws if any of them was not taken. */
export function eventBus() {
  client ??= new EventBridgeClient(awsClient);
  const bridge = client;
  return {
    async put(events: readonly BusEvent[]): Promise<void> {
      const EventBusName = config('EVENT_BUS_NAME').EVENT_BUS_NAME;
      for (let start = 0; start < events.length; start += batchLimit) {
        const Entries = events.slice(start, start + batchLimit).map(({ type, ...detail }) => ({
          EventBusName,
          Source: eventSource,
          DetailType: type,
          Detail: JSON.stringify({ id: detail.id, at: detail.at, teamId: detail.teamId, data: detail.data }),
          Time: new Date(detail.at),
        }));
        const { FailedEntryCount = 0 } = await bridge.send(new PutEventsCommand({ Entries }));
        if (FailedEntryCount > 0) throw new Error(`${FailedEntryCount} events refused by the bus`);
      }
    },
  };
}
export type EventBus = ReturnType<typeof eventBus>;
