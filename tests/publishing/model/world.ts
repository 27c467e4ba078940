import type { RetryClass } from '../../../functions/platforms/contract.ts';
import { laneTable } from '../../../functions/posts/lane-table.ts';
import { postTable } from '../../../functions/posts/post-table.ts';
import { publicationTable } from '../../../functions/posts/publication-table.ts';
import { attemptTable } from '../../../functions/publishing/attempt-table.ts';
import { publishLane } from '../../../functions/publishing/publish-lane.ts';
import { publishingSettingsTable } from '../../../functions/publishing/publishing-settings-table.ts';
import { addSeconds } from '../../../functions/runtime/clock.ts';
import type { Endpoint } from '../../../functions/runtime/contract.ts';
import { dueIndex } from '../../../functions/runtime/due-index.ts';
import { endpoint } from '../../../functions/runtime/endpoint.ts';
import type { Table } from '../../../functions/runtime/table.ts';
import { openedOf } from '../../support/opened-account.ts';
import { mastodonTarget, noon, plannedPost, recordingQueue, shards } from '../../support/posts.ts';
import { admin, type Request, send, testTeamId } from '../../support/request.ts';
import { freshTable } from '../../support/table.ts';
import { Actor } from './actor.ts';
import { followUpOf, MemoryPlatform, textOf } from './memory-platform.ts';

/** Functions are ended by Lambda when they take longer. */
const lifeSeconds = { publisher: 60, request: 29 };

export type Tools = ReturnType<World['toolsOf']>;
export type Reply = { status: number; body: Record<string, unknown> | undefined };
export type WrittenPost = { number: number; id: string; editions: number };
type Asked = Request & { onReply?: (reply: Reply) => void };

/** Posts, connections, a platform, a clock, and whoever is at work: all there is in a run of the model. */
export class World {
  readonly connections = [mastodonTarget(), mastodonTarget()];
  readonly posts: WrittenPost[] = [];
  readonly platform: MemoryPlatform;
  readonly table: Awaited<ReturnType<typeof freshTable>>;
  actors: Actor[] = [];
  clock = noon;

  private constructor(table: World['table'], retryClass: RetryClass) {
    this.table = table;
    this.platform = new MemoryPlatform(retryClass, () => this.clock);
  }

  static async make(retryClass: RetryClass): Promise<World> {
    return new World(await freshTable(), retryClass);
  }

  get direct() {
    return this.tablesOn(this.table);
  }

  private tablesOn(table: Table) {
    const due = dueIndex('DUE', shards);
    return {
      posts: postTable(table, due),
      publications: publicationTable(table, due),
      lanes: laneTable(table),
      attempts: attemptTable(table),
      settings: publishingSettingsTable(table),
    };
  }

  toolsOf(actor: Actor) {
    const ours = async (teamId: string, ids: readonly string[]) =>
      this.connections.filter(({ id }) => teamId === testTeamId && ids.includes(id));
    const open = async (teamId: string, id: string) => {
      const [connection] = await ours(teamId, [id]);
      return connection && openedOf({ ...connection, accountId: id });
    };
    return {
      ...this.tablesOn(actor.table(this.table)),
      connections: { findMany: ours, listIds: async () => this.connections.map(({ id }) => id) },
      accounts: { open, markNeedsReconnect: async () => undefined },
      adapterFor: async () => this.platform.adapter(actor),
      queue: recordingQueue(),
      now: () => this.clock,
      wait: (ms: number) => actor.gate('wait', async () => this.pass(ms / 1000)),
    };
  }

  pass(seconds: number): void {
    this.clock = addSeconds(this.clock, seconds);
    for (const actor of this.actors) if (actor.diesAt <= this.clock) actor.die();
    this.platform.tick();
  }

  async plan(lanes: number, inSeconds: number, isThread = false): Promise<void> {
    const number = this.posts.length;
    const publishAt = addSeconds(this.clock, inSeconds).toISOString();
    const targets = this.connections.slice(0, lanes);
    const thread = isThread ? [textOf(followUpOf(number), 0)] : [];
    const planned = plannedPost({ targets, publishAt, text: textOf(number, 0), thread });
    await this.direct.posts.insert(planned);
    this.posts.push({ number, id: planned.post.id, editions: 1 });
  }

  /** A message about a lane came to a publisher. */
  async hint(lane: number): Promise<Actor> {
    const connectionId = this.connections[lane]?.id ?? '';
    const actor = new Actor('publisher', addSeconds(this.clock, lifeSeconds.publisher));
    this.actors.push(actor);
    await actor.start(() => publishLane({ teamId: testTeamId, connectionId }, this.toolsOf(actor)));
    return actor;
  }

  /** Somebody of the team sends a request. */
  async ask<E extends Endpoint>(
    entry: E,
    run: Parameters<typeof endpoint<E, Tools>>[1],
    { onReply, ...request }: Asked,
  ): Promise<Actor> {
    const actor = new Actor(entry.name, addSeconds(this.clock, lifeSeconds.request));
    this.actors.push(actor);
    const handler = endpoint(entry, run, () => this.toolsOf(actor));
    await actor.start(async () => {
      const reply = await send(handler, { ...request, caller: admin });
      if (Number(reply.status) >= 500) throw new Error(`${entry.name}: ${JSON.stringify(reply.body)}`);
      onReply?.({ status: Number(reply.status), body: reply.body });
    });
    return actor;
  }
}
