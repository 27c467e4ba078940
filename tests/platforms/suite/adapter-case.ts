import { afterAll, beforeAll, beforeEach } from 'vitest';
import type {
  Access,
  Account,
  Adapter,
  ConnectedAccount,
  PublishOutcome,
} from '../../../functions/platforms/adapter.ts';
import type { AppTools, MediaTools } from '../../../functions/platforms/answer.ts';
import type { FollowUpLimits } from '../../../functions/platforms/contract.ts';
import type { PartContent } from '../../../functions/posts/content.ts';
import type { PublishedPart } from '../../../functions/posts/publication.ts';
import type { Sandbox } from '../../../local/platforms/sandbox-platform.ts';
import { callsTo, keptAccount, sandboxControl } from '../../support/sandbox.ts';
import { publisherOf, type Step } from './publisher.ts';

export type AdapterCase = {
  start: () => Promise<Sandbox>;
  connect: (server: string) => Promise<ConnectedAccount>;
  adapterOver: (tools: AppTools & MediaTools) => Adapter;
  accessOver: (tools: AppTools) => Access;
  /** What the sandbox calls the operation of each step; those that the adapter does not have are left out. */
  operations: Partial<Record<Exclude<Step, 'publish'>, string>> & {
    publish: string;
    /** What reconciling begins with. */
    list: string;
    metrics?: string;
    revoke?: string;
  };
  /** What a platform does when the access token has expired: the account is lost, or its session renews itself. */
  expired: 'lost' | 'renewed';
  /** Where a post needs more than a text; asked for each post, once the sandbox has started. */
  content?: () => Partial<PartContent>;
  /** How exactly the platform tells when a rate limit ends, if it does. */
  tellsRetry: 'seconds' | 'minutes' | 'never';
  urlPattern: RegExp;
  /** The adapter asks what came of the call, whatever its answer says. */
  asksWhatCame?: boolean;
  /** Where something may follow a post: the operations of its steps, and what reconciling it begins with. */
  followUp?: Pick<AdapterCase['operations'], Step | 'list'> & { kind: FollowUpLimits['kind'] };
};

export type Setting = ReturnType<typeof settingOf>;

/** The sandbox of one test file with an account that is connected to it. */
export function settingOf(it: AdapterCase) {
  let sandbox: Sandbox;
  let control: ReturnType<typeof sandboxControl>;
  let connected: ConnectedAccount;
  let made = 0;
  beforeAll(async () => {
    sandbox = await it.start();
    control = sandboxControl(sandbox.url);
    connected = await it.connect(sandbox.url);
  });
  afterAll(() => sandbox.stop());
  beforeEach(() => control.clear());

  const tools = () => callsTo(sandbox.url);
  const adapter = () => it.adapterOver(tools());
  return {
    it,
    tools,
    adapter,
    access: () => it.accessOver(tools()),
    control: () => control,
    account: () => keptAccount(connected).account,
    /** Another access to the same account, for tests that end it. */
    anotherAccount: async () => keptAccount(await it.connect(sandbox.url)),
    /** After a test that ended all access. */
    async reconnect() {
      connected = await it.connect(sandbox.url);
    },
    publication() {
      made += 1;
      const handle = adapter().handleFor(new Date(), `post ${made}`);
      return { text: `Good news ${made}`, handle, ...it.content?.() };
    },
    publisher: (by = adapter(), account: Account = keptAccount(connected).account) => {
      made += 1;
      return publisherOf(by, { account, text: `Good news ${made}`, ...it.content?.() }, control.calm);
    },
    /** Of what follows a post that is out. */
    followUpPublisher: (parts: PublishedPart[], by = adapter()) => {
      made += 1;
      const wanted = { account: keptAccount(connected).account, text: `More news ${made}`, parts };
      return publisherOf(by, wanted, control.calm);
    },
    /** The steps that this adapter has, in order, with their operations. */
    steps: (['prepare', 'upload', 'checkReady', 'publish'] as const).flatMap((step) => {
      const operation = it.operations[step];
      return operation === undefined ? [] : [{ step, operation }];
    }),
  };
}

type Wanted = Partial<PartContent> & { text: string; handle: string; prepared?: string };

/** All steps in a row: what publishing is when nothing goes wrong. Gives what was prepared too. */
export async function publishOnce(
  adapter: Adapter,
  account: Account,
  publication: Wanted,
): Promise<{ outcome: PublishOutcome; publication: Wanted }> {
  const made = await adapter.prepare?.(account, publication);
  if (made?.kind === 'refused') return { outcome: made satisfies PublishOutcome, publication };
  const begun = { ...publication, prepared: made?.handle };
  const uploaded = await adapter.upload?.(account, begun);
  if (uploaded?.kind === 'refused') return { outcome: uploaded satisfies PublishOutcome, publication: begun };
  const prepared = { ...begun, prepared: (uploaded && 'handle' in uploaded && uploaded.handle) || begun.prepared };
  const ready = await adapter.checkReady?.(account, prepared);
  if (ready?.kind === 'refused') return { outcome: ready satisfies PublishOutcome, publication: prepared };
  if (ready?.kind === 'goes_on') return publishOnce(adapter, account, prepared);
  return { outcome: await adapter.publish(account, prepared), publication: prepared };
}
