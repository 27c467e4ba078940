import * as z from 'zod';
import { domains } from '../../functions/contracts.ts';
import type { Endpoint } from '../../functions/runtime/contract.ts';
import { operation } from '../../lib/openapi/operation.ts';
import { faultIndex } from '../../lib/openapi/problems.ts';

/** What the OpenAPI document promises of the replies of an operation that have one status. */
type Documented = {
  /** By their names in lower case. */
  headers: Readonly<Record<string, z.ZodType>>;
  mediaTypes: readonly string[];
  /** The refusals that it may be. */
  codes: readonly string[];
};

const Response = z.object({
  headers: z.instanceof(z.ZodObject),
  content: z.record(z.string(), z.object({ schema: z.unknown() })).default({}),
});
const OfCode = z.object({
  allOf: z.tuple([z.unknown(), z.object({ properties: z.object({ code: z.object({ enum: z.array(z.string()) }) }) })]),
});

const faults = faultIndex(domains);
const known = new Map<string, ReadonlyMap<string, Documented>>();

/** Undefined where the document knows of no reply with this status. */
export function documented(entry: Endpoint, status: number): Documented | undefined {
  const replies = known.get(entry.name) ?? repliesOf(entry);
  known.set(entry.name, replies);
  return replies.get(String(status));
}

function repliesOf(entry: Endpoint): ReadonlyMap<string, Documented> {
  const replies = Object.entries(operation(entry, faults).responses).map(([status, response]) => {
    const { headers, content } = Response.parse(response);
    const ofCode = OfCode.safeParse(content['application/problem+json']?.schema).data;
    const named = Object.entries(headers.shape).map(([name, schema]) => [name.toLowerCase(), schema]);
    return [
      status,
      {
        headers: Object.fromEntries(named),
        mediaTypes: Object.keys(content),
        codes: ofCode?.allOf[1].properties.code.enum ?? [],
      },
    ] as const;
  });
  return new Map(replies);
}
