import * as z from 'zod';
import { PolicyDocument, readStatements, type Statement } from '../../local/front-door/statements.ts';
import type { Resources } from '../../local/template/resources.ts';

/** One action on one resource that the role of a function allows. */
export type Grant = {
  function: string;
  action: string;
  resource: string;
  /** A condition in words; without one, the action is allowed on all of the resource. */
  condition: string | undefined;
  fits: Statement['fits'];
};

const LambdaFunction = z.object({ Role: z.string() });
const Role = z.object({ Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]) });
const Policy = z.object({ Roles: z.array(z.string()).default([]), PolicyDocument: z.unknown() });

/** Every grant of every function of the template, each action and resource by itself. */
export function readGrants(resources: Resources): Grant[] {
  const policies = resources.list('AWS::IAM::Policy', Policy);
  const documents = new Map(
    resources.list('AWS::IAM::Role', Role).map(({ ref, attributes, properties }) => {
      const attached = policies.filter((policy) => policy.properties.Roles.includes(ref));
      const all = [...properties.Policies, ...attached.map((policy) => policy.properties)];
      return [attributes.Arn ?? '', all.map((policy) => policy.PolicyDocument)];
    }),
  );
  return resources
    .list('AWS::Lambda::Function', LambdaFunction)
    .flatMap(({ ref, properties }) => (documents.get(properties.Role) ?? []).flatMap((one) => grantsOf(ref, one)));
}

function grantsOf(name: string, document: unknown): Grant[] {
  const allowed = PolicyDocument.parse(document).Statement.filter(({ Effect }) => Effect === 'Allow');
  return allowed.flatMap(({ Effect, Action = [], Resource = [], Condition }) =>
    Action.flatMap((action) =>
      Resource.flatMap((resource) => {
        const Statement = { Effect, Action: [action], Resource: [resource], Condition };
        const condition = Object.keys(Condition).length > 0 ? JSON.stringify(Condition) : undefined;
        return readStatements({ Statement }).map(({ fits }) => ({ function: name, action, resource, condition, fits }));
      }),
    ),
  );
}
