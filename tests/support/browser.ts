import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat(
  ['background-networking', 'component-update', 'sync'].map((feature) => `--disable-${feature}`),
);
const screenshots = join(import.meta.dirname, '../../.build/screenshots');

type Look = { width?: number; height?: number; colorScheme?: 'light' | 'dark' };

/** A fresh browser with one page; what the page complains of and which hosts it asks is written down. */
export async function openBrowser({ width = 1280, height = 900, colorScheme = 'light' }: Look = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const viewport = { width, height };
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args, viewport, colorScheme });
  onTestFinished(async () => {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  });
  const page = browser.pages()[0] ?? (await browser.newPage());
  return { page, ...watched(browser, page), screenshot: (name: string) => screenshot(page, name) };
}

function watched(browser: BrowserContext, page: Page) {
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  browser.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) hosts.add(new URL(request.url()).origin);
  });
  return { complaints, hosts };
}

async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}
