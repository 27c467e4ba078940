import { threadsAccess } from '../../../functions/platforms/threads/access.ts';
import { threadsAdapter } from '../../../functions/platforms/threads/adapter.ts';
import { samplePaths } from '../../../local/platforms/sample-media.ts';
import { startThreads } from '../../../local/platforms/threads/start-threads.ts';
import { connectThreads } from '../../support/sandbox.ts';
import { type AdapterCase, adapterSuite } from '../adapter-suite.ts';

const threads: AdapterCase = {
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
};

/** With files that the sandbox itself serves. */
function withFiles(...paths: string[]): AdapterCase {
  let url = '';
  const start = async () => {
    const sandbox = await startThreads();
    url = sandbox.url;
    return sandbox;
  };
  const typeOf = (path: string) => (path === samplePaths.video ? 'video/mp4' : 'image/jpeg');
  return {
    ...threads,
    start,
    content: () => ({ media: paths.map((path) => ({ url: `${url}${path}`, type: typeOf(path), altText: 'A dot' })) }),
  };
}

adapterSuite('Threads', {
  ...threads,
  followUp: {
    kind: 'replies',
    prepare: 'POST /v1.0/:user/threads',
    checkReady: 'GET /v1.0/:id',
    publish: 'POST /v1.0/:user/threads_publish',
    list: 'GET /v1.0/:user/replies',
  },
});
adapterSuite('Threads with a picture', withFiles(samplePaths.picture));
adapterSuite('Threads with a carousel', withFiles(samplePaths.picture, samplePaths.video));
