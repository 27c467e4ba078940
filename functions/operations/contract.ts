import * as z from 'zod';
import { endpoints, streamReaders } from '../runtime/contract.ts';

export const operationsContract = endpoints(
  { domain: 'operations', faults: {} },
  {
    getHealth: {
      route: 'GET /health',
      summary: 'Whether the API answers; asks nothing else',
      auth: 'none',
      reply: { status: 200, body: z.object({ status: z.literal('ok') }) },
      faults: [],
      needs: [],
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
    },
    getDocsScript: {
      route: 'GET /docs/page.js',
      summary: 'The script of the documentation page',
      auth: 'none',
      reply: { status: 200, body: z.string(), contentType: 'text/javascript; charset=utf-8' },
      faults: [],
      needs: [],
      assets: ['swagger-ui-dist/swagger-ui-bundle.js'],
    },
    getDocsStyle: {
      route: 'GET /docs/page.css',
      summary: 'The style of the documentation page',
      auth: 'none',
      reply: { status: 200, body: z.string(), contentType: 'text/css; charset=utf-8' },
      faults: [],
      needs: [],
      assets: ['swagger-ui-dist/swagger-ui.css'],
    },
  },
);

export const operationsStreamReaders = streamReaders('operations', {
  relayEvents: {
    summary: 'Passes domain events from the table to the event bus',
    entity: 'event',
    needs: ['events:put'],
  },
});
