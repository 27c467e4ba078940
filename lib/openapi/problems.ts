import * as z from 'zod';
import type { ZodOpenApiExampleObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { type Domain, type Endpoint, isIdempotent } from '../../functions/runtime/contract.ts';
import { commonFaults, type FaultEntry, faultStatus } from '../../functions/runtime/fault.ts';

/** What every refusal looks like (RFC 9457). */
export const Problem = z.object({
  type: z.string().meta({ example: 'urn:clientnest:problem:input.invalid' }),
  title: z.string(),
  status: z.int(),
  code: z.string().meta({ description: 'Stable: decide on this.', example: 'input.invalid' }),
  detail: z.string().meta({ description: 'In words for people.' }),
  errors: z
    .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'The fields that are wrong, such as `body.publishAt`.' }),
  requestId: z.string().meta({ description: 'Quote it when you report a problem.' }),
});

const statusWords: Record<number, string> = {
  400: 'Malformed',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  422: 'Invalid',
  429: 'Too many',
  500: 'Failed',
  503: 'Unavailable',
};

/** The refusals of an endpoint, one response for each status. */
export function problemResponses(entry: Endpoint, catalog: ReadonlyMap<string, FaultEntry>, headers: z.ZodObject) {
  const declared = entry.faults.map((code) => {
    const fault = catalog.get(code);
    if (!fault) throw new Error(`${entry.name} declares the fault ${code}, which no contract explains`);
    return fault;
  });
  const byStatus = Object.groupBy([...declared, ...commonFaultsOf(entry)], ({ kind }) => faultStatus[kind]);
  const responses = Object.entries(byStatus).map(([status, faults = []]) => [
    status,
    problemResponse(Number(status), faults, headers),
  ]);
  return Object.fromEntries(responses) as Record<`${number}`, ZodOpenApiResponseObject>;
}

function problemResponse(
  status: number,
  faults: readonly FaultEntry[],
  headers: z.ZodObject,
): ZodOpenApiResponseObject {
  const lines = faults.map(({ code, title, remedy }) => `- \`${code}\`: ${title} ${remedy}`);
  const codes = faults.map(({ code }) => code);
  return {
    description: `${statusWords[status] ?? status}\n\n${lines.join('\n')}`,
    headers,
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** Of the refusals that any endpoint may give, those that this one can. */
function commonFaultsOf(entry: Endpoint): FaultEntry[] {
  const { auth, body, query, path, route, versioned } = entry;
  const takesCursor = query !== undefined && 'cursor' in query.shape;
  const isRepeatable = isIdempotent(entry);
  const canBe: Record<keyof typeof commonFaults, boolean> = {
    'input.invalid': Boolean(body ?? query ?? path),
    'input.unknown_field': Boolean(body ?? query),
    'input.missing_field': Boolean(body),
    'input.naive_time': Boolean(body),
    'input.unknown_time_zone': Boolean(body),
    'input.not_json': Boolean(body),
    'input.too_deep': Boolean(body),
    'input.too_large': Boolean(body),
    'auth.token_invalid': auth !== 'none',
    'auth.token_expired': auth !== 'none',
    'auth.key_invalid': auth === 'team',
    'auth.scope_missing': auth === 'team',
    'auth.not_a_member': auth === 'team',
    'auth.role_too_low': auth === 'team',
    'limit.requests_exceeded': auth === 'team',
    'idempotency.key_invalid': isRepeatable,
    'idempotency.key_reused': isRepeatable,
    'idempotency.in_progress': isRepeatable,
    'version.changed': versioned === true && !route.startsWith('GET'),
    'cursor.invalid': takesCursor,
    'internal.error': true,
  };
  return Object.values(commonFaults).filter(({ code }) => canBe[code]);
}

/** Every refusal there is, by code. */
export const faultCatalog = (domains: readonly Domain[]): Map<string, FaultEntry> =>
  new Map(
    [commonFaults, ...domains.map(({ faults }) => faults ?? {})]
      .flatMap((catalog) => Object.values<FaultEntry>(catalog))
      .map((entry) => [entry.code, entry]),
  );

/** How each refusal looks. */
export function problemExamples(catalog: ReadonlyMap<string, FaultEntry>): Record<string, ZodOpenApiExampleObject> {
  const example = ({ code, kind, title }: FaultEntry) => ({
    summary: title,
    value: Problem.parse({
      type: `urn:clientnest:problem:${code}`,
      title,
      status: faultStatus[kind],
      code,
      detail: title,
      requestId: 'VJ0pPiV2oAMEJVQ=',
    }),
  });
  return Object.fromEntries([...catalog.values()].map((fault) => [fault.code, example(fault)]));
}
