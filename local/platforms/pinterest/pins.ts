import type { SandboxApp } from '../sandbox-platform.ts';
import { newPin } from './new-pin.ts';
import { invalid, pinMissing } from './refusals.ts';
import type { Pin, User } from './state.ts';
import { callerOf, ownBoard, type PinterestStore, pageOf, versionPath } from './store.ts';

const dayMs = 24 * 3600_000;

/** What is pinned, and what can be read of it. */
export function addPins(app: SandboxApp, store: PinterestStore) {
  const { current } = store.state;
  const ownPin = (user: User, id: string): Pin => {
    const pin = current.pins[id];
    if (pin?.userId !== user.id) throw pinMissing();
    return pin;
  };

  app.post(`${versionPath}/pins`, async (c) => {
    const { user } = callerOf(c, store, 'boards:read', 'boards:write', 'pins:read', 'pins:write');
    const pin = await newPin(store, user, await c.req.json().catch(() => undefined));
    current.pins[pin.id] = pin;
    store.state.changed();
    return c.json(pinView(store, pin), 201);
  });

  app.get(`${versionPath}/boards/:board/pins`, (c) => {
    const { user } = callerOf(c, store, 'boards:read', 'pins:read');
    const board = ownBoard(store, user, c.req.param('board'));
    const pins = newestFirst(Object.values(current.pins).filter(({ boardId }) => boardId === board.id));
    const { shown, bookmark } = pageOf(pins, c.req.query());
    return c.json({ items: shown.map((pin) => pinView(store, pin)), bookmark });
  });

  app.get(`${versionPath}/pins/:pin`, (c) => {
    const { user } = callerOf(c, store, 'boards:read', 'pins:read');
    return c.json(pinView(store, ownPin(user, c.req.param('pin'))));
  });

  app.get(`${versionPath}/pins/:pin/analytics`, (c) => {
    const { user } = callerOf(c, store, 'boards:read', 'pins:read');
    const pin = ownPin(user, c.req.param('pin'));
    const { start_date = '', end_date = '', metric_types = '' } = c.req.query();
    const isFar = store.now().getTime() - Date.parse(start_date) > 90 * dayMs;
    if (isFar || !(Date.parse(start_date) <= Date.parse(end_date))) throw invalid('Invalid pins analytics parameters.');
    const asked = (counts: Record<string, number>) =>
      Object.fromEntries(Object.entries(counts).filter(([name]) => metric_types.split(',').includes(name)));
    return c.json({
      all: {
        daily_metrics: [],
        lifetime_metrics: asked({ TOTAL_COMMENTS: pin.replies, TOTAL_REACTIONS: pin.likes }),
        summary_metrics: asked({ SAVE: pin.reposts, IMPRESSION: 0 }),
      },
    });
  });
}

/** Times are told in whole seconds, without a zone. */
const pinView = (store: PinterestStore, pin: Pin) => ({
  id: pin.id,
  created_at: pin.createdAt.replace(/\.\d+Z$/, ''),
  title: pin.title,
  description: pin.description,
  link: pin.link,
  alt_text: pin.altText,
  board_id: pin.boardId,
  board_section_id: pin.sectionId,
  board_owner: { username: store.state.current.users[pin.userId]?.username },
  creative_type: pin.mediaSource.source_type === 'video_id' ? 'VIDEO' : 'REGULAR',
  media: { media_type: pin.mediaSource.source_type === 'video_id' ? 'video' : 'image' },
  is_owner: true,
});

/** Ids of one length sort as text, so by time. */
export const newestFirst = (pins: Pin[]) => pins.toSorted((one, other) => (one.id < other.id ? 1 : -1));
