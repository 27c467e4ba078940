import { BlockList, isIP } from 'node:net';

type Json = unknown;

/** Whether an event fits a pattern of EventBridge, which event source mappings use for their filters too. */
export function matches(pattern: Json, event: Json): boolean {
  if (!isRecord(pattern)) throw new Error(`a pattern is an object, not ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or') return Array.isArray(expected) && expected.some((alternative) => matches(alternative, event));
    const actual = isRecord(event) && Object.hasOwn(event, key) ? event[key] : undefined;
    if (Array.isArray(expected)) return expected.some((matcher) => matchesLeaf(matcher, actual));
    // Objects in a list fit when one of them does.
    const candidates = Array.isArray(actual) ? actual : [actual];
    return candidates.some((candidate) => matches(expected, candidate));
  });
}

function matchesLeaf(matcher: Json, actual: Json): boolean {
  if (isRecord(matcher) && 'exists' in matcher) return (actual !== undefined && !isRecord(actual)) === matcher.exists;
  const values = Array.isArray(actual) ? actual : [actual];
  if (!isRecord(matcher)) return values.some((value) => value === matcher);
  return Object.entries(matcher).every(([name, argument]) => {
    const operator = operators[name];
    if (operator === undefined) throw new Error(`the pattern operator ${name} is not known here`);
    return values.some((value) => operator(argument, value));
  });
}

type Operator = (argument: Json, value: Json) => boolean;

const operators: Readonly<Record<string, Operator>> = {
  prefix: (argument, value) => compareTexts(argument, value, (start, text) => text.startsWith(start)),
  suffix: (argument, value) => compareTexts(argument, value, (end, text) => text.endsWith(end)),
  wildcard: (argument, value) => isText(argument) && isText(value) && wildcard(argument).test(value),
  'equals-ignore-case': (argument, value) =>
    isText(argument) && isText(value) && argument.toLowerCase() === value.toLowerCase(),
  numeric: (argument, value) => typeof value === 'number' && fitsNumbers(argument, value),
  cidr: (argument, value) => isText(argument) && isText(value) && isInside(argument, value),
  'anything-but': (argument, value) => value !== undefined && !matchesAny(argument, value),
};

/** `anything-but` takes a value, a list of values, or one other operator over either. */
function matchesAny(argument: Json, value: Json): boolean {
  if (Array.isArray(argument)) return argument.includes(value);
  if (!isRecord(argument)) return argument === value;
  return Object.entries(argument).some(([name, inner]) =>
    (Array.isArray(inner) && name !== 'numeric' ? inner : [inner]).some(
      (item) => operators[name]?.(item, value) ?? false,
    ),
  );
}

function compareTexts(argument: Json, value: Json, compare: (part: string, text: string) => boolean): boolean {
  if (!isText(value)) return false;
  if (isText(argument)) return compare(argument, value);
  const folded = isRecord(argument) ? argument['equals-ignore-case'] : undefined;
  return isText(folded) && compare(folded.toLowerCase(), value.toLowerCase());
}

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function fitsNumbers(argument: Json, value: number): boolean {
  if (!Array.isArray(argument)) return false;
  return argument.every(
    (sign, place) => place % 2 === 1 || comparisons[String(sign)]?.(value, Number(argument[place + 1])),
  );
}

function isInside(range: string, address: string): boolean {
  const [network = '', bits] = range.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}

const isText = (value: Json): value is string => typeof value === 'string';
const isRecord = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A pattern with `*` for any text, as IAM and EventBridge write them; IAM's `?` stands for one character. */
export function wildcard(pattern: string, { single = false } = {}): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${single ? source.replaceAll('\\?', '.') : source}$`, 's');
}
