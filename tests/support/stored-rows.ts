import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { documentClient, type Row } from '../../functions/runtime/table.ts';

export type TableAddress = {
  tableName: string;
  client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
};

/** The table past the API, with the rights of the runner. */
export const documentsOf = ({ client }: Pick<TableAddress, 'client'>) => documentClient(new DynamoDBClient(client));

/** What the border keeps for itself changes with every request, refused ones included. */
const isOfBorder = ({ pk }: Row) => /#(LIMITS|REQUESTS|AUDIT)$/.test(String(pk));
/** The authorizer notes to the hour when a key was used. */
const lasting = ({ lastUsedAt: _, ...row }: Row): Row => row;

/** Reads all that is stored of teams and people, past the API. */
export function storedRows({ tableName: TableName, client }: TableAddress) {
  const documents = documentsOf({ client });
  return async (owners: readonly string[]): Promise<Row[]> => {
    const rows: Row[] = [];
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true }))
      rows.push(...Items);
    const isWanted = ({ pk, sk }: Row) => owners.some((owner) => `${pk}#${sk}`.split('#').includes(owner));
    const name = ({ pk, sk }: Row) => `${pk} ${sk}`;
    return rows
      .filter((row) => isWanted(row) && !isOfBorder(row))
      .map(lasting)
      .toSorted((one, other) => (name(one) < name(other) ? -1 : 1));
  };
}
