import { expect, inject, test } from 'vitest';
import { dynamoTable } from '../../functions/runtime/table.ts';
import { stubEnvironment } from '../support/aws-service.ts';

test('the table of a function is the one that its environment names', async () => {
  stubEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: inject('dynamoUrl'), TABLE_NAME: 'no-such-table' });
  const read = dynamoTable().get({ pk: 'A', sk: '1' });
  await expect(read).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});
