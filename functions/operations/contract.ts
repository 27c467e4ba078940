import * as z from 'zod';
import { lostStates } from '../connections/contract.ts';
import { toldStates } from '../publishing/contract.ts';
import { endpoints, streamReaders } from '../runtime/contract.ts';
import { faults } from '../runtime/fault.ts';

/** One thing that the API stands on, as just tried. */
export const Dependency = z.object({
  name: z.enum(['table', 'queue', 'events', 'users']),
  state: z.enum(['ok', 'failed']),
  ms: z.number().int().nonnegative().meta({ example: 4 }),
});
export type Dependency = z.infer<typeof Dependency>;

export const Readiness = z.object({ status: z.enum(['ready', 'not_ready']), dependencies: z.array(Dependency) });
export type Readiness = z.infer<typeof Readiness>;

export const operationsFaults = faults({
  'health.not_ready': {
    kind: 'unavailable',
    title: 'Something that the API stands on does not answer.',
    remedy: 'Try again; `errors` names what fails.',
  },
});

export const operationsContract = endpoints(
  { domain: 'operations', faults: operationsFaults },
  {
    getHealth: {
      route: 'GET /health',
      summary: 'Whether the API answers; asks nothing else',
      auth: 'none',
      reply: { status: 200, body: z.object({ status: z.literal('ok') }) },
      faults: [],
      needs: [],
    },
    getReadiness: {
      route: 'GET /health/ready',
      summary: 'Whether table, queue, event bus and user pool answer, each with its latency',
      description:
        'Asked at most once in five seconds by each running copy of the function; in between the last answer is given.',
      auth: 'none',
      reply: { status: 200, body: Readiness },
      faults: ['health.not_ready'],
      needs: ['health'],
    },
    getOpenapi: {
      route: 'GET /openapi.json',
      summary: 'This API as an OpenAPI 3.1 document',
      auth: 'none',
      reply: { status: 200, body: z.string(), contentType: 'application/json' },
      faults: [],
      needs: [],
      assets: ['docs/openapi.json'],
    },
    getDocs: {
      route: 'GET /docs',
      summary: 'The documentation page',
      auth: 'none',
      reply: { status: 200, body: z.string(), contentType: 'text/html; charset=utf-8' },
      faults: [],
      needs: [],
      assets: ['functions/operations/docs-page/page.html'],
    },
    getDocsScript: {
      route: 'GET /docs/page.js',
      summary: 'The script of the documentation page',
      auth: 'none',
      reply: { status: 200, body: z.string(), contentType: 'text/javascript; charset=utf-8' },
      faults: [],
      needs: [],
      assets: ['swagger-ui-dist/swagger-ui-bundle.js', 'functions/operations/docs-page/page.js'],
    },
    getDocsStyle: {
      route: 'GET /docs/page.css',
      summary: 'The style of the documentation page',
      auth: 'none',
      reply: { status: 200, body: z.string(), contentType: 'text/css; charset=utf-8' },
      faults: [],
      needs: [],
      assets: ['swagger-ui-dist/swagger-ui.css', 'functions/operations/docs-page/page.css'],
    },
  },
);

export const operationsStreamReaders = streamReaders('operations', {
  relayEvents: {
    summary: 'Passes domain events from the table to the event bus',
    entity: 'event',
    moves: [
      { entity: 'publication', into: toldStates },
      { entity: 'connection', into: lostStates },
    ],
    needs: ['events:put'],
  },
});
