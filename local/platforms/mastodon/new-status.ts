import * as z from 'zod';
import { isReady } from './entities.ts';
import { invalid, unprocessable } from './refusals.ts';
import { Flag } from './request-body.ts';
import { type Media, type Status, Visibility } from './state.ts';
import { countedLength } from './status-text.ts';
import type { MastodonStore } from './store.ts';

const OptionalText = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

export const NewStatus = z.object({
  status: OptionalText,
  spoiler_text: OptionalText,
  media_ids: z
    .array(z.coerce.string())
    .nullish()
    .transform((ids) => ids ?? []),
  in_reply_to_id: z.coerce
    .string()
    .nullish()
    .transform((id) => id || undefined),
  sensitive: Flag.nullish().transform((flag) => flag ?? false),
  visibility: Visibility.nullish().transform((visibility) => visibility ?? 'public'),
  language: z
    .string()
    .nullish()
    .transform((language) => language || null),
});
export type NewStatus = z.infer<typeof NewStatus>;

/** What the sandbox does not imitate is refused, so that no test passes on a field that was ignored. */
export const notImitated = ['poll', 'scheduled_at', 'quoted_status_id'];

/** Refuses what a real server refuses, in its words. */
export function checkStatus(store: MastodonStore, status: NewStatus, accountId: string) {
  const { maxCharacters, charactersPerUrl } = store.limits;
  if (status.status.trim() === '' && status.media_ids.length === 0) throw invalid("Text can't be blank");
  if (countedLength(status.spoiler_text, 0) + countedLength(status.status, charactersPerUrl) > maxCharacters) {
    throw invalid(`Text character limit of ${maxCharacters} exceeded`);
  }
  checkMedia(store, status.media_ids, accountId);
}

function checkMedia({ state, limits, now }: MastodonStore, ids: string[], accountId: string) {
  if (ids.length > limits.maxMedia) throw unprocessable(`Cannot attach more than ${limits.maxMedia} files`);
  const attached = ids.flatMap((id) => state.current.media[id] ?? []).filter((media) => isFree(media, accountId));
  if (attached.length < ids.length) {
    const missing = ids.filter((id) => !attached.some((media) => media.id === id));
    throw unprocessable(`Media ${missing.join(', ')} not found or already attached to another post`);
  }
  if (attached.length > 1 && attached.some(({ kind }) => kind !== 'image')) {
    throw unprocessable('Cannot attach a video to a post that already contains images');
  }
  if (!attached.every((media) => isReady(media, now()))) {
    throw unprocessable('Cannot attach files that have not finished processing. Try again in a moment!');
  }
}

const isFree = (media: Media, accountId: string) => media.accountId === accountId && media.statusId === null;

/** The parts of a status that a new one, boosts included, begins with. */
export const emptyStatus = {
  text: '',
  spoilerText: '',
  visibility: 'public',
  sensitive: false,
  language: null,
  inReplyToId: null,
  reblogOfId: null,
  idempotencyKey: null,
  likes: 0,
  reposts: 0,
  replies: 0,
} satisfies Partial<Status>;
