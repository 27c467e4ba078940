import type { Container } from './state.ts';
import type { ThreadsStore } from './store.ts';

const lifeMs = 24 * 3600_000;

export type ContainerStatus = 'EXPIRED' | 'ERROR' | 'FINISHED' | 'IN_PROGRESS' | 'PUBLISHED';

/** https://developers.facebook.com/documentation/threads/troubleshooting */
export function statusOf({ now }: ThreadsStore, { createdAt, readyAt, error, postId }: Container): ContainerStatus {
  if (postId !== null) return 'PUBLISHED';
  if (now().getTime() - Date.parse(createdAt) > lifeMs) return 'EXPIRED';
  if (readyAt > now().toISOString()) return 'IN_PROGRESS';
  return error === null ? 'FINISHED' : 'ERROR';
}
