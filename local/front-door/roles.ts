import * as z from 'zod';
import type { Resources } from '../template/resources.ts';
import { readStatements, type Statement } from './statements.ts';

const Role = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
  ManagedPolicyArns: z.array(z.string()).default([]),
});
const Policy = z.object({ Roles: z.array(z.string()).default([]), PolicyDocument: z.unknown() });

/** What each role may do, by its ARN: inline policies, policies attached to it, managed policies of the template. */
export function readRoles(resources: Resources): Map<string, Statement[]> {
  const attached = resources.list('AWS::IAM::Policy', Policy);
  const managed = resources.list('AWS::IAM::ManagedPolicy', Policy);
  return new Map(
    resources.list('AWS::IAM::Role', Role).map(({ ref, attributes, properties }) => {
      const documents = [
        ...properties.Policies,
        ...[...attached, ...managed]
          .filter((policy) => policy.properties.Roles.includes(ref))
          .map((policy) => policy.properties),
        ...managed
          .filter((policy) => properties.ManagedPolicyArns.includes(policy.ref))
          .map((policy) => policy.properties),
      ];
      return [attributes.Arn ?? '', documents.flatMap(({ PolicyDocument }) => readStatements(PolicyDocument))];
    }),
  );
}

type Runnable = { name: string; roleArn: string; credentials: { accessKeyId: string } };

/** Each function by its access key, with what its role may do. */
export const readPrincipals = (functions: readonly Runnable[], roles: ReadonlyMap<string, readonly Statement[]>) =>
  new Map(
    functions.map(({ name, roleArn, credentials }) => [
      credentials.accessKeyId,
      { name, roleArn, statements: roles.get(roleArn) ?? [] },
    ]),
  );
