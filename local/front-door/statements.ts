import * as z from 'zod';
import { wildcard } from '../engines/event-pattern.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const StatementDocument = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});
export const PolicyDocument = z.object({
  Statement: z.union([StatementDocument.transform((one) => [one]), z.array(StatementDocument)]),
});

/** One thing a call does: a call may do several, and all must be allowed. */
export type Demand = { action: string; resource: string; context?: Readonly<Record<string, string[]>> };
export type Decision = 'allowed' | 'denied' | 'not allowed';
export type Statement = { effect: 'Allow' | 'Deny'; fits: (demand: Demand) => boolean };

export const readStatements = (document: unknown): Statement[] =>
  PolicyDocument.parse(document).Statement.map(statement);

/** IAM's rule: a Deny that fits ends it, else one Allow that fits is enough. */
export function decide(statements: readonly Statement[], demand: Demand): Decision {
  const fitting = statements.filter(({ fits }) => fits(demand));
  if (fitting.some(({ effect }) => effect === 'Deny')) return 'denied';
  return fitting.length > 0 ? 'allowed' : 'not allowed';
}

function statement(document: z.output<typeof StatementDocument>): Statement {
  const { Effect, Action, NotAction, Resource, NotResource, Condition } = document;
  // Actions are compared without regard to case, resources with.
  const actions = patterns(Action ?? NotAction ?? [], (action) => action.toLowerCase());
  const resources = patterns(Resource ?? NotResource ?? []);
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => condition(operator, key, values)),
  );
  return {
    effect: Effect,
    fits: ({ action, resource, context = {} }) =>
      actions.some((pattern) => pattern.test(action.toLowerCase())) === (Action !== undefined) &&
      resources.some((pattern) => pattern.test(resource)) === (Resource !== undefined) &&
      conditions.every((holds) => holds(context)),
  };
}

const patterns = (texts: string[], change = (text: string) => text) =>
  texts.map((text) => wildcard(change(text), { single: true }));

type Context = NonNullable<Demand['context']>;
type Test = (actual: string, expected: string) => boolean;

const tests: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => wildcard(expected, { single: true }).test(actual),
  ArnEquals: (actual, expected) => wildcard(expected, { single: true }).test(actual),
  ArnLike: (actual, expected) => wildcard(expected, { single: true }).test(actual),
  Bool: (actual, expected) => actual === expected,
};

/** One line of a condition block. A key or operator that this machine knows nothing of never holds. */
function condition(written: string, key: string, values: string[]): (context: Context) => boolean {
  const [, quantifier, base = '', ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(.+?)(IfExists)?$/.exec(written) ?? [];
  if (base === 'Null') return (context) => (context[key] === undefined) === (values[0] === 'true');
  const positive = base.replace('Not', '');
  const negated = positive !== base;
  const test = tests[positive];
  return (context) => {
    const actual = context[key];
    if (test === undefined) return false;
    if (actual === undefined) return negated || ifExists !== undefined || quantifier === 'ForAllValues';
    const fits = (value: string) => values.some((expected) => test(value, expected)) !== negated;
    return quantifier === 'ForAnyValue' ? actual.some(fits) : actual.every(fits);
  };
}
