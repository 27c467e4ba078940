import * as z from 'zod';

/** What a schema takes, as far as requests can be made from it. Refinements are not in it: the schema itself decides. */
export type Shape =
  | { kind: 'object'; fields: Readonly<Record<string, Shape>>; required: readonly string[] }
  | { kind: 'record'; value: Shape }
  | { kind: 'list'; item: Shape; min: number; max: number }
  | { kind: 'choice'; options: readonly Shape[] }
  | { kind: 'fixed'; values: readonly unknown[] }
  | { kind: 'number'; isWhole: boolean; min: number; max: number }
  /** `prefix` says of which kind. */
  | { kind: 'id'; prefix: string; pattern: string }
  | { kind: 'text'; min: number; max: number; pattern?: string; format?: string; example?: string };

/** What a shape is made of, and the step that leads to each part: see `Way`. */
export function partsOf(shape: Shape): { step: string; inner: Shape }[] {
  switch (shape.kind) {
    case 'object':
      return Object.entries(shape.fields).map(([name, inner]) => ({ step: `.${name}`, inner }));
    case 'record':
      return [{ step: '{}', inner: shape.value }];
    case 'list':
      return [{ step: '[]', inner: shape.item }];
    case 'choice':
      return shape.options.map((inner, place) => ({ step: `|${place}`, inner }));
    default:
      return [];
  }
}

/** The names of the fields where a shape takes text; what is in a list has the name of the list. */
export function textFields(shape: Shape, field = ''): string[] {
  if (shape.kind === 'text') return [field];
  return partsOf(shape).flatMap(({ step, inner }) => textFields(inner, step.startsWith('.') ? step.slice(1) : field));
}

type Schema = z.core.JSONSchema.JSONSchema;
type Part = Schema | boolean | undefined;

export const shapeOf = (schema: z.ZodType): Shape =>
  read(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), 'schema');

function read(schema: Part | Part[], place: string): Shape {
  if (typeof schema !== 'object' || Array.isArray(schema)) throw new Error(`${place}: no requests can be made of this`);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return { kind: 'choice', options: options.map((one, at) => read(one, `${place}|${at}`)) };
  if (schema.enum) return { kind: 'fixed', values: schema.enum };
  if (schema.const !== undefined) return { kind: 'fixed', values: [schema.const] };
  switch (schema.type) {
    case 'object':
      return readObject(schema, place);
    case 'array':
      return {
        kind: 'list',
        item: read(schema.items, `${place}[]`),
        min: schema.minItems ?? 0,
        max: schema.maxItems ?? 10,
      };
    case 'string':
      return readText(schema);
    case 'integer':
    case 'number': {
      const { minimum: min = -1000, maximum: max = 1000 } = schema;
      return { kind: 'number', isWhole: schema.type === 'integer', min, max };
    }
    case 'boolean':
      return { kind: 'fixed', values: [true, false] };
    case 'null':
      return { kind: 'fixed', values: [null] };
    default:
      throw new Error(`${place}: no requests can be made of ${JSON.stringify(schema)}; teach it to shape.ts`);
  }
}

function readObject({ properties, required = [], additionalProperties }: Schema, place: string): Shape {
  if (!properties && typeof additionalProperties === 'object')
    return { kind: 'record', value: read(additionalProperties, `${place}{}`) };
  const fields = Object.entries(properties ?? {}).map(([name, part]) => [name, read(part, `${place}.${name}`)]);
  return { kind: 'object', fields: Object.fromEntries(fields), required };
}

/** How the patterns of all ids begin, those of `idOf` and those made of several. */
const idPattern = /^\^([a-z]+)_[[(]/;

/** Of which kind the ids are that a schema takes; undefined when it takes none. */
export function idKindOf(schema: z.ZodType): string | undefined {
  const shape = shapeOf(schema);
  return shape.kind === 'id' ? shape.prefix : undefined;
}

function readText({ pattern, format, minLength: min = 0, maxLength: max = 200, example }: Schema): Shape {
  const prefix = idPattern.exec(pattern ?? '')?.[1];
  if (pattern !== undefined && prefix !== undefined) return { kind: 'id', prefix, pattern };
  return {
    kind: 'text',
    min,
    max,
    ...(pattern !== undefined && { pattern }),
    ...(format !== undefined && { format }),
    ...(typeof example === 'string' && { example }),
  };
}
