import type { Adapter } from '../adapter.ts';
import { type AppTools, type MediaTools, outcomeOf } from '../answer.ts';
import { textHandle } from '../handle.ts';
import { tiktokFacts } from './facts.ts';
import { readMetrics } from './figures.ts';
import { prepare } from './prepare.ts';
import { publish } from './publish.ts';
import { reconcile } from './reconcile.ts';
import { upload, videoFileOf } from './upload.ts';

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function tiktokAdapter(tools: AppTools & MediaTools, wait = pause) {
  return {
    platform: tiktokFacts,
    retryClass: 'provable',
    // Pictures are posted by the call that gives their id.
    retryClassOf: (publication) => (videoFileOf(publication) ? 'provable' : 'unprovable'),
    handleFor: textHandle,
    // TikTok knows no handle of ours: the id that it gave proves what came of a video.
    handleValidSeconds: 0,
    unknownPauseSeconds: 30,
    prepare: (account, publication) => prepare(tools, account, publication),
    upload: (account, publication) => upload(tools, account, publication),
    publish: (account, publication) => outcomeOf(() => publish({ ...tools, wait }, account, publication)),
    reconcile: (account, attempt) => reconcile(tools, account, attempt),
    readMetrics: (account, ids) => readMetrics(tools, account, ids),
  } satisfies Adapter;
}
