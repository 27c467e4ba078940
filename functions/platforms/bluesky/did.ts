import * as z from 'zod';
import { PlatformRefused } from '../adapter.ts';
import { type AppTools, ask, isSuccess, malformed, read, WebUrl } from '../answer.ts';
import { readOrRefuse, xrpc } from './api.ts';

/** The two kinds that the AT Protocol has: those of its directory, and those of a host. */
const Did = z.union([z.string().regex(/^did:plc:[a-z0-9]+$/), z.string().regex(/^did:web:[A-Za-z0-9.-]+(%3A\d+)?$/)]);

const Service = z.object({ id: z.string(), serviceEndpoint: z.unknown() });
export const DidDocument = z.object({
  id: z.string(),
  alsoKnownAs: z.array(z.string()).default([]),
  service: z.array(Service).default([]),
});

/** An account: its DID, the handle that its document claims, and the server that holds its records. */
export type Holder = { did: string; handle: string | undefined; server: string };

const unknown = (message: string) => new PlatformRefused({ kind: 'target_gone', platformCode: null, message });

/** The account that users call by a handle or a DID. A handle counts only where the account claims it, too. */
export async function findHolder(tools: AppTools, name: string): Promise<Holder> {
  if (name.startsWith('did:')) return holderOf(tools, name);
  const handle = name.replace(/^@/, '').toLowerCase();
  const holder = await holderOf(tools, await resolveHandle(tools, handle));
  if (holder.handle === handle) return holder;
  throw unknown(`The account that ${handle} points to does not claim this handle.`);
}

const Resolved = z.object({ did: z.string() });

async function resolveHandle({ http, now, apps }: AppTools, handle: string): Promise<string> {
  const url = xrpc(apps.api('bluesky').api, 'com.atproto.identity.resolveHandle', { handle });
  const answer = await ask(http, { method: 'GET', url });
  if (answer.status === 400 || answer.status === 404) throw unknown(`There is no account ${handle}.`);
  return readOrRefuse(Resolved, answer, now()).did;
}

/** What the document of a DID says of its account. */
export async function holderOf({ http, apps }: AppTools, did: string): Promise<Holder> {
  if (!Did.safeParse(did).success) throw unknown('This is no DID of the AT Protocol.');
  const { directory, api } = apps.api('bluesky');
  const answer = await ask(http, { method: 'GET', url: documentUrl(did, directory ?? api) });
  if (answer.status === 404 || answer.status === 410) throw unknown(`There is no account ${did}.`);
  const document = isSuccess(answer) ? read(DidDocument, answer) : undefined;
  if (document?.id !== did) throw new PlatformRefused(malformed('The directory of accounts'));
  const server = serverOf(document);
  if (server === undefined) throw unknown(`The account ${did} is on no server.`);
  const handle = document.alsoKnownAs.find((name) => name.startsWith('at://'))?.slice('at://'.length);
  return { did, handle: handle?.toLowerCase(), server };
}

const webMethod = 'did:web:';

function documentUrl(did: string, directory: string): string {
  if (!did.startsWith(webMethod)) return `${directory}/${did}`;
  const host = decodeURIComponent(did.slice(webMethod.length));
  // By the specification ports, and with them plain http, are for development on one's own machine.
  const scheme = host.startsWith('localhost:') ? 'http' : 'https';
  return `${scheme}://${host}/.well-known/did.json`;
}

/** The server that holds the account's records, by its DID document. */
export function serverOf({ service }: Pick<z.infer<typeof DidDocument>, 'service'>): string | undefined {
  const entry = service.find(({ id }) => id.endsWith('#atproto_pds'));
  const address = WebUrl.safeParse(entry?.serviceEndpoint);
  return address.success ? new URL(address.data).origin : undefined;
}
