import * as z from 'zod';
import { isSameText } from '../same-text.ts';
import { findXLinks } from './links.ts';

const Entities = z.object({
  urls: z.array(z.object({ url: z.string(), expanded_url: z.string(), media_key: z.string().optional() })).default([]),
});

/** A post as X lists it: links are made short ones of its own, and a long text is beside the short one. */
export const XPost = z.object({
  id: z.string().min(1),
  text: z.string(),
  created_at: z.coerce.date(),
  entities: Entities.optional(),
  attachments: z.object({ media_keys: z.array(z.string()).default([]) }).optional(),
  /** A post that begins with a name has `in_reply_to_user_id` too, so only this tells a reply. */
  referenced_tweets: z.array(z.object({ type: z.string(), id: z.string() })).default([]),
  note_tweet: z.object({ text: z.string(), entities: Entities.optional() }).optional(),
});
export type XPost = z.infer<typeof XPost>;

/** The post that this one is a reply to, if it is one. */
export const answeredBy = ({ referenced_tweets }: XPost) =>
  referenced_tweets.find(({ type }) => type === 'replied_to')?.id;

const leadingName = /^@\w+\s+/;

/** Whether the post shows the text that was sent. X puts before a reply whom the post mentioned that it answers. */
export function shows(post: XPost, sent: string): boolean {
  const wanted = plain(sent);
  let shown = wholeText(post);
  while (answeredBy(post) !== undefined && !isSameText(shown, wanted) && leadingName.test(shown))
    shown = shown.replace(leadingName, '');
  return isSameText(shown, wanted);
}

function wholeText({ id, text, entities, note_tweet }: XPost): string {
  const whole = note_tweet ?? { text, entities };
  // Of the post's own files the text ends in a link to them.
  const isOfFile = ({ expanded_url, media_key }: Url) =>
    media_key !== undefined || ['photo', 'video'].some((kind) => expanded_url.includes(`/status/${id}/${kind}/`));
  return expanded(whole.text, whole.entities, isOfFile);
}

type Entities = z.infer<typeof Entities>;
type Url = Entities['urls'][number];

function expanded(text: string, entities: Entities = { urls: [] }, isOfFile: (url: Url) => boolean): string {
  const long = entities.urls.reduce(
    (shown, link) => shown.replaceAll(link.url, () => (isOfFile(link) ? '' : link.expanded_url)),
    text,
  );
  return plain(long.replace(/&(amp|lt|gt);/g, (_, name: string) => signs[name] ?? ''));
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

/** Links without what X may change of them: the protocol, the case of the host, a slash at the end. */
function plain(text: string): string {
  let end = 0;
  const parts = findXLinks(text).map((link) => {
    const before = text.slice(end, link.start);
    end = link.end;
    return before + address(link.url);
  });
  return parts.join('') + text.slice(end);
}

function address(link: string): string {
  const { host, pathname, search, hash } = new URL(/^https?:/i.test(link) ? link : `https://${link}`);
  return `${host}${pathname}${search}${hash}`.replace(/\/$/, '');
}
