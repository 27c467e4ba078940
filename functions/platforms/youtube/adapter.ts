import type { Adapter } from '../adapter.ts';
import { type AppTools, type MediaTools, outcomeOf } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { youtubeFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { publish } from './publish.ts';
import { reconcile } from './reconcile.ts';
import { prepare, upload } from './upload.ts';

export function youtubeAdapter(tools: AppTools & MediaTools) {
  return {
    platform: youtubeFacts,
    retryClass: 'provable',
    handleFor: textHandle,
    // YouTube knows no handle of ours: the upload session proves what came of it.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    upload: (account, publication) => upload(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish(tools, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}
