import { faults } from '../runtime/fault.ts';

export const publicationFaults = faults({
  'publication.not_found': {
    kind: 'missing',
    title: 'The team has no such publication.',
    remedy: 'Use a `publicationId` of a target in `GET /v1/posts/{postId}`.',
  },
  'publication.is_scheduled': {
    kind: 'conflict',
    title: 'The publication waits for its time, or for the next try.',
    remedy: 'Wait, or change the time of the post.',
  },
  'publication.is_queued': {
    kind: 'conflict',
    title: 'The publication is about to go out.',
    remedy: 'Wait for the outcome; while publishing is paused, resume it or cancel the publication.',
  },
  'publication.is_publishing': {
    kind: 'conflict',
    title: 'The publication is on its way.',
    remedy: 'Wait for the outcome.',
  },
  'publication.is_published': {
    kind: 'conflict',
    title: 'The publication is out, and final.',
    remedy: 'Publish again as a new post.',
  },
  'publication.is_failed': {
    kind: 'conflict',
    title: 'The publication failed, and nothing more will be tried.',
    remedy: 'Try again with `POST /v1/publications/{publicationId}/retry`, or change the post.',
  },
  'publication.is_unconfirmed': {
    kind: 'conflict',
    title: 'Nobody knows whether the publication is out.',
    remedy: 'Look at the account, then use `POST /v1/publications/{publicationId}/confirm`; or retry.',
  },
  'publication.is_missed': {
    kind: 'conflict',
    title: 'The publication missed its time, and nothing was sent.',
    remedy: 'Retry or cancel it, or give the post another time.',
  },
  'publication.is_cancelled': {
    kind: 'conflict',
    title: 'The publication was given up.',
    remedy: 'Try again with `POST /v1/publications/{publicationId}/retry`, or give the post another time.',
  },
});
