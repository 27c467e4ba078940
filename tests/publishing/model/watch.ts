import { expect } from 'vitest';
import { StoredPost } from '../../../functions/posts/post.ts';
import { derivePostState, StoredPublication, targetOf } from '../../../functions/posts/publication.ts';
import { isSettled, transitions } from '../../../functions/posts/transitions.ts';
import type { Row } from '../../../functions/runtime/table.ts';
import { testTeamId } from '../../support/request.ts';
import { followUpOf, numberOf } from './memory-platform.ts';
import type { Reply, World } from './world.ts';

/** A crisis stop that was answered: how many calls its lanes had seen by then, and how many it said may still come. */
type Stop = { lanes: readonly string[]; calls: number; inFlight: number };
type Seen = { row: Row; publication: StoredPublication };

/** What must hold at any moment, whoever is in the middle of whatever. */
export class Watch {
  private readonly world: World;
  private seen = new Map<string, Seen>();
  private stops: Stop[] = [];
  private ends = 0;

  constructor(world: World) {
    this.world = world;
  }

  async look(): Promise<void> {
    const seen = new Map((await this.publicationRows()).map((one) => [`${one.row.pk} ${one.row.sk}`, one]));
    for (const [key, one] of seen) this.checkRow(one, this.seen.get(key));
    for (const [key, { publication }] of this.seen)
      if (!seen.has(key)) expect(['published', 'unconfirmed', 'publishing']).not.toContain(publication.state);
    this.seen = seen;
    this.checkPlatform();
    this.checkStops();
    this.checkActors();
  }

  private async publicationRows(): Promise<Seen[]> {
    const rows = (await this.world.table.rows()).filter(({ entity }) => entity === 'publication');
    return rows.map((row) => ({ row, publication: StoredPublication.parse(row) }));
  }

  /** What is to be done is in both indexes, the rest in none; states move as the transitions say. */
  private checkRow({ row, publication: { state } }: Seen, before: Seen | undefined): void {
    const keys = ['gsi1pk', 'gsi1sk', 'gsi3pk', 'gsi3sk'].filter((key) => key in row);
    expect(keys, state).toEqual(isSettled(state) ? [] : ['gsi1pk', 'gsi1sk', 'gsi3pk', 'gsi3sk']);
    if (!before) return;
    const { state: from } = before.publication;
    if (from === 'published') expect(row, 'what is published changed').toEqual(before.row);
    const allowed = Object.values(transitions).some((one) => one.to === state && one.from.some((s) => s === from));
    if (from !== state) expect({ from, to: state, allowed }).toMatchObject({ allowed: true });
  }

  /** Nothing is on the platform twice: not by another planning of its post either. */
  private checkPlatform(): void {
    const { posts, connections, platform } = this.world;
    for (const number of posts.flatMap((post) => [post.number, followUpOf(post.number)]))
      for (const { id } of connections) expect(platform.of(id, number).length, `post ${number}`).toBeLessThan(2);
  }

  private callsOn = (lanes: readonly string[]) =>
    this.world.platform.calls.filter((lane) => lanes.includes(lane)).length;

  /** Somebody asks for a stop; it counts from its answer on, unless it was ended meanwhile. */
  stopBegins(connectionId: string | undefined): (reply: Reply) => void {
    const { ends } = this;
    const lanes = this.world.connections
      .map(({ id }) => id)
      .filter((id) => connectionId === undefined || id === connectionId);
    return ({ status, body }) => {
      expect(status).toBe(200);
      const isEnding = this.world.actors.some(({ name, isAlive }) => name === 'resumePublishing' && isAlive);
      if (ends === this.ends && !isEnding)
        this.stops.push({ lanes, calls: this.callsOn(lanes), inFlight: Number(body?.inFlight) });
    };
  }

  stopsEnd(): void {
    this.ends++;
    this.stops = [];
  }

  private checkStops(): void {
    for (const { lanes, calls, inFlight } of this.stops)
      expect(this.callsOn(lanes) - calls, 'more went out than the stop had said').toBeLessThanOrEqual(inFlight);
  }

  private checkActors(): void {
    for (const { name, failure } of this.world.actors)
      if (failure) throw new Error(`${name} failed`, { cause: failure });
  }

  /** Once nobody is at work any more: posts say what their publications say, and these say what is on the platform. */
  async checkEnd(): Promise<void> {
    await this.look();
    const rows = await this.world.table.rows();
    const posts = rows.filter(({ entity }) => entity === 'post').map((row) => StoredPost.parse(row));
    for (const post of posts) this.checkPost(post);
    for (const { number, id } of this.world.posts)
      if (!posts.some((post) => post.id === id)) expect(this.onPlatform(number), 'deleted, and out').toEqual([]);
  }

  private onPlatform = (number: number) =>
    this.world.connections.flatMap(({ id }) =>
      [number, followUpOf(number)].flatMap((one) => this.world.platform.of(id, one)),
    );

  private checkPost(post: StoredPost): void {
    const publications = [...this.seen.values()]
      .map(({ publication }) => publication)
      .filter(({ postId }) => postId === post.id);
    const targets = new Map(publications.map((one) => [one.connectionId, targetOf(one)]));
    expect(post.targets).toEqual(post.targets.map((target) => targets.get(target.connectionId) ?? target));
    expect(post.state).toBe(derivePostState(post.targets.map(({ state }) => state)));
    expect(publications).toHaveLength(post.publishAt === null ? 0 : post.targets.length);
    for (const publication of publications) this.checkOutcome(publication, post);
    if (post.publishAt === null) expect(this.onPlatform(numberOf(post.text)), 'a draft, and out').toEqual([]);
  }

  /** What is out is what the publication says is out: all of it, or a thread up to some part. */
  private checkOutcome(publication: StoredPublication, { text, thread }: StoredPost): void {
    const { state, connectionId, parts } = publication;
    expect(isSettled(state), `${state} for ever`).toBe(true);
    const numbers = [numberOf(text), followUpOf(numberOf(text))];
    const out = numbers.flatMap((number) => this.world.platform.of(connectionId, number)).map((shown) => shown.text);
    const wanted = [text, ...thread.map((part) => part.text)];
    const known = wanted.slice(0, parts?.length ?? (state === 'published' ? 1 : 0));
    expect(state === 'unconfirmed' ? out.slice(0, known.length) : out, state).toEqual(known);
    if (state === 'published' && parts === undefined) expect(thread, 'a thread without its parts').toEqual([]);
  }

  /** Every message is lost, everybody dies, the platform is well again: the timer's index alone must bring all to an end. */
  async finish(): Promise<void> {
    const { world } = this;
    for (const actor of world.actors) actor.die();
    world.platform.answers = [];
    world.platform.isBlind = false;
    this.stopsEnd();
    for (const connectionId of [undefined, ...world.connections.map(({ id }) => id)])
      await world.direct.settings.resume({ teamId: testTeamId, connectionId });
    for (let rounds = 0; rounds < 300; rounds++) {
      const next = await this.nextDue();
      if (next === undefined) return this.checkEnd();
      world.pass(Math.max(75, (Date.parse(next) - world.clock.getTime()) / 1000));
      for (const lane of world.connections.keys()) await this.publish(lane);
    }
    throw new Error('publications never end');
  }

  private async nextDue(): Promise<string | undefined> {
    const keys = (await this.publicationRows()).map(({ row }) => row.gsi1sk).filter((key) => key !== undefined);
    return keys.map((key) => String(key).split('#')[0] ?? '').toSorted()[0];
  }

  private async publish(lane: number): Promise<void> {
    const publisher = await this.world.hint(lane);
    while (publisher.isAlive) if (await publisher.step()) await this.look();
  }
}
