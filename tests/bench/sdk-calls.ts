import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Consumed, consumedBy, tellingCapacity } from './capacity.ts';
import { waves } from './waves.ts';

type Command = { input: object };
type Send = (this: object, command: Command, ...rest: unknown[]) => Promise<object>;

/** One call as it was made, with its place in time and what it took of the table. */
export type SdkCall = { client: object; command: Command; startedAt: number; endedAt: number; consumed: Consumed };

/** Every client of the SDK has its `send` from here. Functions keep theirs to themselves, so there is no other way in. */
const clients: { send: Send } = Object.getPrototypeOf(DynamoDBDocumentClient.prototype);
const send = clients.send;
let noted: SdkCall[] = [];

clients.send = async function noting(sent, ...rest) {
  const command = isOfTable({ client: this }) ? tellingCapacity(sent) : sent;
  const consumed = consumedBy(command);
  const call = { client: this, command, startedAt: performance.now(), endedAt: Number.POSITIVE_INFINITY, consumed };
  noted.push(call);
  try {
    const reply = await send.call(this, command, ...rest);
    call.consumed = consumedBy(command, reply);
    return reply;
  } finally {
    call.endedAt = performance.now();
  }
};

/** Runs something and gives the SDK calls that it made. */
export async function withCalls<Result>(run: () => Promise<Result>): Promise<{ result: Result; calls: SdkCall[] }> {
  const calls: SdkCall[] = [];
  noted = calls;
  const result = await run();
  noted = [];
  return { result, calls };
}

export const isOfTable = ({ client }: Pick<SdkCall, 'client'>) => client instanceof DynamoDBDocumentClient;

/** The same calls again, on the same clients and in the same order, with nothing of ours around them. */
export function bareCalls(calls: readonly SdkCall[], rename: (text: string) => string): () => Promise<void> {
  const again = waves(calls).map((wave) =>
    wave.map(({ client, command }) => {
      const input: object = JSON.parse(rename(JSON.stringify(command.input)));
      return { client, command: Reflect.construct(command.constructor, [input]) };
    }),
  );
  return async () => {
    for (const wave of again) await Promise.all(wave.map(({ client, command }) => sendAgain(client, command)));
  };
}

/** A condition about the time may not hold any more; it was a round trip all the same. */
async function sendAgain(client: object, command: Command): Promise<void> {
  await send.call(client, command).catch((error: Error) => {
    if (error.name !== 'ConditionalCheckFailedException') throw error;
  });
}
