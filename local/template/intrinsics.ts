/** What the intrinsic functions of one template may ask for. */
export type Scope = {
  ref: (name: string) => unknown;
  attribute: (logicalId: string, name: string) => unknown;
  imported: (exportName: string) => unknown;
  condition: (name: string) => boolean;
  mapped: (map: string, first: string, second: string) => unknown;
  region: string;
};

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

/** `AWS::NoValue`: whatever evaluates to it is left out. */
export const noValue = Symbol('AWS::NoValue');

/** Evaluates a template value: plain JSON with intrinsic functions in it. */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  const intrinsic = entries.length === 1 && only !== undefined ? intrinsics[only[0]] : undefined;
  if (intrinsic !== undefined && only !== undefined) return intrinsic(only[1], scope);
  const evaluated = entries.map(([key, item]) => [key, evaluate(item, scope)] as const);
  return Object.fromEntries(evaluated.filter(([, item]) => item !== noValue));
}

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (name, scope) => scope.ref(text(name)),
  'Fn::GetAtt': (argument, scope) => {
    const [id, ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument, scope).map(text);
    return scope.attribute(text(id), attribute.join('.'));
  },
  'Fn::ImportValue': (name, scope) => scope.imported(text(evaluate(name, scope))),
  'Fn::Join': (argument, scope) => {
    const [delimiter, parts] = list(argument, scope);
    return list(parts, scope).map(text).join(text(delimiter));
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, whole] = list(argument, scope);
    return text(whole).split(text(delimiter));
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = list(argument, scope);
    return list(items, scope)[Number(index)];
  },
  'Fn::Sub': substitute,
  'Fn::FindInMap': (argument, scope) => {
    const [map, first, second] = list(argument, scope).map(text);
    return scope.mapped(text(map), text(first), text(second));
  },
  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = Array.isArray(argument) ? argument : [];
    return evaluate(scope.condition(text(name)) ? whenTrue : whenFalse, scope);
  },
  'Fn::Base64': (value, scope) => Buffer.from(text(evaluate(value, scope))).toString('base64'),
  'Fn::GetAZs': (_, { region }) => ['a', 'b', 'c'].map((zone) => region + zone),
  Condition: (name, scope) => scope.condition(text(name)),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, scope);
    return left === right;
  },
  'Fn::Not': (argument, scope) => list(argument, scope)[0] !== true,
  'Fn::And': (argument, scope) => list(argument, scope).every((claim) => claim === true),
  'Fn::Or': (argument, scope) => list(argument, scope).some((claim) => claim === true),
};

function substitute(argument: unknown, scope: Scope) {
  const [template, given] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = evaluate(given, scope);
  return text(template).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (isRecord(variables) && name in variables) return text(variables[name]);
    const [id, ...attribute] = name.trim().split('.');
    return text(attribute.length > 0 ? scope.attribute(text(id), attribute.join('.')) : scope.ref(text(id)));
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function list(argument: unknown, scope: Scope): unknown[] {
  const value = evaluate(argument, scope);
  if (!Array.isArray(value)) throw new Error(`template: a list was expected, not ${JSON.stringify(argument)}`);
  return value;
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`template: a text was expected, not ${JSON.stringify(value)}`);
}
