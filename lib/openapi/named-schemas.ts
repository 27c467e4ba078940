import * as z from 'zod';
import type { Domain } from '../../functions/runtime/contract.ts';

export type NamedSchemas = Readonly<Record<string, z.ZodType>>;

/** The schemas that the contracts export, by their exported names: the names of schemas in the document. */
export async function namedSchemas(domains: readonly Domain[]): Promise<NamedSchemas> {
  const named = new Map<string, z.ZodType>();
  for (const domain of domains.filter(({ endpoints }) => endpoints)) {
    const contract: Record<string, unknown> = await import(`../../functions/${domain.name}/contract.ts`);
    for (const [name, schema] of Object.entries(contract)) {
      if (!(schema instanceof z.ZodType)) continue;
      if (named.has(name)) throw new Error(`two contracts export a schema ${name}; in the document it can be one only`);
      named.set(name, schema);
    }
  }
  return Object.fromEntries([...named].sort(([one], [other]) => (one < other ? -1 : 1)));
}
