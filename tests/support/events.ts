import type { EventBridgeEvent } from 'aws-lambda';

/** What EventBridge hands to a subscriber. */
export const eventDelivery = (type: string, detail: unknown): EventBridgeEvent<string, unknown> => ({
  id: '00000000-0000-0000-0000-000000000000',
  version: '0',
  account: '000000000000',
  time: '2030-01-01T12:00:00Z',
  region: 'eu-central-1',
  resources: [],
  source: 'clientnest',
  'detail-type': type,
  detail,
});
