import type { Context } from 'hono';
import * as z from 'zod';
import { samplePaths, samplePicture, sampleVideo } from './sample-media.ts';
import { type FaultList, FaultRequest, operationsOf } from './sandbox-faults.ts';
import { Figures, type SandboxApp, type SandboxPlatform, type SandboxPost } from './sandbox-platform.ts';
import { SandboxRefusal } from './sandbox-refusal.ts';

const Engagement = z
  .strictObject({ ...Figures.partial().shape, id: z.string().optional(), uri: z.string().optional() })
  .transform(({ id, uri, ...figures }) => ({ postId: id ?? uri ?? '', figures }));

/** Where scripts look at a sandbox and tell it what to do. */
export function addControl(app: SandboxApp, platform: SandboxPlatform, faults: FaultList) {
  app.get('/sandbox/posts', (c) => c.json({ items: platform.posts().map(reported) }));
  app.delete('/sandbox/posts', (c) => {
    platform.deletePosts();
    return c.body(null, 204);
  });

  app.post('/sandbox/engagement', async (c) => {
    const { postId, figures } = await parsedBody(c, Engagement);
    if (!platform.setFigures(postId, figures)) throw new SandboxRefusal(404, { error: `There is no post ${postId}` });
    return c.body(null, 204);
  });

  const video = sampleVideo();
  app.get(samplePaths.picture, (c) => c.body(samplePicture, 200, sampleHeaders('image/jpeg', samplePicture)));
  app.get(samplePaths.video, (c) => c.body(video, 200, sampleHeaders('video/mp4', video)));

  app.get('/sandbox/faults', (c) => c.json({ items: faults.list(), underWay: faults.underWay() }));
  app.post('/sandbox/faults', async (c) => {
    const request = await parsedBody(c, FaultRequest);
    const operations = operationsOf(app);
    if (request.operation !== undefined && !operations.includes(request.operation)) {
      throw new SandboxRefusal(422, { error: `There is no operation ${request.operation}`, operations });
    }
    return c.json(faults.add(request), 201);
  });
  app.delete('/sandbox/faults', (c) => {
    faults.clear();
    return c.body(null, 204);
  });
}

const sampleHeaders = (type: string, { length }: Uint8Array) => ({
  'content-type': type,
  'content-length': String(length),
});

const reported = ({ segments, paths, details, ...post }: SandboxPost) => ({ ...post, ...details });

async function parsedBody<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const body = schema.safeParse(await c.req.json().catch(() => undefined));
  if (!body.success) throw new SandboxRefusal(422, { error: z.prettifyError(body.error) });
  return body.data;
}
