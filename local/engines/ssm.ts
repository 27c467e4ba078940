import * as z from 'zod';
import { ServiceError } from './json-rpc.ts';

const One = z.object({ Name: z.string(), WithDecryption: z.boolean().default(false) });
const Below = z.object({
  Path: z.string().startsWith('/'),
  Recursive: z.boolean().default(false),
  WithDecryption: z.boolean().default(false),
  MaxResults: z.number().int().min(1).max(10).default(10),
  NextToken: z.string().optional(),
});

type Place = { region: string; account: string };

/** SSM's parameter store with SecureStrings, by name. Without decryption their values are unreadable, as on AWS. */
export function startSsm(parameters: Readonly<Record<string, string>>, { region, account }: Place) {
  const arnOf = (name: string) => `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  const shown = (Name: string, isOpen: boolean) => ({
    Name,
    Type: 'SecureString',
    Value: isOpen ? parameters[Name] : Buffer.from(`sealed ${Name}`).toString('base64'),
    Version: 1,
    ARN: arnOf(Name),
    DataType: 'text',
  });
  const actions: Readonly<Record<string, (input: unknown) => object>> = {
    GetParameter: (input) => {
      const { Name, WithDecryption } = One.parse(input);
      if (!Object.hasOwn(parameters, Name)) throw new ServiceError('ParameterNotFound', `Parameter ${Name} not found.`);
      return { Parameter: shown(Name, WithDecryption) };
    },
    GetParametersByPath: (input) => {
      const { Path, Recursive, WithDecryption, MaxResults, NextToken = '' } = Below.parse(input);
      const prefix = Path.endsWith('/') ? Path : `${Path}/`;
      const names = Object.keys(parameters)
        .filter((name) => name.startsWith(prefix) && (Recursive || !name.slice(prefix.length).includes('/')))
        .toSorted();
      const from = Number(NextToken);
      const more = names.length > from + MaxResults && { NextToken: String(from + MaxResults) };
      return { Parameters: names.slice(from, from + MaxResults).map((name) => shown(name, WithDecryption)), ...more };
    },
  };
  return actions;
}
