import * as z from 'zod';
import { changesVersion, type Endpoint, isIdempotent } from '../../functions/runtime/contract.ts';
import { commonFaults, type FaultEntry } from '../../functions/runtime/fault.ts';

type Refusals = Record<keyof typeof commonFaults, boolean>;

/** Every refusal that an operation can give: what it declares, and what its border can refuse. */
export function faultsOf(entry: Endpoint, known: ReadonlyMap<string, FaultEntry>): FaultEntry[] {
  const declared = entry.faults.map((code) => {
    const fault = known.get(code);
    if (!fault) throw new Error(`${entry.name} declares the fault ${code}, which no contract explains`);
    return fault;
  });
  const canBe = { ...inputRefusals(entry), ...callerRefusals(entry), ...kernelRefusals(entry) } satisfies Refusals;
  return [...declared, ...Object.values(commonFaults).filter(({ code }) => canBe[code])];
}

/** A query is always looked at: where none is declared, each parameter is one too many. */
function inputRefusals({ body, query, path }: Endpoint) {
  const taken = [body, query].filter((schema) => schema !== undefined).map(inputSchema);
  const hasBody = body !== undefined;
  return {
    'input.invalid': hasBody || query !== undefined || path !== undefined,
    'input.unknown_field':
      query === undefined || taken.some((schema) => schema.includes('"additionalProperties":false')),
    'input.missing_field': taken.some((schema) => schema.includes('"required":[')),
    'input.naive_time': taken.some((schema) => schema.includes('"format":"date-time"')),
    'input.impossible_time': taken.some((schema) => /"format":"(local-)?date-time"/.test(schema)),
    'input.unknown_time_zone': taken.some((schema) => schema.includes('"format":"iana-time-zone"')),
    'input.not_json': hasBody,
    'input.too_deep': hasBody,
    'input.too_large': hasBody,
  };
}

const inputSchema = (schema: z.ZodType) =>
  JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

const callerRefusals = ({ auth }: Endpoint) => ({
  'auth.token_invalid': auth !== 'none',
  'auth.token_expired': auth !== 'none',
  'auth.key_invalid': auth !== 'none',
  'auth.scope_missing': auth === 'team',
  'auth.not_a_member': auth === 'team',
  'auth.role_too_low': auth === 'team',
});

const kernelRefusals = (entry: Endpoint) => ({
  'limit.requests_exceeded': entry.auth === 'team',
  'idempotency.key_invalid': isIdempotent(entry),
  'idempotency.key_reused': isIdempotent(entry),
  'idempotency.in_progress': isIdempotent(entry),
  'version.changed': changesVersion(entry),
  'cursor.invalid': entry.query !== undefined && 'cursor' in entry.query.shape,
  'internal.error': true,
});
