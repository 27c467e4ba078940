import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { SandboxRefusal } from './sandbox-refusal.ts';

export type SandboxApp = Hono<{ Bindings: HttpBindings }>;

export type SandboxOptions = {
  /** Default 0: any free port. */
  port?: number;
  /** Where the state is kept; without it the sandbox forgets everything when it stops. */
  file?: string;
  /** Time added to every protocol answer. */
  latencyMs?: number;
  now?: () => Date;
};

/** A running sandbox. `stop` ends every connection and saves the state. */
export type Sandbox = { url: string; stop(): Promise<void> };

export const Figures = z.object({ likes: z.int().min(0), reposts: z.int().min(0), replies: z.int().min(0) });
export type Figures = z.infer<typeof Figures>;

/** A piece of a post's text; with `href` it is shown as a link. */
export type TextSegment = { text: string; href?: string };

/** A file of a post; its type and size in bytes where the sandbox has looked at it. */
export type SandboxMedia = {
  url: string;
  description: string;
  type?: string;
  bytes?: number;
  altText?: string | null;
};

/** A post as the sandbox's own pages and `GET /sandbox/posts` show it. */
export type SandboxPost = Figures & {
  id: string;
  account: string;
  text: string;
  createdAt: string;
  /** When each write of this post arrived, repeats included. */
  arrivals: string[];
  replyTo: string | null;
  media: SandboxMedia[];
  segments: TextSegment[];
  url: string;
  /** Every path under which the sandbox shows the post, and the posts of its author. */
  paths: { post: string[]; account: string[] };
  /** What only this platform has, such as its idempotency or record key. */
  details: Record<string, unknown>;
};

/** What a platform gives to the sandbox around it. */
export type SandboxPlatform = {
  name: string;
  /** What belongs to the platform's protocol, where faults and latency apply; all else is the sandbox's own. */
  protocolPaths: readonly string[];
  addRoutes(app: SandboxApp): void;
  /** Newest first. */
  posts(): SandboxPost[];
  deletePosts(): void;
  /** False when there is no such post. */
  setFigures(postId: string, figures: Partial<Figures>): boolean;
  /** Ends the tokens given out so far of the kind that this operation is called with. */
  expireTokens(operation: string): void;
  rateLimited(retryAfterSeconds: number): SandboxRefusal;
  failed(status: number): SandboxRefusal;
  /** The call only fetches what the call proper needs, so that faults wait for that one. */
  isHandshake?(c: Context): boolean;
  flush(): Promise<void>;
};
