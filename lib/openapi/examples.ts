import * as z from 'zod';

type Schema = z.core.JSONSchema.JSONSchema;
type Io = 'input' | 'output';
type Example = Record<string, unknown>;

/** What a request (`input`) or a reply (`output`) of this schema may look like: examples given with `meta` come first. */
export const exampleOf = (schema: z.ZodType, io: Io): unknown => valueFor(jsonSchemaOf(schema, io));

/** One example for each member of a union of objects, by what tells it apart from the others; else undefined. */
export function examplesOf(schema: z.ZodType, io: Io): Record<string, unknown> | undefined {
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const members = schema.options.map((option) => valueFor(jsonSchemaOf(option, io)));
  const objects = z.array(z.record(z.string(), z.unknown())).safeParse(members).data;
  const field = schema instanceof z.ZodDiscriminatedUnion ? schema.def.discriminator : undefined;
  return objects && Object.fromEntries(objects.map((member) => [nameOf(member, objects, field), member]));
}

function nameOf(member: Example, all: readonly Example[], discriminator: string | undefined): string {
  if (discriminator !== undefined) return String(member[discriminator]);
  const others = all.filter((other) => other !== member);
  const own = Object.keys(member).find((name) => !others.some((other) => name in other));
  return own ?? String(all.indexOf(member));
}

const jsonSchemaOf = (schema: z.core.$ZodType, io: Io): Schema =>
  z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Schema;

function valueFor(schema: Schema | boolean | undefined): unknown {
  if (typeof schema !== 'object') return null;
  const given = [schema.example, schema.examples?.[0], schema.const, schema.enum?.[0], schema.default];
  const first = given.find((value) => value !== undefined);
  if (first !== undefined) return first;
  const options = schema.anyOf ?? schema.oneOf;
  return options ? valueFor(options[0]) : valueOfType(schema);
}

function valueOfType(schema: Schema): unknown {
  const [type] = [schema.type].flat(); // a union of plain types is written as a list of them
  switch (type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, valueFor(part)]));
    case 'array':
      return [schema.items].flat().map(valueFor);
    case 'string':
      return texts[schema.format ?? ''] ?? 'text';
    case 'integer':
    case 'number':
      return schema.minimum ?? (typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + 1 : 1);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

const texts: Readonly<Record<string, string>> = {
  email: 'ada@example.com',
  uri: 'https://example.com',
  'date-time': '2030-01-31T09:30:00.000Z',
};
