import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { awsClient } from './aws-client.ts';
import { config } from './config.ts';
import { admitted } from './read-ahead.ts';
import {
  type Change,
  type Condition,
  condition,
  type Expression,
  type Key,
  key,
  keyRange,
  type Query,
  update,
} from './table-expressions.ts';

export type Row = Record<string, unknown>;
/** One write of a transaction. `insert` fails if the row is there; the others take conditions. */
export type Write =
  | { insert: Key & Row }
  | { put: Key & Row; if?: Condition }
  | { update: Key; change: Change; if?: Condition }
  | { delete: Key; if?: Condition }
  | { check: Key; if: Condition };

/**
 * A condition did not hold. `rows` are the stored rows of the failed writes, by their place among the writes. The engine's own
 * error is not its cause: it carries the rows too, and would take them into the log.
 */
export class ConditionFailed extends Error {
  readonly rows: ReadonlyMap<number, Row | undefined>;
  constructor(rows: ReadonlyMap<number, Row | undefined>) {
    super('a write condition did not hold');
    this.rows = rows;
  }
}

const absent: Condition = { pk: 'absent' };
const returnOld = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
/** Transactions that touched the same row at the same instant: DynamoDB cancels one, trying again is right. */
const conflictTries = 6;
/** A throttled BatchGet answers in part and names the keys it left out; it is not an error of the SDK's to retry. */
const unprocessedTries = 6;

/** The few verbs that all table files stand on. Every row has `pk`, `sk` and `entity`. */
export function tableOn(client: DynamoDBDocumentClient, tableName: string) {
  const TableName = tableName;

  async function transact(writes: readonly Write[], tries = conflictTries): Promise<void> {
    await admitted();
    try {
      await client.send(
        new TransactWriteCommand({ TransactItems: writes.map((write) => transactItem(TableName, write)) }),
      );
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const failed = failedConditions(error);
      if (failed.size > 0) throw new ConditionFailed(failed);
      const conflicts = error.CancellationReasons?.some((reason) => reason.Code === 'TransactionConflict');
      if (!conflicts || tries <= 1) throw new Error(`transaction cancelled: ${codesOf(error)}`);
      await pause(conflictTries - tries);
      await transact(writes, tries - 1);
    }
  }

  return {
    async get(at: Key, { consistent = true } = {}): Promise<Row | undefined> {
      const reply = await client.send(new GetCommand({ TableName, Key: key(at), ConsistentRead: consistent }));
      return reply.Item;
    },
    /** The rows that exist among at most 100 keys, in no order. */
    async getMany(keys: readonly Key[]): Promise<Row[]> {
      const rows: Row[] = [];
      let left: Record<string, unknown>[] = keys.map(key);
      for (let tried = 0; left.length > 0; tried++) {
        if (tried === unprocessedTries) throw new Error(`${left.length} keys were not read`);
        if (tried > 0) await pause(tried);
        const reply = await client.send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys: left, ConsistentRead: true } } }),
        );
        rows.push(...(reply.Responses?.[TableName] ?? []));
        left = reply.UnprocessedKeys?.[TableName]?.Keys ?? [];
      }
      return rows;
    },
    /** `limit` rows, or all there are: what DynamoDB answers in parts of 1 MB is put together. */
    async query(query: Query): Promise<Row[]> {
      const rows: Row[] = [];
      let { after } = query;
      do {
        const limit = query.limit - rows.length;
        const reply = await client.send(new QueryCommand({ TableName, ...keyRange({ ...query, after, limit }) }));
        rows.push(...(reply.Items ?? []));
        after = reply.LastEvaluatedKey;
      } while (after && rows.length < query.limit);
      return rows;
    },
    /** What a list shows at once: `limit` rows, or fewer where they are large, for no answer may grow beyond what Lambda sends. */
    async page(query: Query): Promise<{ rows: Row[]; isLast: boolean }> {
      const range = keyRange({ ...query, limit: query.limit + 1 });
      const { Items: rows = [], LastEvaluatedKey } = await client.send(new QueryCommand({ TableName, ...range }));
      const isLast = rows.length <= query.limit && LastEvaluatedKey === undefined;
      return { rows: rows.slice(0, query.limit), isLast };
    },
    async insert(row: Key & Row): Promise<void> {
      await one(() => client.send(new PutCommand({ TableName, Item: row, ...condition(absent), ...returnOld })));
    },
    async put(row: Key & Row, holds?: Condition): Promise<void> {
      await one(() => client.send(new PutCommand({ TableName, Item: row, ...condition(holds), ...returnOld })));
    },
    /** Changes a row that exists and gives the new one. */
    async update(at: Key, change: Change, holds?: Condition): Promise<Row> {
      const expressions = update(change, { pk: 'present', ...holds });
      const reply = await one(() =>
        client.send(
          new UpdateCommand({ TableName, Key: key(at), ReturnValues: 'ALL_NEW', ...expressions, ...returnOld }),
        ),
      );
      return reply.Attributes ?? {};
    },
    async delete(at: Key, holds?: Condition): Promise<void> {
      await one(() => client.send(new DeleteCommand({ TableName, Key: key(at), ...condition(holds), ...returnOld })));
    },
    /** All of the writes or none. */
    transact: (writes: readonly Write[]) => transact(writes),
  };
}
export type Table = ReturnType<typeof tableOn>;

let client: DynamoDBDocumentClient | undefined;

/** The table of the environment; one client serves all requests of a function. */
export function dynamoTable(): Table {
  client ??= documentClient(new DynamoDBClient({ ...awsClient, maxAttempts: 4 }));
  return tableOn(client, config('TABLE_NAME').TABLE_NAME);
}

export const documentClient = (dynamo: DynamoDBClient) =>
  DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } });

/** One write. */
async function one<Result>(send: () => Promise<Result>): Promise<Result> {
  await admitted();
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new ConditionFailed(new Map([[0, error.Item && unmarshall(error.Item)]]));
  }
}

function failedConditions(error: TransactionCanceledException): Map<number, Row | undefined> {
  const reasons = error.CancellationReasons?.entries() ?? [];
  const failed = [...reasons].filter(([, reason]) => reason.Code === 'ConditionalCheckFailed');
  return new Map(failed.map(([place, reason]) => [place, reason.Item && unmarshall(reason.Item)]));
}

const codesOf = ({ CancellationReasons = [] }: TransactionCanceledException) =>
  CancellationReasons.map(({ Code }) => Code).join(', ');

function transactItem(TableName: string, write: Write) {
  if ('insert' in write) return { Put: { TableName, Item: write.insert, ...condition(absent), ...returnOld } };
  if ('put' in write) return { Put: { TableName, Item: write.put, ...condition(write.if), ...returnOld } };
  if ('delete' in write) return { Delete: { TableName, Key: key(write.delete), ...condition(write.if), ...returnOld } };
  if ('check' in write) {
    const checked: Expression & { ConditionExpression: string } = condition(write.if);
    return { ConditionCheck: { TableName, Key: key(write.check), ...checked, ...returnOld } };
  }
  const expressions = update(write.change, { pk: 'present', ...write.if });
  return { Update: { TableName, Key: key(write.update), ...expressions, ...returnOld } };
}

const pause = (tried: number) => new Promise((resolve) => setTimeout(resolve, 10 * 2 ** tried * (0.5 + Math.random())));
