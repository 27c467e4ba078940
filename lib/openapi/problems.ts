import * as z from 'zod';
import type { ZodOpenApiExampleObject, ZodOpenApiResponseObject } from 'zod-openapi';
import type { Domain, Endpoint } from '../../functions/runtime/contract.ts';
import { commonFaults, type FaultEntry, faultStatus } from '../../functions/runtime/fault.ts';
import { replyHeaders } from './headers.ts';
import { faultsOf } from './refusals.ts';

export type FaultIndex = ReadonlyMap<string, FaultEntry>;

/** Every refusal that an operation can give, by code, in the order of their catalogues. */
export function faultIndex(domains: readonly Domain[]): FaultIndex {
  const declared = [commonFaults, ...domains.map(({ faults }) => faults ?? {})]
    .flatMap((catalog) => Object.values<FaultEntry>(catalog))
    .map((entry): [string, FaultEntry] => [entry.code, entry]);
  const known = new Map(declared);
  const endpoints = domains.flatMap((domain) => Object.values(domain.endpoints ?? {}));
  const used = new Set(endpoints.flatMap((entry) => faultsOf(entry, known).map(({ code }) => code)));
  return new Map(declared.filter(([code]) => used.has(code)));
}

const Codes = z.array(z.string()).min(1);

const FieldError = z.object({
  path: z.string().meta({
    description:
      'The field to change. What is wrong with a post that is stored is named as in `POST /posts`, whatever the request was.',
    example: 'body.text',
  }),
  code: z.string(),
  message: z.string().meta({ description: 'In words for people.' }),
  connectionId: z.string().optional().meta({
    description: 'The connection for which the field is wrong, where it may do for others.',
    example: 'conn_01jdxb8ncye2ha5vvbz9fnzbzt',
  }),
});

/** What every refusal looks like (RFC 9457). */
export function problemSchemas(index: FaultIndex) {
  const ProblemCode = z.enum(Codes.parse([...index.keys()])).meta({
    description: 'What went wrong: decide on this. Codes never change their meaning, and new ones may come.',
    example: 'input.invalid',
  });
  const Problem = z.object({
    type: z.string().meta({ example: 'urn:clientnest:problem:input.invalid' }),
    title: z.string().meta({ description: 'What the code means.' }),
    status: z.int(),
    code: ProblemCode,
    detail: z.string().meta({ description: 'What went wrong this time, in words for people.' }),
    errors: z
      .array(FieldError)
      .optional()
      .meta({ description: 'All fields that are wrong; of what is wrong for a connection, the first ten for each.' }),
    requestId: z.string().meta({ description: 'Quote it when you report a problem.' }),
  });
  return { Problem, ProblemCode };
}

/** What the gateway says by itself, before any operation. */
export const GatewayRefusal = z.object({ message: z.string() }).meta({ example: { message: 'Unauthorized' } });

const statusWords: Record<number, string> = {
  400: 'Malformed',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  412: 'Changed meanwhile',
  413: 'Too large',
  422: 'Invalid',
  429: 'Too many',
  500: 'Failed',
  503: 'Unavailable',
};

/** The refusals of an endpoint, one response for each status. */
export function problemResponses(entry: Endpoint, index: FaultIndex) {
  const byStatus = Object.groupBy(faultsOf(entry, index), ({ kind }) => faultStatus[kind]);
  const responses = Object.entries(byStatus).map(([status, faults = []]) => [
    status,
    problemResponse(entry, Number(status), faults),
  ]);
  return Object.fromEntries(responses) as Record<`${number}`, ZodOpenApiResponseObject>;
}

function problemResponse(entry: Endpoint, status: number, faults: readonly FaultEntry[]): ZodOpenApiResponseObject {
  const lines = faults.map(({ code, title }) => `- \`${code}\`: ${title}`);
  const codes = faults.map(({ code }) => code);
  const ran = codes.some((code) => entry.faults.includes(code) || code === 'internal.error');
  const facts = {
    counted: status !== faultStatus.unauthenticated,
    ran,
    isDone: false,
    tagged: false,
    waits: status === 429,
  };
  return {
    description: `${statusWords[status] ?? status}\n\n${lines.join('\n')}`,
    headers: replyHeaders(entry, facts),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }] },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
      ...(status === faultStatus.unauthenticated &&
        entry.auth !== 'none' && { 'application/json': { schema: GatewayRefusal } }),
    },
  };
}

/** How each refusal looks. */
export function problemExamples(index: FaultIndex): Record<string, ZodOpenApiExampleObject> {
  return Object.fromEntries([...index.values()].map((fault) => [fault.code, problemExample(fault)]));
}

function problemExample({ code, kind, title, remedy }: FaultEntry): ZodOpenApiExampleObject {
  const isOfField = kind === 'invalid' && code.startsWith('input.');
  const errors = isOfField && { errors: [{ path: 'body.name', code, message: 'in words for people' }] };
  const type = `urn:clientnest:problem:${code}`;
  const status = faultStatus[kind];
  return {
    summary: title,
    description: remedy,
    value: { type, title, status, code, detail: title, ...errors, requestId: 'VJ0pPiV2oAMEJVQ=' },
  };
}
