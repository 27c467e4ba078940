import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { catalogue } from '../../functions/platforms/catalogue.ts';
import { PlatformId, type RetryClass } from '../../functions/platforms/contract.ts';
import { fates } from '../../local/faults/fates.ts';
import { type Sandboxes, startSandboxes } from '../../local/platforms/sandboxes.ts';
import { author, type Wish } from './author.ts';
import { judge, type Verdict } from './judge.ts';
import { connectLostAgain } from './owner.ts';
import { powerSupply } from './power-supply.ts';
import { playRound } from './round.ts';
import { layScene, type Team, textPlatforms } from './scene.ts';
import { calm, storm } from './weather.ts';
import { shownOn, type TableWitness, tableWitness } from './witnesses.ts';

type Options = {
  posts: number;
  seed: number;
  /** Where the stack keeps its data, for those who look into a failure. */
  directory: string;
  /** Of every fault. */
  tell: (fault: string) => void;
  /** Of the few steps on the way. */
  say: (step: string) => void;
};

/** Posts come in days of so many: one that is in doubt for an hour is given up, so no day may be longer. */
const postsPerDay = 250;
const postsPerTeam = 25;
const leastTeams = 6;
/** Storms end when this much is settled, or after so many; what is left must come to rest when everything works again. */
const settledInStorm = 0.8;
const leastStorms = 2;
const publicationsPerStorm = 100;
/** Less than the hour after which the publisher gives up what it could not prove. */
const longestSleepMs = 45 * 60_000;
/** Longer than anything stays in doubt. */
const longestRestMs = 3 * 3600_000;
/** Until what failed for a lost account is out: by then nothing goes wrong any more. */
const mendingRounds = 20;
/** Some ticks of the schedules, so that whoever believes to have work does it. */
const nextMorningMs = 4_000;

/**
 * Publishes posts while everything that can goes wrong, cuts the power again and again in the middle, and holds what the
 * platforms show in the end against what the table tells.
 */
export async function runChaos({ posts, seed, directory, tell, say }: Options): Promise<Verdict> {
  await using running = new AsyncDisposableStack();
  const sandboxes = running.adopt(await startSandboxes(), (all) => all.stop());
  const power = powerSupply({ directory, sandboxes, tell });
  running.defer(power.cut);

  const { apiUrl } = await power.on(calm);
  const count = Math.max(leastTeams, Math.ceil(Math.min(posts, postsPerDay) / postsPerTeam));
  const teams = await layScene({ apiUrl, platforms: sandboxes.urls, teams: count });
  say(`${count} teams have an account on each of ${textPlatforms.join(', ')}`);
  await power.cut();

  const wishes: Wish[] = [];
  for (let first = 0; first < posts; first += postsPerDay) {
    const count = Math.min(postsPerDay, posts - first);
    const writer = author({ first, count, teams, fates: fates(`author ${seed} ${first}`) });
    const day = { writer, power, platforms: sandboxes.urls, teams, seed, first, tell, say };
    await liveThrough(day);
    if (first + count === posts) await comeToRest(day);
    wishes.push(...writer.wishes);
  }
  const stack = await power.on(calm);
  await sleep(nextMorningMs);
  return await verdict(tableWitness(stack), { wishes, urls: sandboxes.urls });
}

type Day = Pick<Options, 'seed' | 'tell' | 'say'> & {
  writer: ReturnType<typeof author>;
  power: ReturnType<typeof powerSupply>;
  platforms: Sandboxes['urls'];
  teams: readonly Team[];
  /** The number of its first post. */
  first: number;
};

/** One storm after the other, with power cuts between them, then calm until all is settled. */
async function liveThrough(day: Day): Promise<void> {
  const { writer, power, say } = day;
  const wanted = writer.left();
  const morning = power.sleptMs();
  const storms = leastStorms + wanted / publicationsPerStorm;
  let left = wanted;
  for (let round = 1; left > 0 && power.sleptMs() - morning < longestSleepMs; round++) {
    const isStormy = writer.left() > 0 || (left > wanted * (1 - settledInStorm) && round <= storms);
    left = await liveRound(day, { round, left, isStormy });
    say(`power cut: ${left} of ${wanted} publications not settled`);
  }
  await mendAccounts(day);
  power.sleep(longestSleepMs);
}

/** What nothing can prove is given up an hour after it came into doubt, which may be long after the time of its post. */
async function comeToRest(day: Day): Promise<void> {
  const { power, say } = day;
  const evening = power.sleptMs();
  let left = 1;
  for (let round = 1; left > 0 && power.sleptMs() - evening < longestRestMs; round++) {
    left = await liveRound(day, { round, left, isStormy: false });
    say(`at rest: ${left} publications not settled`);
  }
  await mendAccounts(day);
}

/** In the evening somebody connects what lost its access during the day, and what failed for that goes out. */
async function mendAccounts(day: Day): Promise<void> {
  const { writer, power, platforms, teams, say } = day;
  const { apiUrl } = await power.on(calm);
  const lost = await connectLostAgain({ apiUrl, platforms, teams, wishes: writer.wishes });
  await power.cut();
  if (lost === 0) return;
  let left = 1;
  for (let round = 1; left > 0 && round <= mendingRounds; round++)
    left = await liveRound(day, { round, left, isStormy: false });
  say(`${lost} accounts were lost and connected again: ${left} publications not settled`);
}

type Round = { round: number; left: number; isStormy: boolean };

/** Gives how much is not settled when the power is cut. */
async function liveRound(day: Day, { round, left, isStormy }: Round): Promise<number> {
  const { writer, power, platforms, seed, first, tell, say } = day;
  const stack = await power.on(isStormy ? storm(seed, first + round) : calm);
  say(`posts from ${first}, round ${round}, ${isStormy ? 'a storm' : 'calm'}`);
  const { waitsMs, over, ...played } = await playRound({
    apiUrl: stack.apiUrl,
    crashedAt: power.crashedAt,
    table: tableWitness(stack),
    writer,
    urls: Object.values(platforms),
    left,
    isStormy,
    fates: fates(`round ${seed} ${first + round}`),
    tell,
  });
  await power.cut();
  await over;
  power.sleep(waitsMs);
  return played.left;
}

/** By which platforms show that a part was published before. */
const followUpClasses: Partial<Record<PlatformId, RetryClass>> = {
  mastodon: 'idempotent',
  bluesky: 'idempotent',
  threads: 'provable',
};

const Told = z.object({
  postId: z.string(),
  connectionId: z.string(),
  platform: PlatformId,
  state: z.string(),
  platformPostId: z
    .string()
    .nullish()
    .transform((id) => id ?? undefined),
  parts: z.array(z.unknown()).default([]),
});

type Seen = { wishes: readonly Wish[]; urls: Sandboxes['urls'] };

async function verdict(table: TableWitness, { wishes, urls }: Seen): Promise<Verdict> {
  const [rows, shown] = await Promise.all([table.rows('publication'), shownOn(urls)]);
  const connections = wishes.flatMap(({ team }) => team.connections);
  return judge({
    asked: wishes,
    told: z
      .array(Told)
      .parse(rows)
      .map(({ parts, ...row }) => ({ ...row, partsOut: parts.length })),
    shown,
    platformOf: new Map(connections.map(({ id, platform }) => [id, platform])),
    classOf: (platform, part) =>
      part === 'post' ? catalogue[platform].capabilities.retryClass : (followUpClasses[platform] ?? 'unprovable'),
  });
}
