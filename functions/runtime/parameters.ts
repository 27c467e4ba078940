import { GetParameterCommand, GetParametersByPathCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from './aws-client.ts';

let client: SSMClient | undefined;
const ssm = () => {
  client ??= new SSMClient(awsClient);
  return client;
};

/** The value of a parameter, opened if it is sealed; undefined when there is none of this name. */
export async function readParameter(name: string): Promise<string | undefined> {
  try {
    const { Parameter } = await ssm().send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    return Parameter?.Value;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  }
}

/** The names of the parameters right below a path, without it; none of them is opened. */
export async function parameterNames(path: string): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm().send(new GetParametersByPathCommand({ Path: path, NextToken }));
    names.push(...(page.Parameters ?? []).flatMap(({ Name }) => Name?.slice(path.length + 1) ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}
