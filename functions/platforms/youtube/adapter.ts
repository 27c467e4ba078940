import type { Adapter } from '../adapter.ts';
import { type AppTools, type MediaTools, outcomeOf } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { isComment, publishComment } from './comment.ts';
import { youtubeFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { publish } from './publish.ts';
import { reconcile } from './reconcile.ts';
import { reconcileComment } from './reconcile-comment.ts';
import { prepare, upload } from './upload.ts';

export function youtubeAdapter(tools: AppTools & MediaTools) {
  return {
    platform: youtubeFacts,
    retryClass: 'provable',
    // Only an upload session proves anything.
    retryClassOf: (publication) => (isComment(publication) ? 'unprovable' : 'provable'),
    handleFor: textHandle,
    // YouTube knows no handle of ours: the upload session proves what came of it.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    upload: (account, publication) => upload(tools, account, publication),
    publish: (account, publication) =>
      outcomeOf(() =>
        isComment(publication) ? publishComment(tools, account, publication) : publish(tools, account, publication),
      ),
    reconcile: (account, attempt) =>
      isComment(attempt) ? reconcileComment(tools, account, attempt) : reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}
