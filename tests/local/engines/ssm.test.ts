import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../../local/engines/json-rpc.ts';
import { startSsm } from '../../../local/engines/ssm.ts';

const many = Object.fromEntries(Array.from({ length: 12 }, (_, place) => [`/many/p${10 + place}`, 'v']));
const parameters = { '/app/platforms/threads': '{"a":1}', '/app/platforms/deep/er': 'x', '/app/other': 'y', ...many };
const actions = startSsm(parameters, { region: 'us-east-1', account: '000000000000' });
const call = async (action: string, input: object) => (await actions[action]?.(input)) ?? {};

describe('SSM', () => {
  test('opens a parameter for who asks for that', async () => {
    expect(await call('GetParameter', { Name: '/app/platforms/threads', WithDecryption: true })).toEqual({
      Parameter: {
        Name: '/app/platforms/threads',
        Type: 'SecureString',
        Value: '{"a":1}',
        Version: 1,
        ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/app/platforms/threads',
        DataType: 'text',
      },
    });
    const sealed = await call('GetParameter', { Name: '/app/platforms/threads' });
    expect(JSON.stringify(sealed)).not.toContain('"a":1');
  });

  test.each(['/app/platforms/x', 'toString'])('has no parameter %s', async (Name) => {
    const refused = expect(call('GetParameter', { Name })).rejects;
    await refused.toThrow(ServiceError);
    await refused.toMatchObject({ name: 'ParameterNotFound' });
  });

  test.each([
    [{ Path: '/app/platforms' }, ['/app/platforms/threads']],
    [{ Path: '/app/platforms/' }, ['/app/platforms/threads']],
    [{ Path: '/app', Recursive: true }, ['/app/other', '/app/platforms/deep/er', '/app/platforms/threads']],
    [{ Path: '/ap' }, []],
  ])('lists below %o', async (input, names) => {
    const { Parameters } = (await call('GetParametersByPath', input)) as { Parameters: { Name: string }[] };
    expect(Parameters.map(({ Name }) => Name)).toEqual(names);
  });

  test('lists ten at a time', async () => {
    const first = await call('GetParametersByPath', { Path: '/many' });
    expect(first).toMatchObject({ Parameters: { length: 10 }, NextToken: '10' });
    const second = await call('GetParametersByPath', { Path: '/many', NextToken: '10' });
    expect(second).toMatchObject({ Parameters: { length: 2 } });
    expect(second).not.toHaveProperty('NextToken');
  });
});
