import { threadsAccess } from '../../../functions/platforms/threads/access.ts';
import { threadsAdapter } from '../../../functions/platforms/threads/adapter.ts';
import { startThreads } from '../../../local/platforms/threads/start-threads.ts';
import { connectThreads } from '../../support/sandbox.ts';
import { adapterSuite } from '../adapter-suite.ts';

adapterSuite('Threads', {
  start: () => startThreads(),
  connect: connectThreads,
  adapterOver: threadsAdapter,
  accessOver: threadsAccess,
  operations: {
    prepare: 'POST /v1.0/:user/threads',
    checkReady: 'GET /v1.0/:id',
    publish: 'POST /v1.0/:user/threads_publish',
    list: 'GET /v1.0/:user/threads',
    metrics: 'GET /v1.0/:id/insights',
  },
  expired: 'lost',
  tellsRetry: 'minutes',
  urlPattern: /\/@alice\/post\/\w+$/,
});
