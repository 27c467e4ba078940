import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { addControl } from './sandbox-control.ts';
import { faultInjection, faultList } from './sandbox-faults.ts';
import { addPages } from './sandbox-pages.ts';
import type { Sandbox, SandboxApp, SandboxOptions, SandboxPlatform } from './sandbox-platform.ts';
import { SandboxRefusal } from './sandbox-refusal.ts';

/** Serves a platform on the loopback interface only; the platform is made once its own address is known. */
export async function startSandbox(
  { port = 0, latencyMs = 0 }: SandboxOptions,
  platformAt: (url: string) => SandboxPlatform,
): Promise<Sandbox> {
  const ready = Promise.withResolvers<SandboxApp>();
  const server = createServer(
    getRequestListener(async (request, bindings) => (await ready.promise).fetch(request, bindings), {
      overrideGlobalObjects: false,
    }),
  );
  const url = await listen(server, port);
  const platform = platformAt(url);
  ready.resolve(sandboxApp(platform, latencyMs));
  return {
    url,
    async stop() {
      await close(server);
      await platform.flush();
    },
  };
}

function sandboxApp(platform: SandboxPlatform, latencyMs: number): SandboxApp {
  const app: SandboxApp = new Hono();
  const faults = faultList();
  app.onError((error) => {
    if (error instanceof SandboxRefusal) return error.response();
    console.error(`The ${platform.name} sandbox failed.`, error);
    return platform.failed(500).response();
  });
  for (const path of platform.protocolPaths) {
    if (latencyMs > 0) app.use(path, (_, next) => delay(latencyMs, undefined, { ref: false }).then(next));
    app.use(path, faultInjection(faults, platform));
  }
  platform.addRoutes(app);
  addControl(app, platform, faults);
  addPages(app, platform, faults);
  return app;
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') return reject(new Error('The sandbox has no port.'));
      resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
