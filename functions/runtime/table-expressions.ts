/** DynamoDB's expression language, behind plain objects. */

export type Key = { pk: string; sk: string };
type Scalar = string | number | boolean;

/** What must hold of an attribute: a value it equals, one of several, a bound, or whether it is there. */
type Claim =
  | Scalar
  | 'absent'
  | 'present'
  | { in: readonly Scalar[] }
  | { atMost: string | number }
  | { atLeast: string | number }
  | { not: Scalar };
/** All claims must hold. The words `absent` and `present` are about existence; compare with them through `in`. */
export type Condition = Readonly<Record<string, Claim>>;

/** `undefined` in `set` removes the attribute; `add` counts up or down. */
export type Change = { set?: Readonly<Record<string, unknown>>; add?: Readonly<Record<string, number>> };

export type Expression = {
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
};

type Index = 'gsi1' | 'gsi2' | 'gsi3';
export type Query = {
  index?: Index;
  pk: string;
  /** Bounds of the sort key; `after` is exclusive and continues a page. */
  begins?: string;
  atMost?: string;
  between?: readonly [string, string];
  reverse?: boolean;
  limit: number;
  after?: Record<string, unknown>;
  /** Default true; indexes are always eventually consistent. */
  consistent?: boolean;
};

export const key = ({ pk, sk }: Key): Key => ({ pk, sk });

class Names {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, unknown> = {};
  private count = 0;

  name(attribute: string): string {
    const parts = attribute.split('.').map((part) => {
      const placeholder = `#${part.replace(/\W/g, '_')}`;
      this.names[placeholder] = part;
      return placeholder;
    });
    return parts.join('.');
  }

  value(value: unknown): string {
    const placeholder = `:v${this.count++}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  expressions() {
    return {
      ExpressionAttributeNames: this.names,
      ...(this.count > 0 && { ExpressionAttributeValues: this.values }),
    };
  }
}

export function condition(holds: Condition): Expression & { ConditionExpression: string };
export function condition(holds: Condition | undefined): Expression;
export function condition(holds: Condition | undefined): Expression {
  if (!holds) return {};
  const names = new Names();
  const ConditionExpression = conditionText(holds, names);
  return { ConditionExpression, ...names.expressions() };
}

export function update(change: Change, holds: Condition): Expression & { UpdateExpression: string } {
  const names = new Names();
  const entries = Object.entries(change.set ?? {});
  const sets = entries.filter(([, value]) => value !== undefined);
  const removes = entries.filter(([, value]) => value === undefined);
  const clauses = [
    clause(
      'SET',
      sets.map(([attribute, value]) => `${names.name(attribute)} = ${names.value(value)}`),
    ),
    clause(
      'REMOVE',
      removes.map(([attribute]) => names.name(attribute)),
    ),
    clause(
      'ADD',
      Object.entries(change.add ?? {}).map(([attribute, by]) => `${names.name(attribute)} ${names.value(by)}`),
    ),
  ];
  const ConditionExpression = conditionText(holds, names);
  return { UpdateExpression: clauses.filter(Boolean).join(' '), ConditionExpression, ...names.expressions() };
}

export function keyRange({
  index,
  pk,
  begins,
  atMost,
  between,
  reverse = false,
  limit,
  after,
  consistent = true,
}: Query) {
  const prefix = index ?? '';
  const names = new Names();
  const parts = [`${names.name(`${prefix}pk`)} = ${names.value(pk)}`];
  if (begins !== undefined) parts.push(`begins_with(${names.name(`${prefix}sk`)}, ${names.value(begins)})`);
  if (atMost !== undefined) parts.push(`${names.name(`${prefix}sk`)} <= ${names.value(atMost)}`);
  if (between !== undefined)
    parts.push(`${names.name(`${prefix}sk`)} BETWEEN ${names.value(between[0])} AND ${names.value(between[1])}`);
  return {
    ...(index && { IndexName: index }),
    KeyConditionExpression: parts.join(' AND '),
    ...names.expressions(),
    ScanIndexForward: !reverse,
    Limit: limit,
    ExclusiveStartKey: after,
    ConsistentRead: consistent && !index,
  };
}

const clause = (word: string, parts: string[]) => (parts.length > 0 ? `${word} ${parts.join(', ')}` : '');

const conditionText = (holds: Condition, names: Names) =>
  Object.entries(holds)
    .map(([attribute, claim]) => claimText(names.name(attribute), claim, names))
    .join(' AND ');

function claimText(name: string, claim: Claim, names: Names): string {
  if (claim === 'absent') return `attribute_not_exists(${name})`;
  if (claim === 'present') return `attribute_exists(${name})`;
  if (typeof claim !== 'object') return `${name} = ${names.value(claim)}`;
  if ('in' in claim) return `${name} IN (${claim.in.map((value) => names.value(value)).join(', ')})`;
  if ('atMost' in claim) return `${name} <= ${names.value(claim.atMost)}`;
  if ('atLeast' in claim) return `${name} >= ${names.value(claim.atLeast)}`;
  return `${name} <> ${names.value(claim.not)}`;
}
