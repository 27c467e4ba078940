import { faults } from '../runtime/fault.ts';

export const postFaults = faults({
  'post.not_found': {
    kind: 'missing',
    title: 'The team has no such post.',
    remedy: 'Use an id from `GET /v1/posts`.',
  },
  'post.in_past': {
    kind: 'invalid',
    title: 'The time to publish is in the past.',
    remedy: 'Choose a later time, or leave it out and publish now with `POST /v1/posts/{postId}/publish`.',
  },
  'post.no_targets': {
    kind: 'invalid',
    title: 'A post cannot be scheduled without a connection to publish to.',
    remedy: 'Give at least one id in `connectionIds`.',
  },
  'post.no_free_slot': {
    kind: 'conflict',
    title: 'A connection has no free slot within a year.',
    remedy: 'Give it more slots with `PUT /v1/connections/{connectionId}/slots`, or choose a time.',
  },
  'post.slot_taken': {
    kind: 'conflict',
    title: 'Other posts were faster to take the next slots.',
    remedy: 'Try again.',
  },
  'post.text_too_long': {
    kind: 'invalid',
    title: 'The text is too long for one of the targets.',
    remedy: 'Change the fields in `errors`, or leave out the targets that they name (`connectionId`).',
  },
  'post.media_refused': {
    kind: 'invalid',
    title: 'One of the targets does not take the pictures or videos of the post, or needs some.',
    remedy:
      'Change the fields in `errors`, or leave out the targets that they name (`connectionId`); `limits` of a connection has what it takes.',
  },
  'post.too_large': {
    kind: 'invalid',
    title: 'The texts and files of the post and its thread are too much for one post.',
    remedy: 'Shorten texts and alternative texts, or make two posts of it: 100 kB in all.',
  },
  'post.thread_refused': {
    kind: 'invalid',
    title: 'One of the targets has no threads, or no comments, or does not take what is to follow the post.',
    remedy:
      'Change the fields in `errors`, or leave out the targets that they name (`connectionId`); `limits` of a connection has what it takes.',
  },
  'post.locked': {
    kind: 'conflict',
    title: 'The post is about to go out or on its way and can no longer be changed.',
    remedy: 'Wait for the outcome.',
  },
  'post.final': {
    kind: 'conflict',
    title: 'The post was published, or may have been, at least in part, and is final.',
    remedy: 'Publish again as a new post.',
  },
});
