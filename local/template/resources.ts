import type * as z from 'zod';
import type { Assembly, StackTemplate } from './assembly.ts';
import { type Identity, identities, type Place, plainIdentity } from './identities.ts';
import { evaluate, noValue, type Scope } from './intrinsics.ts';

export type Resource<Properties = unknown> = Identity & {
  type: string;
  id: string;
  stack: string;
  region: string;
  account: string;
  properties: Properties;
};

/** Every resource of every stack, with all references between them filled in. */
export type Resources = {
  all: readonly Resource[];
  /** The resources of one type, their properties parsed; an error names the resource. */
  list: <Schema extends z.ZodType>(type: string, properties: Schema) => Resource<z.output<Schema>>[];
};

type Urls = Pick<Place, 'awsUrl' | 'apiUrl'>;

export function resolveResources({ stacks }: Pick<Assembly, 'stacks'>, urls: Urls): Resources {
  const scopes = stackScopes(stacks, urls);
  const all = stacks.flatMap((stack) => {
    const scope = scopes(stack);
    const wanted = Object.entries(stack.template.Resources).filter(
      ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
    );
    return wanted.map(([id, { Type, Properties }]) => ({
      ...scope.identity(id),
      type: Type,
      id,
      stack: stack.name,
      region: stack.region,
      account: stack.account,
      properties: evaluate(Properties, scope),
    }));
  });
  return {
    all,
    list: (type, properties) =>
      all
        .filter((resource) => resource.type === type)
        .map((resource) => ({ ...resource, properties: parse(resource, properties) })),
  };
}

type StackScope = Scope & { identity: (id: string) => Identity };

/** One scope per stack, made once, each able to reach the exports of all. */
function stackScopes(stacks: readonly StackTemplate[], urls: Urls) {
  const scopes = new Map<StackTemplate, StackScope>();
  const scopeOf = (stack: StackTemplate): StackScope => {
    const scope = scopes.get(stack) ?? stackScope(stack, urls, imported);
    scopes.set(stack, scope);
    return scope;
  };
  const imported = (name: string) => {
    for (const stack of stacks)
      for (const { Export, Value } of Object.values(stack.template.Outputs))
        if (Export !== undefined && evaluate(Export.Name, scopeOf(stack)) === name)
          return evaluate(Value, scopeOf(stack));
    throw new Error(`template: no stack exports ${name}`);
  };
  return scopeOf;
}

function stackScope(stack: StackTemplate, urls: Urls, imported: Scope['imported']): StackScope {
  const { name, region, account, template } = stack;
  const known = new Map<string, Identity>();
  const identity = (id: string) => {
    const identity = known.get(id) ?? identify(id);
    known.set(id, identity);
    return identity;
  };
  const identify = (id: string) => {
    const resource = template.Resources[id];
    if (resource === undefined) throw new Error(`template: ${name} has no resource ${id}`);
    const place = { stack: name, id, region, account, ...urls };
    const identify = identities[resource.Type];
    return identify?.(place, evaluatedNames(resource.Properties, scope)) ?? plainIdentity(place);
  };
  const pseudo = pseudoParameters(stack);
  const scope: StackScope = {
    region,
    identity,
    imported,
    ref: (id) => {
      if (id in pseudo) return pseudo[id];
      const parameter = template.Parameters[id];
      return parameter === undefined ? identity(id).ref : parameter.Default;
    },
    attribute: (id, attribute) => {
      const value = identity(id).attributes[attribute];
      if (value === undefined)
        throw new Error(`template: ${attribute} of ${name}/${id} (${template.Resources[id]?.Type}) is not known here`);
      return value;
    },
    condition: (id) => evaluate(template.Conditions[id], scope) === true,
    mapped: (map, first, second) => template.Mappings[map]?.[first]?.[second],
  };
  return scope;
}

/** Only the properties that names are made of: the rest may refer back to the resource itself. */
const evaluatedNames = (properties: Record<string, unknown>, scope: Scope) =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([key]) => key.endsWith('Name'))
      .map(([key, value]) => [key, evaluate(value, scope)]),
  );

const pseudoParameters = ({ name, region, account }: StackTemplate): Record<string, unknown> => ({
  'AWS::Region': region,
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': name,
  'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${name}/local`,
  'AWS::NotificationARNs': [],
  'AWS::NoValue': noValue,
});

function parse<Schema extends z.ZodType>({ type, stack, id, properties }: Resource, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`template: ${type} ${stack}/${id}: ${issues.join('; ')}`);
}
