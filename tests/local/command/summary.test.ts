import { describe, expect, test } from 'vitest';
import { jsonSummary, type Running, textSummary } from '../../../local/command/summary.ts';

const platforms = {
  mastodon: 'http://m',
  bluesky: 'http://b',
  threads: 'http://t',
  facebook: 'http://f',
  linkedin: 'http://l',
  x: 'http://x',
  instagram: 'http://i',
  pinterest: 'http://p',
  youtube: 'http://y',
  tiktok: 'http://k',
};

const running: Running = {
  stack: {
    apiUrl: 'http://api',
    awsUrl: 'http://aws',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' },
    logFile: '/log',
    memoryMb: () => 300,
  },
  platforms,
  demo: { email: 'e', password: 'p', teamId: 't' },
  readyMs: 4321,
};

describe('what npm start says when it is ready', () => {
  test('to scripts, one line', () => {
    expect(jsonSummary(running)).not.toContain('\n');
    expect(JSON.parse(jsonSummary(running))).toEqual({
      api: 'http://api',
      docs: 'http://api/v1/docs',
      platforms,
      demo: { email: 'e', password: 'p', teamId: 't' },
    });
  });

  test('to people, a table with everything they need', () => {
    for (const part of [
      '4.3 s',
      '300 MB',
      'http://api/v1/docs',
      'http://m',
      'http://b',
      '"p"',
      '123456',
      '/log',
      'Ctrl-C',
    ])
      expect(textSummary(running)).toContain(part);
  });
});
