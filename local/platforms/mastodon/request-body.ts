import type { Context } from 'hono';
import * as z from 'zod';
import { SandboxRefusal } from '../sandbox-refusal.ts';

/** Rails takes forms and JSON alike; `media_ids[]` in a form is `media_ids` in JSON. */
export async function bodyFields(c: Context): Promise<Record<string, unknown>> {
  if (c.req.header('Content-Type')?.startsWith('application/json')) return jsonFields(await c.req.text());
  const form = await c.req.parseBody({ all: true });
  return Object.fromEntries(Object.entries(form).map(formField));
}

const formField = ([name, value]: [string, unknown]) =>
  name.endsWith('[]') ? [name.slice(0, -2), Array.isArray(value) ? value : [value]] : [name, value];

function jsonFields(text: string) {
  const body = z.record(z.string(), z.unknown()).safeParse(parsedJson(text));
  if (!body.success) throw new SandboxRefusal(400, { error: 'Bad Request' });
  return body.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Checkbox values as Rails reads them. */
export const Flag = z.union([
  z.boolean(),
  z.string().transform((text) => !['', '0', 'f', 'false', 'off'].includes(text)),
]);
