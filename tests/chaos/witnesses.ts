import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { PlatformId } from '../../functions/platforms/contract.ts';
import { documentClient, type Row } from '../../functions/runtime/table.ts';
import type { StackFacts } from '../../local/faults/stack-process.ts';
import type { Shown } from './judge.ts';

/** Past the API, with the keys of the runner, who may do anything and is spared all faults. */
export function tableWitness({ awsUrl: endpoint, region, credentials, resources }: StackFacts) {
  const client = documentClient(new DynamoDBClient({ endpoint, region, credentials }));
  const TableName = resources.find(({ type }) => type === 'AWS::DynamoDB::Table')?.ref;
  return {
    /** How many publications are not settled: those in the due index, which has one shard on this machine. */
    async unsettled(): Promise<number> {
      const query = {
        TableName,
        IndexName: 'gsi1',
        Select: 'COUNT' as const,
        KeyConditionExpression: 'gsi1pk = :due',
        ExpressionAttributeValues: { ':due': 'DUE#0' },
      };
      let count = 0;
      for await (const page of paginateQuery({ client }, query)) count += page.Count ?? 0;
      return count;
    },
    async rows(entity: string): Promise<Row[]> {
      const scan = {
        TableName,
        ConsistentRead: true,
        FilterExpression: 'entity = :entity',
        ExpressionAttributeValues: { ':entity': entity },
      };
      const rows: Row[] = [];
      for await (const { Items = [] } of paginateScan({ client }, scan)) rows.push(...Items);
      return rows;
    },
  };
}
export type TableWitness = ReturnType<typeof tableWitness>;

const Posts = z.object({ items: z.array(z.object({ id: z.string(), text: z.string() })) });

/** What every platform shows. */
export async function shownOn(urls: Readonly<Record<PlatformId, string>>): Promise<Shown[]> {
  const all = PlatformId.options.map(async (platform) => {
    const { items } = Posts.parse(await (await fetch(`${urls[platform]}/sandbox/posts`)).json());
    return items.map(({ id, text }) => ({ platform, id, text }));
  });
  return (await Promise.all(all)).flat();
}
