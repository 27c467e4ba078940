import * as z from 'zod';
import { type Account, type Attempted, PlatformRefused, type Reconciled } from '../adapter.ts';
import type { AppTools } from '../answer.ts';
import { attemptTimes, maybeOurs } from '../attempt-times.ts';
import { isSameText } from '../same-text.ts';
import { listPages } from './pages.ts';
import { boardOf, optionsOf } from './pin.ts';
import { pinUrl } from './pin-url.ts';
import { pinterestSession } from './session.ts';

/** https://developers.pinterest.com/docs/api/v5/boards-list_pins. Times have no zone; they are of UTC. */
const Pin = z.object({
  id: z.string().min(1),
  created_at: z.string().transform((text) => new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)),
  title: z.string().nullish(),
  description: z.string().nullish(),
  board_section_id: z.string().nullish(),
});
type Pin = z.infer<typeof Pin>;

const listCalls = 3;

/**
 * Looks for the pin among those of its board. That they come newest first is not written anywhere: where what was read does
 * not show it, only the whole list proves that the pin is not there.
 */
export async function reconcile(tools: AppTools, account: Account, attempt: Attempted): Promise<Reconciled> {
  const { since, surelySince } = attemptTimes(attempt);
  const path = `boards/${encodeURIComponent(boardOf(account, attempt))}/pins`;
  try {
    const { send } = pinterestSession(tools, account);
    const find = (pins: readonly Pin[], from: Date) =>
      pins.findLast((pin) => pin.created_at >= from && isAlike(pin, attempt));
    const isEnough = (pins: readonly Pin[]) => find(pins, surelySince) !== undefined || goesBackTo(pins, since);
    const { items, isWhole } = await listPages(tools, send, { item: Pin, path, maxCalls: listCalls, isEnough });
    const ours = find(items, surelySince);
    if (ours) return { kind: 'published', platformPostId: ours.id, url: pinUrl(tools, ours.id) };
    if (find(items, since)) return maybeOurs;
    if (isWhole || goesBackTo(items, since)) return { kind: 'absent' };
    return { kind: 'unknown', message: 'The board has too many pins to tell.' };
  } catch (error) {
    if (!(error instanceof PlatformRefused)) throw error;
    return { kind: 'unknown', message: error.message };
  }
}

/** A title that the post did not give is no difference: Pinterest may have made one. */
function isAlike({ title, description, board_section_id }: Pin, attempt: Attempted): boolean {
  const wanted = optionsOf(attempt);
  const hasTitle = wanted.title === undefined || isSameText(title ?? '', wanted.title);
  const isInPlace = wanted.sectionId === undefined || board_section_id === wanted.sectionId;
  return hasTitle && isInPlace && isSameText(description ?? '', attempt.text);
}

function goesBackTo(pins: readonly Pin[], since: Date): boolean {
  const times = pins.map(({ created_at }) => created_at.getTime());
  const isNewestFirst = times.every((time, place) => place === 0 || time <= (times[place - 1] ?? time));
  return isNewestFirst && (times.at(-1) ?? Number.POSITIVE_INFINITY) < since.getTime();
}
