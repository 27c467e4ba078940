import type * as z from 'zod';
import { commonFaults, Fault, type FaultEntry, type FieldError } from './fault.ts';

/** Parses one part of a request (`body`, `query`, `path`) or refuses it, naming every field that is wrong. */
export function parseInput<Schema extends z.ZodType>(part: string, schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw refusal(parsed.error.issues.flatMap((issue) => fieldErrors(part, issue)));
}

/** The refusal carries the code that all its errors share, or `input.invalid` when they differ. */
function refusal(errors: FieldError[]): Fault {
  const codes = new Set(errors.map(({ code }) => code));
  const [only] = codes;
  const entry = codes.size === 1 && only !== undefined ? inputFault(only) : undefined;
  return new Fault(entry ?? commonFaults['input.invalid'], { errors });
}

const inputFault = (code: string): FaultEntry | undefined =>
  Object.values(commonFaults).find((entry) => entry.code === code);

function fieldErrors(part: string, issue: z.core.$ZodIssue): FieldError[] {
  const path = [part, ...issue.path.map(String)].join('.');
  if (isMissing(issue)) return [{ path, code: 'input.missing_field', message: 'is needed' }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => ({
        path: `${path}.${name}`,
        code: 'input.unknown_field',
        message: 'is not a field of this operation',
      }));
    case 'custom':
      return [{ path, code: String(issue.params?.code ?? 'input.invalid'), message: issue.message }];
    case 'invalid_union':
      return unionErrors(part, issue) ?? [{ path, code: 'input.invalid', message: issue.message }];
  }
  return [{ path, code: 'input.invalid', message: issue.message }];
}

/** The issue of a discriminated union is about its discriminator, but carries the whole object. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  if (issue.code !== 'invalid_union' || issue.discriminator === undefined) return issue.input === undefined;
  return !Object.hasOwn(Object(issue.input), issue.discriminator);
}

/** A text where an object is wanted, or the like: the caller meant another member of the union. */
const isOfOtherKind = (issues: readonly z.core.$ZodIssue[]) =>
  issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);

/** Of the members of a union, the one that fits best speaks: of the same kind as the input, and with the fewest complaints. */
function unionErrors(part: string, issue: z.core.$ZodIssueInvalidUnion): FieldError[] | undefined {
  const [closest] = [...issue.errors].sort(
    (one, other) => Number(isOfOtherKind(one)) - Number(isOfOtherKind(other)) || one.length - other.length,
  );
  return closest?.flatMap((inner) => fieldErrors(part, { ...inner, path: [...issue.path, ...inner.path] }));
}
